using System.Buffers.Text;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using CopilotCapacity.Storage;
using CopilotCapacity.Storage.Model;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.EntityFrameworkCore;

namespace CopilotCapacity.Portal.Features.SignIn;

/// <summary>
/// Keeps who is signed in where in the database; a cookie carries a random key and nothing else. So a cookie that was copied opens
/// nothing once its session has ended, and a person can see where they are signed in.
/// </summary>
internal sealed class Sessions(IDbContextFactory<PortalDbContext> contexts, TimeProvider time) : ITicketStore
{
    /// <summary>How long a session lasts after its last use.</summary>
    public static readonly TimeSpan Idle = TimeSpan.FromHours(12);

    /// <summary>How long a session lasts at most.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(30);

    // A use is written down so often, and no oftener: a page may make many requests.
    private static readonly TimeSpan s_notice = TimeSpan.FromMinutes(5);

    public Task<string> StoreAsync(AuthenticationTicket ticket) => BeginAsync(ticket, null, "", CancellationToken.None);

    public Task<string> StoreAsync(AuthenticationTicket ticket, HttpContext httpContext, CancellationToken cancellationToken) =>
        BeginAsync(ticket, httpContext.Connection.RemoteIpAddress?.ToString(), httpContext.Request.Headers.UserAgent.ToString(), cancellationToken);

    public async Task RenewAsync(string key, AuthenticationTicket ticket)
    {
        await using var context = await contexts.CreateDbContextAsync();

        // A session is one person's; whoever signs in where somebody else was begins another one, with another key.
        if (await FindAsync(context, key, CancellationToken.None) is { } row && row.UserId == UserOf(ticket))
        {
            Touch(row);
            row.Ticket = TicketSerializer.Default.Serialize(ticket);
            await context.SaveChangesAsync();
        }
    }

    public async Task<AuthenticationTicket?> RetrieveAsync(string key)
    {
        await using var context = await contexts.CreateDbContextAsync();
        if (await FindAsync(context, key, CancellationToken.None) is not { } row
            || TicketSerializer.Default.Deserialize(row.Ticket) is not { } ticket)
        {
            return null;
        }

        await NoticeAsync(context, row, CancellationToken.None);
        ticket.Properties.ExpiresUtc = row.ExpiresAt;
        var identity = (ClaimsIdentity)ticket.Principal.Identity!;
        identity.TryRemoveClaim(identity.FindFirst(PortalClaims.Session));
        identity.AddClaim(new Claim(PortalClaims.Session, row.Id.ToString()));
        return ticket;
    }

    public async Task RemoveAsync(string key)
    {
        var hash = HashOf(key);
        await using var context = await contexts.CreateDbContextAsync();
        await context.Sessions.Where(row => row.KeyHash == hash).ExecuteDeleteAsync();
    }

    /// <summary>A person's sessions, the one used last first.</summary>
    public async Task<IReadOnlyList<SessionRow>> OfAsync(Guid person, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Sessions.AsNoTracking().Where(row => row.UserId == person && row.ExpiresAt > now)
            .OrderByDescending(row => row.SeenAt).ThenBy(row => row.Id)
            .ToListAsync(cancellationToken);
    }

    /// <summary>Ends one session of a person. False when it had ended already.</summary>
    public async Task<bool> EndAsync(Guid person, Guid session, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Sessions.Where(row => row.UserId == person && row.Id == session).ExecuteDeleteAsync(cancellationToken) > 0;
    }

    /// <summary>Ends all sessions of a person, but for one if it is given.</summary>
    public async Task EndAllAsync(Guid person, Guid? except, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await context.Sessions.Where(row => row.UserId == person && row.Id != except).ExecuteDeleteAsync(cancellationToken);
    }

    /// <summary>Whether the session of an open page goes on. An open page is a use.</summary>
    public async Task<bool> GoesOnAsync(ClaimsPrincipal person, CancellationToken cancellationToken)
    {
        if (IdOf(person) is not { } id)
        {
            return false;
        }

        var now = time.GetUtcNow();
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var row = await context.Sessions.SingleOrDefaultAsync(row => row.Id == id && row.ExpiresAt > now, cancellationToken);
        if (row is null)
        {
            return false;
        }

        await NoticeAsync(context, row, cancellationToken);
        return true;
    }

    /// <summary>The session a request or an open page belongs to.</summary>
    public static Guid? IdOf(ClaimsPrincipal person) => Guid.TryParse(person.FindFirstValue(PortalClaims.Session), out var id) ? id : null;

    private static Guid UserOf(AuthenticationTicket ticket) => Guid.Parse(ticket.Principal.FindFirstValue(ClaimTypes.NameIdentifier)!);

    private static byte[] HashOf(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));

    private async Task<string> BeginAsync(AuthenticationTicket ticket, string? address, string agent, CancellationToken cancellationToken)
    {
        var key = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        var now = time.GetUtcNow();
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await context.Sessions.Where(row => row.ExpiresAt <= now).ExecuteDeleteAsync(cancellationToken);
        context.Sessions.Add(new SessionRow
        {
            Id = Guid.NewGuid(),
            KeyHash = HashOf(key),
            UserId = UserOf(ticket),
            Ticket = TicketSerializer.Default.Serialize(ticket),
            Device = Devices.NameOf(agent),
            Address = address,
            StartedAt = now,
            SeenAt = now,
            ExpiresAt = now + Idle,
        });
        await context.SaveChangesAsync(cancellationToken);
        return key;
    }

    private async Task<SessionRow?> FindAsync(PortalDbContext context, string key, CancellationToken cancellationToken)
    {
        var (hash, now) = (HashOf(key), time.GetUtcNow());
        return await context.Sessions.SingleOrDefaultAsync(row => row.KeyHash == hash && row.ExpiresAt > now, cancellationToken);
    }

    // Two requests of one session may come at once, and the session may end meanwhile: nothing is lost when a use is not noted.
    private async Task NoticeAsync(PortalDbContext context, SessionRow row, CancellationToken cancellationToken)
    {
        if (time.GetUtcNow() - row.SeenAt < s_notice)
        {
            return;
        }

        Touch(row);
        await context.Sessions.Where(other => other.Id == row.Id).ExecuteUpdateAsync(
            set => set.SetProperty(other => other.SeenAt, row.SeenAt).SetProperty(other => other.ExpiresAt, row.ExpiresAt), cancellationToken);
    }

    private void Touch(SessionRow row)
    {
        row.SeenAt = time.GetUtcNow();
        var (idle, longest) = (row.SeenAt + Idle, row.StartedAt + Longest);
        row.ExpiresAt = idle < longest ? idle : longest;
    }
}

/// <summary>
/// Keeps the sign-in of a request from the doors themselves. Whoever comes through one begins a session with a key of its own, so
/// that a cookie which somebody planted beforehand does not become theirs.
/// </summary>
internal sealed class DoorCookies : ICookieManager
{
    private static readonly PathString[] s_doors = ["/sign-in", "/set-up", "/signin-oidc", "/invitation/new"];

    private readonly ChunkingCookieManager _cookies = new();

    public string? GetRequestCookie(HttpContext context, string key) =>
        Array.Exists(s_doors, door => context.Request.Path.StartsWithSegments(door, StringComparison.OrdinalIgnoreCase))
            ? null
            : _cookies.GetRequestCookie(context, key);

    public void AppendResponseCookie(HttpContext context, string key, string? value, CookieOptions options) =>
        _cookies.AppendResponseCookie(context, key, value, options);

    public void DeleteCookie(HttpContext context, string key, CookieOptions options) => _cookies.DeleteCookie(context, key, options);
}

/// <summary>Names browsers as their people know them. What a browser says of itself is shown and never believed.</summary>
internal static class Devices
{
    // The order matters: most browsers also name the ones they are made to look like.
    private static readonly (string Sign, string Name)[] s_browsers =
        [("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("FxiOS/", "Firefox"), ("CriOS/", "Chrome"), ("Chrome/", "Chrome"), ("Safari/", "Safari")];

    private static readonly (string Sign, string Name)[] s_systems =
        [("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS X", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux")];

    /// <summary>Such as <c>Firefox on Linux</c>.</summary>
    public static string NameOf(string agent)
    {
        var browser = Array.Find(s_browsers, known => agent.Contains(known.Sign, StringComparison.Ordinal)).Name ?? "A browser";
        var system = Array.Find(s_systems, known => agent.Contains(known.Sign, StringComparison.Ordinal)).Name;
        return system is null ? browser : $"{browser} on {system}";
    }
}
