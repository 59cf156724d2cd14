using CopilotCapacity.Portal.Features.Members;

namespace CopilotCapacity.Portal.Features.People;

/// <summary>Somebody with an account of the portal.</summary>
/// <param name="Id">Their id.</param>
/// <param name="Name">How they are shown.</param>
/// <param name="Email">Their address; null where none is known.</param>
/// <param name="IsAdministrator">Whether they administer the portal.</param>
/// <param name="Tenants">The tenants they belong to, by name.</param>
/// <param name="WaysIn">How they can sign in.</param>
/// <param name="Sessions">How many sessions they have open.</param>
/// <param name="LastSeen">When one of these was last used, to within a few minutes; null when there is none.</param>
/// <param name="IsMe">Whether it is whoever looks.</param>
public sealed record PersonView(
    Guid Id,
    string Name,
    string? Email,
    bool IsAdministrator,
    IReadOnlyList<string> Tenants,
    IReadOnlyList<string> WaysIn,
    int Sessions,
    DateTimeOffset? LastSeen,
    bool IsMe);

/// <summary>The people of the portal.</summary>
/// <param name="People">Those who fit what is looked for, by name; no more than a page can show.</param>
/// <param name="Total">How many fit.</param>
/// <param name="Invitations">Open invitations to administer the portal.</param>
/// <param name="AsOf">When it was read.</param>
public sealed record PortalPeopleView(IReadOnlyList<PersonView> People, int Total, IReadOnlyList<InvitationView> Invitations, DateTimeOffset AsOf);

/// <summary>People for the page that manages them.</summary>
public interface IPeopleDesk
{
    /// <summary>People whose name or address has a text in it; null when whoever asks does not administer the portal.</summary>
    Task<PortalPeopleView?> ReadAsync(string? search, CancellationToken cancellationToken);

    /// <summary>Makes a link with which one person can become an administrator of the portal.</summary>
    Task<InvitationOutcome> InviteAsync(string email, CancellationToken cancellationToken);

    /// <summary>Takes such a link back; gives null, or the sentence that says why not.</summary>
    Task<string?> RevokeAsync(Guid invitation, CancellationToken cancellationToken);

    /// <summary>Says whether somebody administers the portal; gives null, or the sentence that says why not.</summary>
    Task<string?> SetAdministratorAsync(Guid person, bool isAdministrator, CancellationToken cancellationToken);

    /// <summary>Ends all sessions of somebody; gives null, or the sentence that says why not.</summary>
    Task<string?> SignOutAsync(Guid person, CancellationToken cancellationToken);

    /// <summary>Removes an account with its roles, passkeys and sessions; gives null, or the sentence that says why not.</summary>
    Task<string?> RemoveAsync(Guid person, CancellationToken cancellationToken);
}
