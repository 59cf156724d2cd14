using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Storage.Model;

namespace CopilotCapacity.Portal.Features.Channels.Pages;

/// <summary>A channel as its page shows it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Settings">What it is.</param>
/// <param name="OffReason">Why it was turned off, where nobody turned it off by hand.</param>
/// <param name="LastDeliveredAt">When something came through last.</param>
/// <param name="LastFailedAt">When something did not.</param>
/// <param name="LastFailure">Why not.</param>
/// <param name="OldSecretUntil">Until when the secret before this one signs too.</param>
/// <param name="Waiting">How many deliveries wait.</param>
/// <param name="Version">Which version it is.</param>
public sealed record ChannelView(
    Guid Id,
    ChannelSettings Settings,
    string? OffReason,
    DateTimeOffset? LastDeliveredAt,
    DateTimeOffset? LastFailedAt,
    string? LastFailure,
    DateTimeOffset? OldSecretUntil,
    int Waiting,
    int Version);

/// <summary>An environment to choose.</summary>
public sealed record ChannelEnvironment(Guid Id, string Name);

/// <summary>A tenant's channels.</summary>
/// <param name="TenantName">The tenant's name.</param>
/// <param name="Zone">The tenant's zone.</param>
/// <param name="IsRehearsal">Whether the tenant rehearses.</param>
/// <param name="HasMail">Whether this portal can send mail.</param>
/// <param name="MailsPerHour">How many mails a channel sends in an hour.</param>
/// <param name="Channels">All of them, by name.</param>
/// <param name="Environments">The environments to choose from, by name.</param>
/// <param name="AsOf">When they were read.</param>
public sealed record ChannelList(
    string TenantName,
    string Zone,
    bool IsRehearsal,
    bool HasMail,
    int MailsPerHour,
    IReadOnlyList<ChannelView> Channels,
    IReadOnlyList<ChannelEnvironment> Environments,
    DateTimeOffset AsOf);

/// <summary>What came of a wish for a channel: a secret, shown this once, where one was made; or why not.</summary>
/// <param name="Secret">The secret; null when none was made.</param>
/// <param name="Refusal">Why not; null when it was done.</param>
/// <param name="Field">What of the form is wrong; null when it is not the form.</param>
public sealed record ChannelOutcome(string? Secret, string? Refusal, string? Field = null);

/// <summary>Which deliveries are looked for.</summary>
/// <param name="Channel">Those of a channel; null for all.</param>
/// <param name="State">Those in a state; null for all.</param>
/// <param name="Before">Those with a smaller number.</param>
public sealed record DeliveryFilter(Guid? Channel, DeliveryState? State, long Before);

/// <summary>A delivery as its page shows it.</summary>
/// <param name="Delivery">The delivery, with its tries.</param>
/// <param name="ChannelName">What its channel is called.</param>
/// <param name="MayResend">Whether it may be sent again.</param>
public sealed record DeliveryView(DeliveryDto Delivery, string ChannelName, bool MayResend);

/// <summary>Deliveries of a tenant.</summary>
/// <param name="TenantName">The tenant's name.</param>
/// <param name="Deliveries">The newest first.</param>
/// <param name="HasOlder">Whether there are older ones.</param>
/// <param name="Channels">The channels to filter by.</param>
/// <param name="KeepDays">For how many days they are kept.</param>
/// <param name="AsOf">When they were read.</param>
public sealed record DeliveryList(
    string TenantName, IReadOnlyList<DeliveryView> Deliveries, bool HasOlder, IReadOnlyList<ChannelEnvironment> Channels, int KeepDays, DateTimeOffset AsOf);

/// <summary>Channels for the pages that manage them.</summary>
public interface IChannelDesk
{
    /// <summary>How many deliveries a page shows.</summary>
    const int PageSize = 50;

    /// <summary>The channels; null when there is no such tenant for whoever asks.</summary>
    Task<ChannelList?> ReadAsync(TenantId tenant, CancellationToken cancellationToken);

    /// <summary>Sets a channel up.</summary>
    Task<ChannelOutcome> CreateAsync(TenantId tenant, Guid id, ChannelSettings settings, CancellationToken cancellationToken);

    /// <summary>Changes a channel.</summary>
    Task<ChannelOutcome> ChangeAsync(TenantId tenant, Guid id, ChannelSettings settings, int version, CancellationToken cancellationToken);

    /// <summary>Makes a new secret.</summary>
    Task<ChannelOutcome> RotateAsync(TenantId tenant, Guid id, TimeSpan overlap, CancellationToken cancellationToken);

    /// <summary>Deletes a channel; gives null, or the sentence that says why not.</summary>
    Task<string?> DeleteAsync(TenantId tenant, Guid id, int version, CancellationToken cancellationToken);

    /// <summary>Sends a test; gives null, or the sentence that says why not.</summary>
    Task<string?> TestAsync(TenantId tenant, Guid id, CancellationToken cancellationToken);

    /// <summary>Deliveries; null when there is no such tenant for whoever asks.</summary>
    Task<DeliveryList?> ReadDeliveriesAsync(TenantId tenant, DeliveryFilter filter, CancellationToken cancellationToken);

    /// <summary>Sends a delivery again; gives null, or the sentence that says why not.</summary>
    Task<string?> ResendAsync(TenantId tenant, Guid delivery, CancellationToken cancellationToken);
}
