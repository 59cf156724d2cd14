using System.Text.Json.Nodes;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Metering;
using CopilotCapacity.Portal.Features.Access;
using CopilotCapacity.Storage;
using CopilotCapacity.Storage.Audit;
using CopilotCapacity.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace CopilotCapacity.Portal.Features.Members;

/// <summary>Manages members on behalf of the person in the circuit, whose right is looked at anew each time.</summary>
internal sealed class MemberDesk(
    IDbContextFactory<PortalDbContext> contexts, CurrentPerson current, Invitations invitations, AuditLog audit, TimeProvider time) : IMemberDesk
{
    private const string NotHere = "They are not a member any more.";
    private const string NotYourself = "Another administrator has to change what you are yourself.";

    public async Task<TenantMembers?> ReadAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        if (await current.FindAsync(cancellationToken) is not { } person || !AccessRules.May(person, Operation.ManageMembers, tenant))
        {
            return null;
        }

        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        if (await context.Tenants.AsNoTracking().SingleOrDefaultAsync(row => row.Id == tenant.Value, cancellationToken) is not { } row)
        {
            return null;
        }

        var members = await context.Memberships.AsNoTracking().Where(member => member.TenantKey == row.Key)
            .Join(context.Users, member => member.UserId, user => user.Id, (member, user) => new { member, user.DisplayName, user.Email })
            .ToListAsync(cancellationToken);
        var now = time.GetUtcNow();
        var open = await context.Invitations.AsNoTracking()
            .Where(invitation => invitation.TenantKey == row.Key && invitation.AcceptedAt == null && invitation.RevokedAt == null && invitation.ExpiresAt > now)
            .OrderBy(invitation => invitation.Email)
            .ToListAsync(cancellationToken);
        var environments = await context.Environments.AsNoTracking()
            .Where(environment => environment.TenantKey == row.Key && environment.RetiredAt == null)
            .OrderBy(environment => environment.Name)
            .Select(environment => new EnvironmentChoice(new EnvironmentId(environment.Id), environment.Name))
            .ToListAsync(cancellationToken);
        return new TenantMembers(
            row.Name,
            [
                .. members.OrderBy(member => member.DisplayName, StringComparer.CurrentCultureIgnoreCase).Select(member => new MemberView(
                    member.member.UserId, member.DisplayName, member.Email, member.member.Role,
                    [.. member.member.Environments.Select(id => new EnvironmentId(id))], member.member.Since, member.member.UserId == person.Id)),
            ],
            [.. open.Select(invitation => new InvitationView(invitation.Id, invitation.Email, invitation.Role, invitation.ExpiresAt))],
            environments,
            now);
    }

    public async Task<InvitationOutcome> InviteAsync(TenantId tenant, string email, WantedRole wanted, CancellationToken cancellationToken)
    {
        var (actor, refusal) = await current.AskAsync(Operation.ManageMembers, tenant, cancellationToken: cancellationToken);
        if (actor is null)
        {
            return new InvitationOutcome(null, refusal);
        }

        var address = email.Trim();
        if (!Invitations.IsAddress(address))
        {
            return new InvitationOutcome(null, "An e-mail address has a name, an @ and a domain.");
        }

        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        if (await CheckAsync(context, tenant, wanted, cancellationToken) is { } problem)
        {
            return new InvitationOutcome(null, problem);
        }

        var key = await KeyOfAsync(context, tenant, cancellationToken);
        var token = await invitations.CreateAsync(key, address, wanted, actor, cancellationToken);
        return new InvitationOutcome("/invitation?token=" + token, null);
    }

    public async Task<string?> RevokeAsync(TenantId tenant, Guid invitation, CancellationToken cancellationToken)
    {
        var (actor, refusal) = await current.AskAsync(Operation.ManageMembers, tenant, cancellationToken: cancellationToken);
        if (actor is null)
        {
            return refusal;
        }

        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var key = await KeyOfAsync(context, tenant, cancellationToken);
        return await invitations.RevokeAsync(key, invitation, actor, cancellationToken) ? null : "The invitation was accepted or taken back already.";
    }

    public Task<string?> ChangeAsync(TenantId tenant, Guid member, WantedRole wanted, string? reason, CancellationToken cancellationToken) =>
        ChangeAsync(tenant, member, reason, async (context, row, user, actor) =>
        {
            if (await CheckAsync(context, tenant, wanted, cancellationToken) is { } problem)
            {
                return problem;
            }

            var before = MemberValues.Of(row.Role, row.Environments.Count);
            if (wanted.Role < row.Role)
            {
                await EndAsync(context, row, user, cancellationToken);
            }

            (row.Role, row.Environments) = (wanted.Role, [.. wanted.Environments.Select(environment => environment.Value)]);
            await SaveAsync(context, row, actor, "member.changed", before, MemberValues.Of(row.Role, row.Environments.Count), cancellationToken);
            return null;
        }, cancellationToken);

    public Task<string?> RemoveAsync(TenantId tenant, Guid member, string? reason, CancellationToken cancellationToken) =>
        ChangeAsync(tenant, member, reason, async (context, row, user, actor) =>
        {
            await EndAsync(context, row, user, cancellationToken);
            context.Memberships.Remove(row);
            await SaveAsync(context, row, actor, "member.removed", MemberValues.Of(row.Role, row.Environments.Count), null, cancellationToken);
            return null;
        }, cancellationToken);

    // Part of what is saved next. A page that is open looks for its session twice a minute; whom they have invited does not come in.
    private async Task EndAsync(PortalDbContext context, MembershipRow row, PortalUser user, CancellationToken cancellationToken)
    {
        user.SecurityStamp = Guid.NewGuid().ToString();
        context.Sessions.RemoveRange(await context.Sessions.Where(session => session.UserId == user.Id).ToListAsync(cancellationToken));
        await invitations.RevokeAllAsync(context, user.Id, invitation => invitation.TenantKey == row.TenantKey, cancellationToken);
    }

    private static Task<int> KeyOfAsync(PortalDbContext context, TenantId tenant, CancellationToken cancellationToken) =>
        context.Tenants.Where(row => row.Id == tenant.Value).Select(row => row.Key).SingleAsync(cancellationToken);

    private static async Task<string?> CheckAsync(PortalDbContext context, TenantId tenant, WantedRole wanted, CancellationToken cancellationToken)
    {
        var isForEnvironments = wanted.Role == TenantRole.EnvironmentAdministrator;
        if (!Enum.IsDefined(wanted.Role) || isForEnvironments != (wanted.Environments.Count > 0))
        {
            return "An environment administrator looks after at least one environment; other roles after all or none.";
        }

        var ids = wanted.Environments.Select(environment => environment.Value).Distinct().ToList();
        var key = await KeyOfAsync(context, tenant, cancellationToken);
        var known = await context.Environments.CountAsync(
            row => row.TenantKey == key && row.RetiredAt == null && ids.Contains(row.Id), cancellationToken);
        return known == ids.Count ? null : "One of the environments is no longer there.";
    }

    private async Task<string?> ChangeAsync(
        TenantId tenant,
        Guid member,
        string? reason,
        Func<PortalDbContext, MembershipRow, PortalUser, Actor, Task<string?>> change,
        CancellationToken cancellationToken)
    {
        var (actor, refusal) = await current.AskAsync(Operation.ManageMembers, tenant, reason: reason, cancellationToken: cancellationToken);
        if (actor is null)
        {
            return refusal;
        }

        if (string.Equals(actor.Id, member.ToString(), StringComparison.Ordinal))
        {
            return NotYourself;
        }

        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var key = await KeyOfAsync(context, tenant, cancellationToken);
        return await context.Memberships.FindAsync([key, member], cancellationToken) is { } row
            && await context.Users.FindAsync([member], cancellationToken) is { } user
            ? await change(context, row, user, actor)
            : NotHere;
    }

    private Task SaveAsync(
        PortalDbContext context, MembershipRow row, Actor actor, string action, JsonObject? old, JsonObject? @new, CancellationToken cancellationToken) =>
        audit.SaveAsync(
            context, row.TenantKey, new AuditEntry(time.GetUtcNow(), actor, action, new AuditObject("person", row.UserId.ToString()), old, @new), cancellationToken);
}
