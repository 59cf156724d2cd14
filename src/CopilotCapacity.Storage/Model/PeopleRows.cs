using CopilotCapacity.Domain.Tenancy;

namespace CopilotCapacity.Storage.Model;

/// <summary>What a person may do in a tenant.</summary>
public sealed class MembershipRow
{
    public int TenantKey { get; set; }

    public Guid UserId { get; set; }

    public TenantRole Role { get; set; }

    /// <summary>The environments an environment administrator looks after, as a JSON array of ids; empty for other roles.</summary>
    public IReadOnlyList<Guid> Environments { get; set; } = [];

    public DateTimeOffset Since { get; set; }
}

/// <summary>A person who was asked to join and has not yet. The token itself is nowhere.</summary>
public sealed class InvitationRow
{
    public Guid Id { get; set; }

    /// <summary>The tenant; null for an administrator of the portal.</summary>
    public int? TenantKey { get; set; }

    public required string Email { get; set; }

    public TenantRole Role { get; set; }

    public IReadOnlyList<Guid> Environments { get; set; } = [];

    public required byte[] TokenHash { get; set; }

    public Guid InvitedBy { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset ExpiresAt { get; set; }

    public DateTimeOffset? AcceptedAt { get; set; }

    public DateTimeOffset? RevokedAt { get; set; }
}
