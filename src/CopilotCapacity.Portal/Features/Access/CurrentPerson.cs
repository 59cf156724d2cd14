using System.Security.Claims;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Metering;
using Microsoft.AspNetCore.Components.Authorization;

namespace CopilotCapacity.Portal.Features.Access;

/// <summary>
/// Whoever a page works for. What they may do is asked anew each time: a page can be open for days, and what it shows is no
/// permission.
/// </summary>
internal sealed class CurrentPerson(AuthenticationStateProvider authentication, PersonDirectory people)
{
    /// <summary>Where the person's requests come from; told by the request that the page began with.</summary>
    public string? Address { get; set; }

    /// <summary>Who sent the request, where no page is open for it, as with a download.</summary>
    public ClaimsPrincipal? Request { get; set; }

    /// <summary>The person; null when nobody is signed in, or no longer may be.</summary>
    public async Task<Person?> FindAsync(CancellationToken cancellationToken)
    {
        var user = Request ?? (await authentication.GetAuthenticationStateAsync()).User;
        return Guid.TryParse(user.FindFirstValue(ClaimTypes.NameIdentifier), out var id)
            ? await people.FindAsync(id, cancellationToken)
            : null;
    }

    /// <summary>Whether the person may do something in a tenant.</summary>
    public async Task<bool> MayAsync(
        Operation operation, TenantId tenant, EnvironmentId? environment = null, CancellationToken cancellationToken = default) =>
        await FindAsync(cancellationToken) is { } person && AccessRules.May(person, operation, tenant, environment);

    /// <summary>Whether the person may do something to the portal itself.</summary>
    public async Task<bool> MayAsync(Operation operation, CancellationToken cancellationToken) =>
        await FindAsync(cancellationToken) is { } person && AccessRules.May(person, operation);

    /// <summary>Asks for a change of the portal itself: gives either who makes it, or why it may not be made.</summary>
    public async Task<(Actor? Actor, string? Refusal)> AskAsync(Operation operation, string? reason, CancellationToken cancellationToken)
    {
        var person = await FindAsync(cancellationToken);
        return person is not null && AccessRules.May(person, operation)
            ? (person.ToActor(Address, reason), null)
            : (null, AccessRules.WhyNot(operation));
    }

    /// <summary>Asks for a change: gives either who makes it, or why it may not be made.</summary>
    public async Task<(Actor? Actor, string? Refusal)> AskAsync(
        Operation operation, TenantId tenant, EnvironmentId? environment = null, string? reason = null, CancellationToken cancellationToken = default)
    {
        var person = await FindAsync(cancellationToken);
        return person is not null && AccessRules.May(person, operation, tenant, environment)
            ? (person.ToActor(Address, reason), null)
            : (null, AccessRules.WhyNot(operation));
    }
}
