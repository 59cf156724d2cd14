using System.Buffers.Text;
using System.Linq.Expressions;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Metering;
using CopilotCapacity.Storage;
using CopilotCapacity.Storage.Audit;
using CopilotCapacity.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace CopilotCapacity.Portal.Features.Members;

/// <summary>An invitation as whoever holds its link sees it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Email">Whom it was made for.</param>
/// <param name="TenantName">What they are to join; null to administer the portal.</param>
/// <param name="Role">As what, in a tenant.</param>
public sealed record OpenInvitation(Guid Id, string Email, string? TenantName, TenantRole Role);

/// <summary>What somebody has joined.</summary>
/// <param name="Tenant">The tenant; null for the administrators of the portal.</param>
public sealed record Joined(TenantId? Tenant);

/// <summary>
/// Links with which one person can join a tenant, or the administrators of the portal. Whoever holds the link may; its address is for the inviter's eyes, and says
/// nothing about who somebody is.
/// </summary>
internal sealed class Invitations(IDbContextFactory<PortalDbContext> contexts, AuditLog audit, TimeProvider time)
{
    private static readonly TimeSpan s_validFor = TimeSpan.FromDays(7);

    /// <summary>Makes a link into a tenant; gives its token, which is kept nowhere.</summary>
    public Task<string> CreateAsync(int tenantKey, string email, WantedRole wanted, Actor actor, CancellationToken cancellationToken) =>
        CreateAsync((int?)tenantKey, email, wanted, actor, cancellationToken);

    /// <summary>Makes a link to the administration of the portal; gives its token, which is kept nowhere.</summary>
    public Task<string> CreateForPortalAsync(string email, Actor actor, CancellationToken cancellationToken) =>
        CreateAsync(null, email, new WantedRole(TenantRole.TenantAdministrator, []), actor, cancellationToken);

    /// <summary>Whether an address can be one. Nothing is sent to it; it tells invitations apart.</summary>
    public static bool IsAddress(string email) => email.Length is >= 3 and <= 254 && email.IndexOf('@', StringComparison.Ordinal) is > 0;

    private async Task<string> CreateAsync(int? tenantKey, string email, WantedRole wanted, Actor actor, CancellationToken cancellationToken)
    {
        var token = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        var now = time.GetUtcNow();
        var row = new InvitationRow
        {
            Id = Guid.NewGuid(),
            TenantKey = tenantKey,
            Email = email,
            Role = wanted.Role,
            Environments = [.. wanted.Environments.Select(environment => environment.Value)],
            TokenHash = HashOf(token),
            InvitedBy = Guid.Parse(actor.Id),
            CreatedAt = now,
            ExpiresAt = now + s_validFor,
        };
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        context.Invitations.Add(row);
        var entry = tenantKey is null
            ? Entry(actor, "administrator.invited", "invitation", row.Id)
            : Entry(actor, "member.invited", "invitation", row.Id, MemberValues.Of(row.Role, wanted.Environments.Count));
        await audit.SaveAsync(context, tenantKey ?? AuditRow.Portal, entry, cancellationToken);
        return token;
    }

    /// <summary>Takes a link back: a tenant's, or without one the portal's. False when there is no open one.</summary>
    public async Task<bool> RevokeAsync(int? tenantKey, Guid id, Actor actor, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var row = await context.Invitations.SingleOrDefaultAsync(
            row => row.TenantKey == tenantKey && row.Id == id && row.AcceptedAt == null && row.RevokedAt == null, cancellationToken);
        if (row is null)
        {
            return false;
        }

        row.RevokedAt = time.GetUtcNow();
        await audit.SaveAsync(context, tenantKey ?? AuditRow.Portal, Entry(actor, "invitation.revoked", "invitation", row.Id), cancellationToken);
        return true;
    }

    /// <summary>The invitation of a link; null when it was used, was taken back, is too old, or never was.</summary>
    public async Task<OpenInvitation?> FindAsync(string? token, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        if (await FindAsync(context, token, cancellationToken) is not { } row)
        {
            return null;
        }

        var tenant = row.TenantKey is null
            ? null
            : await context.Tenants.Where(tenant => tenant.Key == row.TenantKey).Select(tenant => tenant.Name).SingleAsync(cancellationToken);
        return new OpenInvitation(row.Id, row.Email, tenant, row.Role);
    }

    /// <summary>
    /// Takes back what somebody has made who may not any more; part of what is saved next.
    /// </summary>
    /// <param name="context">The database.</param>
    /// <param name="person">Who made them.</param>
    /// <param name="isTheirs">Which of theirs.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    public async Task RevokeAllAsync(
        PortalDbContext context, Guid person, Expression<Func<InvitationRow, bool>> isTheirs, CancellationToken cancellationToken)
    {
        var open = context.Invitations.Where(row => row.InvitedBy == person && row.AcceptedAt == null && row.RevokedAt == null).Where(isTheirs);
        foreach (var row in await open.ToListAsync(cancellationToken))
        {
            row.RevokedAt = time.GetUtcNow();
        }
    }

    /// <summary>Lets a person join by a link; gives what they joined, or null when the link opens nothing.</summary>
    public async Task<Joined?> AcceptAsync(string? token, Guid person, string name, string? address, CancellationToken cancellationToken)
    {
        try
        {
            return await TryAcceptAsync(token, person, name, address, cancellationToken);
        }
        catch (DbUpdateConcurrencyException)
        {
            // Somebody else was quicker with the same link.
            return null;
        }
    }

    private async Task<Joined?> TryAcceptAsync(string? token, Guid person, string name, string? address, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        if (await FindAsync(context, token, cancellationToken) is not { } row)
        {
            return null;
        }

        var now = time.GetUtcNow();
        row.AcceptedAt = now;
        var actor = new Actor(ActorKind.Person, person.ToString(), name, address);
        if (row.TenantKey is not { } tenantKey)
        {
            var user = await context.Users.SingleAsync(user => user.Id == person, cancellationToken);
            user.IsPortalAdministrator = true;
            await audit.SaveAsync(context, AuditRow.Portal, Entry(actor, "administrator.joined", "person", person), cancellationToken);
            return new Joined(null);
        }

        var member = await context.Memberships.FindAsync([tenantKey, person], cancellationToken);
        var before = member is null ? null : MemberValues.Of(member.Role, member.Environments.Count);
        if (member is null)
        {
            context.Memberships.Add(member = new MembershipRow { TenantKey = tenantKey, UserId = person, Since = now });
        }

        (member.Role, member.Environments) = (row.Role, row.Environments);
        await audit.SaveAsync(
            context, tenantKey, Entry(actor, "member.joined", "person", person, MemberValues.Of(row.Role, row.Environments.Count), before), cancellationToken);
        var tenant = await context.Tenants.Where(tenant => tenant.Key == tenantKey).Select(tenant => tenant.Id).SingleAsync(cancellationToken);
        return new Joined(new TenantId(tenant));
    }

    private static byte[] HashOf(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    private async Task<InvitationRow?> FindAsync(PortalDbContext context, string? token, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(token))
        {
            return null;
        }

        var hash = HashOf(token);
        var row = await context.Invitations.SingleOrDefaultAsync(row => row.TokenHash == hash, cancellationToken);
        return row is { AcceptedAt: null, RevokedAt: null } && time.GetUtcNow() < row.ExpiresAt ? row : null;
    }

    private AuditEntry Entry(Actor actor, string action, string kind, Guid id, JsonObject? @new = null, JsonObject? old = null) =>
        new(time.GetUtcNow(), actor, action, new AuditObject(kind, id.ToString()), old, @new);
}

/// <summary>What the audit trail says of a role.</summary>
internal static class MemberValues
{
    public static JsonObject Of(TenantRole role, int environments) => role == TenantRole.EnvironmentAdministrator
        ? new JsonObject { ["role"] = NameOf(role), ["environments"] = environments }
        : new JsonObject { ["role"] = NameOf(role) };

    /// <summary>A role in an administrator's words.</summary>
    public static string NameOf(TenantRole role) => role switch
    {
        TenantRole.TenantAdministrator => "Tenant administrator",
        TenantRole.EnvironmentAdministrator => "Environment administrator",
        _ => "Reader",
    };

    /// <summary>What a role may do.</summary>
    public static string WordsOf(TenantRole role) => role switch
    {
        TenantRole.TenantAdministrator => "Changes credits, allocations, plans, budgets, keys and members.",
        TenantRole.EnvironmentAdministrator => "Sees and looks after the environments you choose; does not change what they share.",
        _ => "Sees everything of the tenant and changes nothing.",
    };
}
