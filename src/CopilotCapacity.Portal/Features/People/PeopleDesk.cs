using CopilotCapacity.Metering;
using CopilotCapacity.Portal.Features.Access;
using CopilotCapacity.Portal.Features.Members;
using CopilotCapacity.Storage;
using CopilotCapacity.Storage.Audit;
using CopilotCapacity.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace CopilotCapacity.Portal.Features.People;

/// <summary>Manages people on behalf of the person in the circuit, whose right is looked at anew each time.</summary>
internal sealed class PeopleDesk(
    IDbContextFactory<PortalDbContext> contexts, CurrentPerson current, Invitations invitations, AuditLog audit, TimeProvider time) : IPeopleDesk
{
    private const string NotHere = "This account was removed already.";
    private const string NotYourself = "Another administrator of the portal has to do this to you.";

    public async Task<PortalPeopleView?> ReadAsync(string? search, CancellationToken cancellationToken)
    {
        if (await current.FindAsync(cancellationToken) is not { } person || !AccessRules.May(person, Operation.AdministerPortal))
        {
            return null;
        }

        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var now = time.GetUtcNow();
        var (people, total) = await PeopleQuery.ReadAsync(context, search, person.Id, now, cancellationToken);
        var open = await context.Invitations.AsNoTracking()
            .Where(row => row.TenantKey == null && row.AcceptedAt == null && row.RevokedAt == null && row.ExpiresAt > now)
            .OrderBy(row => row.Email)
            .Select(row => new InvitationView(row.Id, row.Email, row.Role, row.ExpiresAt))
            .ToListAsync(cancellationToken);
        return new PortalPeopleView(people, total, open, now);
    }

    public async Task<InvitationOutcome> InviteAsync(string email, CancellationToken cancellationToken)
    {
        var (actor, refusal) = await current.AskAsync(Operation.AdministerPortal, reason: null, cancellationToken);
        if (actor is null)
        {
            return new InvitationOutcome(null, refusal);
        }

        var address = email.Trim();
        return Invitations.IsAddress(address)
            ? new InvitationOutcome("/invitation?token=" + await invitations.CreateForPortalAsync(address, actor, cancellationToken), null)
            : new InvitationOutcome(null, "An e-mail address has a name, an @ and a domain.");
    }

    public async Task<string?> RevokeAsync(Guid invitation, CancellationToken cancellationToken)
    {
        var (actor, refusal) = await current.AskAsync(Operation.AdministerPortal, reason: null, cancellationToken);
        return actor is null
            ? refusal
            : await invitations.RevokeAsync(null, invitation, actor, cancellationToken) ? null : "The invitation was accepted or taken back already.";
    }

    public Task<string?> SetAdministratorAsync(Guid person, bool isAdministrator, CancellationToken cancellationToken) =>
        ChangeAsync(person, async (context, user, actor) =>
        {
            if (user.IsPortalAdministrator == isAdministrator)
            {
                return;
            }

            user.IsPortalAdministrator = isAdministrator;
            if (!isAdministrator)
            {
                await EndSessionsAsync(context, user, cancellationToken);
                await invitations.RevokeAllAsync(context, user.Id, _ => true, cancellationToken);
            }

            await SaveAsync(context, actor, isAdministrator ? "administrator.added" : "administrator.removed", user, cancellationToken);
        }, cancellationToken);

    public Task<string?> SignOutAsync(Guid person, CancellationToken cancellationToken) =>
        ChangeAsync(person, async (context, user, actor) =>
        {
            await EndSessionsAsync(context, user, cancellationToken);
            await SaveAsync(context, actor, "person.signedOutEverywhere", user, cancellationToken);
        }, cancellationToken);

    // What they changed stays on the trails, by their id alone; what they were in each tenant ends with a word on its trail.
    public Task<string?> RemoveAsync(Guid person, CancellationToken cancellationToken) =>
        ChangeAsync(person, async (context, user, actor) =>
        {
            var memberships = await context.Memberships.Where(row => row.UserId == person).ToListAsync(cancellationToken);
            var entries = memberships
                .Select(row => (row.TenantKey, Entry(actor, "member.removed", user) with { Old = MemberValues.Of(row.Role, row.Environments.Count) }))
                .Append((AuditRow.Portal, Entry(actor, "person.removed", user)))
                .ToList();
            context.Memberships.RemoveRange(memberships);
            await invitations.RevokeAllAsync(context, user.Id, _ => true, cancellationToken);
            context.Users.Remove(user);
            await audit.SaveAsync(context, entries, cancellationToken);
        }, cancellationToken);

    // Part of what is saved next. A page that is open looks for its session twice a minute.
    private static async Task EndSessionsAsync(PortalDbContext context, PortalUser user, CancellationToken cancellationToken)
    {
        user.SecurityStamp = Guid.NewGuid().ToString();
        context.Sessions.RemoveRange(await context.Sessions.Where(session => session.UserId == user.Id).ToListAsync(cancellationToken));
    }

    private async Task<string?> ChangeAsync(Guid person, Func<PortalDbContext, PortalUser, Actor, Task> change, CancellationToken cancellationToken)
    {
        var (actor, refusal) = await current.AskAsync(Operation.AdministerPortal, reason: null, cancellationToken);
        if (actor is null)
        {
            return refusal;
        }

        // So there is always one who administers the portal.
        if (string.Equals(actor.Id, person.ToString(), StringComparison.Ordinal))
        {
            return NotYourself;
        }

        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        if (await context.Users.SingleOrDefaultAsync(user => user.Id == person, cancellationToken) is not { } user)
        {
            return NotHere;
        }

        await change(context, user, actor);
        return null;
    }

    private Task SaveAsync(PortalDbContext context, Actor actor, string action, PortalUser user, CancellationToken cancellationToken) =>
        audit.SaveAsync(context, AuditRow.Portal, Entry(actor, action, user), cancellationToken);

    private AuditEntry Entry(Actor actor, string action, PortalUser user) =>
        new(time.GetUtcNow(), actor, action, new AuditObject("person", user.Id.ToString()));
}
