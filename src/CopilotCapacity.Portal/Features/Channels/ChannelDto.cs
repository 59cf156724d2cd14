using System.Text.Json.Serialization;
using CopilotCapacity.Domain.Alerts;
using CopilotCapacity.Portal.Features.Alerts;
using CopilotCapacity.Storage.Model;

namespace CopilotCapacity.Portal.Features.Channels;

/// <summary>A channel to set up or to change. What is left out takes its default; a change replaces all of it.</summary>
/// <param name="Id">Its id; made by the portal when left out. Only when it is set up.</param>
/// <param name="Name">What it is called.</param>
/// <param name="Kind">Where it leads; it cannot be changed.</param>
/// <param name="Url">Where a webhook is sent to.</param>
/// <param name="Recipients">Who gets the mail.</param>
/// <param name="Severity">From which severity on it hears; <c>warning</c> when left out.</param>
/// <param name="Kinds">The kinds of alerts it hears of; all when left out or empty.</param>
/// <param name="EnvironmentIds">The environments it hears of; when left out or empty all, and what concerns no environment.</param>
/// <param name="Rhythm">How often mail is sent; <c>immediate</c> when left out.</param>
/// <param name="DigestHour">The hour of a daily mail in the tenant's zone, 0 to 23; 8 when left out.</param>
/// <param name="InRehearsal">Whether it tells what happens in a rehearsal; false when left out.</param>
/// <param name="Enabled">Whether it tells anything; true when left out.</param>
public sealed record ChannelRequestDto(
    Guid? Id,
    string? Name,
    ChannelKind? Kind,
    string? Url,
    IReadOnlyList<string?>? Recipients,
    AlertSeverity? Severity,
    IReadOnlyList<string?>? Kinds,
    IReadOnlyList<Guid>? EnvironmentIds,
    ChannelRhythm? Rhythm,
    int? DigestHour,
    bool? InRehearsal,
    bool? Enabled)
{
    internal ChannelSettings ToSettings() => new()
    {
        Name = Name ?? "",
        Kind = Kind!.Value,
        Url = Url,
        Recipients = [.. (Recipients ?? []).Select(recipient => recipient ?? "")],
        Severity = Severity ?? AlertSeverity.Warning,
        Kinds = [.. (Kinds ?? []).Select(name => AlertWords.Find(name)!.Value)],
        Environments = EnvironmentIds ?? [],
        Rhythm = Rhythm ?? ChannelRhythm.Immediate,
        DigestHour = DigestHour ?? 8,
        InRehearsal = InRehearsal ?? false,
        IsEnabled = Enabled ?? true,
    };
}

/// <summary>A channel: who hears what.</summary>
public sealed record ChannelDto
{
#pragma warning disable CS1591 // The members carry the request's own words.
    public required Guid Id { get; init; }

    public required string Name { get; init; }

    public required ChannelKind Kind { get; init; }

    public required bool Enabled { get; init; }

    /// <summary>Why it was turned off, where nobody turned it off by hand.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? OffReason { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Url { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Recipients { get; init; }

    public required AlertSeverity Severity { get; init; }

    public required IReadOnlyList<string> Kinds { get; init; }

    public required IReadOnlyList<Guid> EnvironmentIds { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ChannelRhythm? Rhythm { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? DigestHour { get; init; }

    public required bool InRehearsal { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? LastDeliveredAt { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? LastFailedAt { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? LastFailure { get; init; }

    /// <summary>Until when the secret before this one signs too.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? OldSecretUntil { get; init; }

    /// <summary>What webhooks are signed with. Shown once, in the answer that makes it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Secret { get; init; }
#pragma warning restore CS1591

    internal static ChannelDto From(ChannelRow row, string? secret = null) => new()
    {
        Id = row.Id,
        Name = row.Name,
        Kind = row.Kind,
        Enabled = row.IsEnabled,
        OffReason = row.OffReason,
        Url = row.Url,
        Recipients = row.Kind == ChannelKind.Email ? row.Recipients : null,
        Severity = row.Severity,
        Kinds = [.. row.Kinds.Select(AlertWords.KindOf)],
        EnvironmentIds = row.Environments,
        Rhythm = row.Kind == ChannelKind.Email ? row.Rhythm : null,
        DigestHour = row.Rhythm == ChannelRhythm.Daily ? row.DigestHour : null,
        InRehearsal = row.InRehearsal,
        CreatedAt = row.CreatedAt,
        LastDeliveredAt = row.LastDeliveredAt,
        LastFailedAt = row.LastFailedAt,
        LastFailure = row.LastFailure,
        OldSecretUntil = row.OldSecretUntil,
        Secret = secret,
    };
}

/// <summary>An exchange of the secret.</summary>
/// <param name="OverlapSeconds">How long the old secret signs too, 0 to 2,592,000; a day when left out.</param>
public sealed record SecretRotationDto(int? OverlapSeconds);
