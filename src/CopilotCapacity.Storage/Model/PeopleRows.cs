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

/// <summary>A browser in which a person is signed in. The key that its cookie carries is nowhere.</summary>
public sealed class SessionRow
{
    public Guid Id { get; set; }

    /// <summary>SHA-256 of the cookie's key.</summary>
    public required byte[] KeyHash { get; set; }

    public Guid UserId { get; set; }

    /// <summary>Who the person is, as the cookie said it when it still said so itself.</summary>
    public required byte[] Ticket { get; set; }

    /// <summary>Such as <c>Firefox on Linux</c>.</summary>
    public required string Device { get; set; }

    /// <summary>Where it was begun from; null when that is not known.</summary>
    public string? Address { get; set; }

    public DateTimeOffset StartedAt { get; set; }

    /// <summary>When it was last used, to within a few minutes.</summary>
    public DateTimeOffset SeenAt { get; set; }

    public DateTimeOffset ExpiresAt { get; set; }
}
