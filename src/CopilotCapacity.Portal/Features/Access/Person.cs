using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Metering;
using CopilotCapacity.Storage;
using Microsoft.EntityFrameworkCore;

namespace CopilotCapacity.Portal.Features.Access;

/// <summary>A person who is signed in, with what they may do as the database says now.</summary>
/// <param name="Id">Their id.</param>
/// <param name="Name">How they are shown.</param>
/// <param name="IsPortalAdministrator">Whether they may do everything everywhere.</param>
/// <param name="Roles">What they are in which tenant.</param>
internal sealed record Person(Guid Id, string Name, bool IsPortalAdministrator, IReadOnlyDictionary<TenantId, PersonRole> Roles)
{
    /// <summary>What they are in a tenant; null when they do not belong to it.</summary>
    public PersonRole? RoleIn(TenantId tenant) => Roles.GetValueOrDefault(tenant);

    /// <summary>The person as the one who changes something.</summary>
    public Actor ToActor(string? address, string? reason = null) => new(ActorKind.Person, Id.ToString(), Name, address, reason);
}

/// <summary>What a person is in a tenant.</summary>
/// <param name="Role">The role.</param>
/// <param name="Environments">The environments an environment administrator looks after; empty for other roles.</param>
internal sealed record PersonRole(TenantRole Role, IReadOnlySet<EnvironmentId> Environments);

/// <summary>Reads people with their roles. Nothing is remembered, so that what was taken away is gone at once.</summary>
internal sealed class PersonDirectory(IDbContextFactory<PortalDbContext> contexts)
{
    /// <summary>A person; null when there is none with this id, or they may not sign in.</summary>
    public async Task<Person?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var user = await context.Users.AsNoTracking().Where(user => user.Id == id)
            .Select(user => new { user.DisplayName, user.IsPortalAdministrator })
            .SingleOrDefaultAsync(cancellationToken);
        if (user is null)
        {
            return null;
        }

        var roles = await context.Memberships.AsNoTracking().Where(row => row.UserId == id)
            .Join(context.Tenants, row => row.TenantKey, tenant => tenant.Key, (row, tenant) => new { tenant.Id, row.Role, row.Environments })
            .ToListAsync(cancellationToken);
        return new Person(id, user.DisplayName, user.IsPortalAdministrator, roles.ToDictionary(
            row => new TenantId(row.Id),
            row => new PersonRole(row.Role, row.Environments.Select(environment => new EnvironmentId(environment)).ToHashSet())));
    }
}
