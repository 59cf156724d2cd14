using CopilotCapacity.Domain.Tenancy;

namespace CopilotCapacity.Portal.Features.Members;

/// <summary>Somebody who belongs to a tenant.</summary>
/// <param name="Id">Their id.</param>
/// <param name="Name">How they are shown.</param>
/// <param name="Email">Their address; null where none is known.</param>
/// <param name="Role">What they are.</param>
/// <param name="Environments">What an environment administrator looks after.</param>
/// <param name="Since">Since when.</param>
/// <param name="IsMe">Whether it is whoever looks.</param>
public sealed record MemberView(
    Guid Id, string Name, string? Email, TenantRole Role, IReadOnlyList<EnvironmentId> Environments, DateTimeOffset Since, bool IsMe);

/// <summary>An invitation nobody has accepted yet.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Email">Whom it was made for.</param>
/// <param name="Role">What they will be.</param>
/// <param name="ExpiresAt">Until when it can be accepted.</param>
public sealed record InvitationView(Guid Id, string Email, TenantRole Role, DateTimeOffset ExpiresAt);

/// <summary>An environment somebody can look after.</summary>
public sealed record EnvironmentChoice(EnvironmentId Id, string Name);

/// <summary>The members of a tenant.</summary>
public sealed record TenantMembers(
    string TenantName,
    IReadOnlyList<MemberView> Members,
    IReadOnlyList<InvitationView> Invitations,
    IReadOnlyList<EnvironmentChoice> Environments,
    DateTimeOffset AsOf);

/// <summary>What somebody is to be in a tenant.</summary>
/// <param name="Role">The role.</param>
/// <param name="Environments">The environments of an environment administrator; empty for other roles.</param>
public sealed record WantedRole(TenantRole Role, IReadOnlyList<EnvironmentId> Environments);

/// <summary>What came of an invitation: the path of its link, shown this once, or why there is none.</summary>
public sealed record InvitationOutcome(string? Path, string? Refusal);

/// <summary>Members for the page that manages them.</summary>
public interface IMemberDesk
{
    /// <summary>The members; null when there is no such tenant for whoever asks.</summary>
    Task<TenantMembers?> ReadAsync(TenantId tenant, CancellationToken cancellationToken);

    /// <summary>Makes a link with which one person can join.</summary>
    Task<InvitationOutcome> InviteAsync(TenantId tenant, string email, WantedRole wanted, CancellationToken cancellationToken);

    /// <summary>Takes an invitation back; gives null, or the sentence that says why not.</summary>
    Task<string?> RevokeAsync(TenantId tenant, Guid invitation, CancellationToken cancellationToken);

    /// <summary>Changes what a member is; gives null, or the sentence that says why not.</summary>
    Task<string?> ChangeAsync(TenantId tenant, Guid member, WantedRole wanted, string? reason, CancellationToken cancellationToken);

    /// <summary>Takes a member's role away; gives null, or the sentence that says why not.</summary>
    Task<string?> RemoveAsync(TenantId tenant, Guid member, string? reason, CancellationToken cancellationToken);
}
