using CopilotCapacity.Portal.Hosting;
using CopilotCapacity.Storage;
using Microsoft.EntityFrameworkCore;

namespace CopilotCapacity.Portal.Features.People;

/// <summary>Reads people with their roles, ways in and sessions: a fixed number of questions, however many people there are.</summary>
internal static class PeopleQuery
{
    /// <summary>How many people a page shows; further ones are looked for by name.</summary>
    public const int Most = 100;

    public static async Task<(IReadOnlyList<PersonView> People, int Total)> ReadAsync(
        PortalDbContext context, string? search, Guid me, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var found = context.Users.AsNoTracking();
        if (search is { Length: > 0 })
        {
            var pattern = LikePattern.Containing(search);
            found = found.Where(user => EF.Functions.Like(user.DisplayName, pattern, LikePattern.Escape) || EF.Functions.Like(user.Email, pattern, LikePattern.Escape));
        }

        var users = await found.OrderBy(user => EF.Functions.Collate(user.DisplayName, "NOCASE")).ThenBy(user => user.Id).Take(Most)
            .Select(user => new { user.Id, user.DisplayName, user.Email, user.IsPortalAdministrator, HasPassword = user.PasswordHash != null })
            .ToListAsync(cancellationToken);
        var ids = users.ConvertAll(user => user.Id);
        var tenants = await context.Memberships.AsNoTracking().Where(row => ids.Contains(row.UserId))
            .Join(context.Tenants, row => row.TenantKey, tenant => tenant.Key, (row, tenant) => new { row.UserId, tenant.Name })
            .ToListAsync(cancellationToken);
        var passkeys = await context.UserPasskeys.AsNoTracking().Where(row => ids.Contains(row.UserId)).Select(row => row.UserId).ToListAsync(cancellationToken);
        var logins = await context.UserLogins.AsNoTracking().Where(row => ids.Contains(row.UserId)).Select(row => row.UserId).ToListAsync(cancellationToken);
        var sessions = await context.Sessions.AsNoTracking().Where(row => ids.Contains(row.UserId) && row.ExpiresAt > now)
            .Select(row => new { row.UserId, row.SeenAt })
            .ToListAsync(cancellationToken);

        var tenantsOf = tenants.ToLookup(row => row.UserId, row => row.Name);
        var sessionsOf = sessions.ToLookup(row => row.UserId, row => row.SeenAt);
        var (withPasskey, withLogin) = (passkeys.ToHashSet(), logins.ToHashSet());
        return (
            [
                .. users.Select(user => new PersonView(
                    user.Id,
                    user.DisplayName,
                    user.Email,
                    user.IsPortalAdministrator,
                    [.. tenantsOf[user.Id].Order(StringComparer.CurrentCultureIgnoreCase)],
                    [.. Ways(withPasskey.Contains(user.Id), user.HasPassword, withLogin.Contains(user.Id))],
                    sessionsOf[user.Id].Count(),
                    sessionsOf[user.Id].Select(at => (DateTimeOffset?)at).Max(),
                    user.Id == me)),
            ],
            users.Count < Most ? users.Count : await found.CountAsync(cancellationToken));
    }

    private static IEnumerable<string> Ways(bool passkey, bool password, bool organisation)
    {
        if (passkey)
        {
            yield return "passkey";
        }

        if (password)
        {
            yield return "password";
        }

        if (organisation)
        {
            yield return "organisation";
        }
    }
}
