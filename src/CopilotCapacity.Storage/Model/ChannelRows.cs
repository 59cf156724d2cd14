using CopilotCapacity.Domain.Alerts;

namespace CopilotCapacity.Storage.Model;

// Rows of channels and what went through them. Every key begins with the tenant.

/// <summary>Where a channel leads. The number is stored; never change one.</summary>
public enum ChannelKind
{
    /// <summary>An address that programs listen at.</summary>
    Webhook = 1,

    /// <summary>People's mailboxes.</summary>
    Email = 2,
}

/// <summary>How often a channel by e-mail tells. The number is stored; never change one.</summary>
public enum ChannelRhythm
{
    /// <summary>As soon as there is something to tell.</summary>
    Immediate = 1,

    /// <summary>Once a day, all of it.</summary>
    Daily = 2,
}

/// <summary>Who hears what: where to, and which alerts.</summary>
public sealed class ChannelRow
{
    public int TenantKey { get; set; }

    public Guid Id { get; set; }

    public required string Name { get; set; }

    public ChannelKind Kind { get; set; }

    /// <summary>Where a webhook is sent to; null for e-mail.</summary>
    public string? Url { get; set; }

    /// <summary>Who gets the mail; none for a webhook.</summary>
    public IReadOnlyList<string> Recipients { get; set; } = [];

    /// <summary>From which severity on it hears.</summary>
    public AlertSeverity Severity { get; set; }

    /// <summary>What it hears of; none for all kinds.</summary>
    public IReadOnlyList<AlertKind> Kinds { get; set; } = [];

    /// <summary>The ids of the environments it hears of; none for all.</summary>
    public IReadOnlyList<Guid> Environments { get; set; } = [];

    public ChannelRhythm Rhythm { get; set; }

    /// <summary>The hour of the day, in the tenant's zone, at which a daily channel tells.</summary>
    public int DigestHour { get; set; }

    /// <summary>Whether it tells what happens in a rehearsal.</summary>
    public bool InRehearsal { get; set; }

    public bool IsEnabled { get; set; }

    /// <summary>Why it was turned off, where nobody turned it off by hand.</summary>
    public string? OffReason { get; set; }

    /// <summary>What webhooks are signed with, sealed.</summary>
    public byte[]? Secret { get; set; }

    /// <summary>What they were signed with before, sealed; it still signs too, for a while.</summary>
    public byte[]? OldSecret { get; set; }

    public DateTimeOffset? OldSecretUntil { get; set; }

    /// <summary>The number of the last alert that was looked at for it.</summary>
    public long Cursor { get; set; }

    /// <summary>Until when it tells nothing new: the time of the next digest, or of the next mail it may send.</summary>
    public DateTimeOffset? WaitUntil { get; set; }

    public DateTimeOffset? LastDeliveredAt { get; set; }

    public DateTimeOffset? LastFailedAt { get; set; }

    public string? LastFailure { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset? DeletedAt { get; set; }

    public int Version { get; set; }
}

/// <summary>How far a delivery is. The number is stored; never change one.</summary>
public enum DeliveryState
{
    /// <summary>It is still to be sent.</summary>
    Waiting = 1,

    /// <summary>It came through.</summary>
    Delivered = 2,

    /// <summary>It was tried as often as it is, and did not come through.</summary>
    Failed = 3,

    /// <summary>Its channel was turned off before it came through.</summary>
    Cancelled = 4,
}

/// <summary>What a delivery is about. The number is stored; never change one.</summary>
public enum DeliveryContent
{
    /// <summary>One alert, or the alerts of one cause.</summary>
    Alert = 1,

    /// <summary>All that came while the channel had sent enough for an hour.</summary>
    Summary = 2,

    /// <summary>All of a day.</summary>
    Digest = 3,

    /// <summary>A test that somebody asked for.</summary>
    Test = 4,
}

/// <summary>Something that was sent, or is to be sent, through a channel.</summary>
public sealed class DeliveryRow
{
    public int TenantKey { get; set; }

    /// <summary>Within the tenant.</summary>
    public long Number { get; set; }

    public Guid Id { get; set; }

    public Guid ChannelId { get; set; }

    /// <summary>The same however often it is sent.</summary>
    public required string MessageId { get; set; }

    public DeliveryContent Content { get; set; }

    /// <summary>The number of the first alert it tells; null for a test.</summary>
    public long? Alert { get; set; }

    /// <summary>How many alerts it tells.</summary>
    public int Alerts { get; set; }

    public required string Title { get; set; }

    /// <summary>What is sent, the same each time.</summary>
    public required string Body { get; set; }

    public DeliveryState State { get; set; }

    /// <summary>How often it was tried since it was last asked for.</summary>
    public int Tries { get; set; }

    /// <summary>How often it was tried in all.</summary>
    public int Attempts { get; set; }

    public DateTimeOffset DueAt { get; set; }

    /// <summary>Which run of the portal is sending it; null for none.</summary>
    public Guid? LeaseOwner { get; set; }

    public DateTimeOffset? LeaseUntil { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset? EndedAt { get; set; }
}

/// <summary>One try to send a delivery.</summary>
public sealed class DeliveryAttemptRow
{
    public int TenantKey { get; set; }

    public long Delivery { get; set; }

    /// <summary>1, 2, 3, … of the delivery.</summary>
    public int Attempt { get; set; }

    public DateTimeOffset At { get; set; }

    public long Milliseconds { get; set; }

    public bool IsDelivered { get; set; }

    /// <summary>The number the other side answered with; null when it did not answer.</summary>
    public int? Status { get; set; }

    /// <summary>What came of it, in words.</summary>
    public required string Result { get; set; }

    /// <summary>The beginning of the answer.</summary>
    public string? Answer { get; set; }
}
