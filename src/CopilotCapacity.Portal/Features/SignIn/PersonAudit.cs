using CopilotCapacity.Metering;
using CopilotCapacity.Storage;
using CopilotCapacity.Storage.Audit;
using CopilotCapacity.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace CopilotCapacity.Portal.Features.SignIn;

/// <summary>
/// Puts what people do at the doors on the portal's own audit trail. ASP.NET Core Identity saves by itself, so the entry follows
/// in a transaction of its own.
/// </summary>
internal sealed class PersonAudit(IDbContextFactory<PortalDbContext> contexts, AuditLog audit, TimeProvider time)
{
    public Task NoteAsync(HttpContext http, PortalUser person, string action, string? reason = null) =>
        NoteAsync(new Actor(ActorKind.Person, person.Id.ToString(), person.DisplayName, http.Connection.RemoteIpAddress?.ToString(), reason), person, action);

    public async Task NoteAsync(Actor actor, PortalUser person, string action)
    {
        await using var context = await contexts.CreateDbContextAsync();
        await audit.SaveAsync(
            context,
            AuditRow.Portal,
            new AuditEntry(time.GetUtcNow(), actor, action, new AuditObject("person", person.Id.ToString())),
            CancellationToken.None);
    }
}
