using System.Text.Json.Serialization;
using CopilotCapacity.Domain.Prepaid;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Portal.Hosting.Json;
using CopilotCapacity.Storage.Model;
using CopilotCapacity.Storage.Queries;

namespace CopilotCapacity.Portal.Features.MessagePacks;

/// <summary>A grant with its balance in the current period.</summary>
public sealed record GrantDto
{
#pragma warning disable CS1591 // The members carry the domain's own words.
    public required Guid Id { get; init; }

    public required GrantKind Kind { get; init; }

    public required Credits Amount { get; init; }

    public required int Priority { get; init; }

    public required DateTimeOffset EffectiveAt { get; init; }

    public required DateTimeOffset? ExpiresAt { get; init; }

    public required DateTimeOffset? EndedAt { get; init; }

    public required Recurrence Recurrence { get; init; }

    /// <summary>Null without limit.</summary>
    public required Credits? RolloverMax { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public required int? Packs { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public required Credits? CreditsPerPack { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public required MoneyDto? UnitPrice { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public required string? OrderReference { get; init; }

    public required Credits Granted { get; init; }

    public required Credits CarriedIn { get; init; }

    public required Credits Burned { get; init; }

    public required Credits Held { get; init; }

    public required Credits Remaining { get; init; }

    public required Credits Expired { get; init; }
#pragma warning restore CS1591

    internal static int VersionOf(GrantRow row) => row.EndedAt is null ? 1 : 2;

    internal static GrantDto From(Grant grant, GrantMonth? month, string currency) => new()
    {
        Id = grant.Id.Value,
        Kind = grant.Kind,
        Amount = grant.Amount,
        Priority = grant.Priority,
        EffectiveAt = grant.EffectiveAt,
        ExpiresAt = grant.ExpiresAt,
        EndedAt = grant.EndedAt,
        Recurrence = grant.Recurrence,
        RolloverMax = grant.RolloverMax,
        Packs = grant.Order?.Packs,
        CreditsPerPack = grant.Order?.CreditsPerPack,
        UnitPrice = grant.Order is { } order ? MoneyDto.From(order.UnitPriceMicros, currency) : null,
        OrderReference = grant.Order?.Reference,
        Granted = month?.Granted ?? Credits.Zero,
        CarriedIn = month?.CarriedIn ?? Credits.Zero,
        Burned = month?.Burned ?? Credits.Zero,
        Held = month?.Held ?? Credits.Zero,
        Remaining = month?.Remaining ?? Credits.Zero,
        Expired = month?.Expired ?? Credits.Zero,
    };

    internal static GrantDto From(GrantMonthView view, string currency) => new()
    {
        Id = view.Row.Id,
        Kind = view.Row.Kind,
        Amount = new Credits(view.Row.Amount),
        Priority = view.Row.Priority,
        EffectiveAt = view.Row.EffectiveAt,
        ExpiresAt = view.Row.ExpiresAt,
        EndedAt = view.Row.EndedAt,
        Recurrence = view.Row.Recurrence,
        RolloverMax = view.Row.RolloverMax is { } most ? new Credits(most) : null,
        Packs = view.Row.Packs,
        CreditsPerPack = view.Row.CreditsPerPack is { } perPack ? new Credits(perPack) : null,
        UnitPrice = view.Row.UnitPriceMicros is { } price ? MoneyDto.From(price, currency) : null,
        OrderReference = view.Row.OrderReference,
        Granted = view.Granted,
        CarriedIn = view.CarriedIn,
        Burned = view.Burned,
        Held = view.Held,
        Remaining = view.Remaining,
        Expired = view.Expired,
    };
}
