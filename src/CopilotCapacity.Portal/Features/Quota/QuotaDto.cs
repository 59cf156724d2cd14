using CopilotCapacity.Domain.Forecast;
using CopilotCapacity.Domain.Quota;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Portal.Components;
using CopilotCapacity.Portal.Features.Capacity;
using CopilotCapacity.Portal.Hosting.Json;

namespace CopilotCapacity.Portal.Features.Quota;

/// <summary>The quota of an environment, with what users should be told and what admins can do.</summary>
public sealed record QuotaDto
{
#pragma warning disable CS1591 // The members carry the contract's own words.
    public required Guid EnvironmentId { get; init; }

    public required QuotaStatus Status { get; init; }

    /// <summary>All it can reach, a hard pay-as-you-go budget included; null when nothing can run out.</summary>
    public required Credits? Remaining { get; init; }

    /// <summary><c>allocation</c>, <c>pool</c> or <c>payAsYouGo</c>; null when nobody pays.</summary>
    public required FundingSource? PaysNow { get; init; }

    /// <summary>Who pays once that has run out; null when nobody does.</summary>
    public required FundingSource? PaysNext { get; init; }

    public required QuotaAllocationDto Allocation { get; init; }

    public required PoolDto Pool { get; init; }

    public required QuotaPayAsYouGoDto PayAsYouGo { get; init; }

    /// <summary>When all of it is likely used up, by the forecast; null when not before the reset, or when that cannot be told yet.</summary>
    public required DateTimeOffset? DepletesAt { get; init; }

    /// <summary>When the next month begins.</summary>
    public required DateTimeOffset ResetsAt { get; init; }

    /// <summary>What a client does while it cannot reach the portal.</summary>
    public required UnreachableRule WhenUnreachable { get; init; }

    public required NoticeDto? Notice { get; init; }

    public required IReadOnlyList<QuotaActionDto> Actions { get; init; }

    public required long Sequence { get; init; }

    public required DateTimeOffset AsOf { get; init; }
#pragma warning restore CS1591

    internal static QuotaDto From(TenantId tenant, QuotaReading reading, QuotaForecast forecast, DateTimeOffset now)
    {
        var asOf = reading.IsRehearsal ? reading.LedgerNow : now;
        return Of(tenant, reading, forecast.DepletesAt(tenant, reading, asOf), asOf);
    }

    /// <summary>The document of a moment that has passed. It says the same whenever it is asked for, so it rests on that month alone.</summary>
    internal static QuotaDto AsItWas(TenantId tenant, QuotaReading reading)
    {
        var pace = UseForecast.AtPaceOf(reading.Charged, reading.Period, reading.LedgerNow);
        var depletion = Depletion.Of(new ForecastPlace(reading.Reach, null, pace), SharedSources.None, reading.Period, reading.LedgerNow);
        return Of(tenant, reading, depletion.At, reading.LedgerNow);
    }

    private static QuotaDto Of(TenantId tenant, QuotaReading reading, DateTimeOffset? depletesAt, DateTimeOffset asOf)
    {
        var reach = reading.Reach;
        return new QuotaDto
        {
            EnvironmentId = reading.Environment.Value,
            Status = reading.Status,
            Remaining = reach.IsUnlimited ? null : reach.Left,
            PaysNow = PayerOf(reach.PaysNow),
            PaysNext = PayerOf(reach.PaysNext),
            Allocation = new QuotaAllocationDto(
                reading.Allocation, reading.AllocationConsumed, reading.AllocationHeld, reach.AllocationLeft),
            Pool = new PoolDto(reach.PoolTotal, reading.PoolConsumed, reading.PoolHeld, reach.PoolLeft),
            PayAsYouGo = QuotaPayAsYouGoDto.From(reading),
            DepletesAt = depletesAt,
            ResetsAt = reading.Period.End,
            WhenUnreachable = reading.WhenUnreachable,
            Notice = QuotaWords.NoticeFor(reading.Status),
            Actions = QuotaWords.ActionsFor(tenant, reading),
            Sequence = reading.Sequence,
            AsOf = asOf,
        };
    }

    private static FundingSource? PayerOf(FundingSource source) => source == FundingSource.Unfunded ? null : source;
}

/// <summary>The environment's own allocation: the setting, and its balance.</summary>
public sealed record QuotaAllocationDto(Credits Credits, Credits Consumed, Credits Held, Credits Remaining);

/// <summary>Pay-as-you-go for the environment. Money is null where no budget limits it or no plan pays.</summary>
public sealed record QuotaPayAsYouGoDto(bool Enabled, MoneyDto? Spend, MoneyDto? Budget, MoneyDto? Remaining, bool? HardStop)
{
    internal static QuotaPayAsYouGoDto From(QuotaReading reading)
    {
        if (reading.Plan is not { } plan)
        {
            return new QuotaPayAsYouGoDto(false, null, null, null, null);
        }

        var currency = reading.Currency.Value;
        return new QuotaPayAsYouGoDto(
            true,
            MoneyDto.From(plan.SpendMicros, currency),
            plan.BudgetMicros is { } budget ? MoneyDto.From(budget, currency) : null,
            plan.LeftMicros is { } left ? MoneyDto.From(left, currency) : null,
            plan.HardStop);
    }
}

/// <summary>What the users of an environment are told.</summary>
public sealed record NoticeDto(string Severity, string Title, string Text);

/// <summary>What can be done about it, and where.</summary>
public sealed record QuotaActionDto(string Kind, string Text, string Href);

/// <summary>The words of notices and actions.</summary>
internal static class QuotaWords
{
    public static NoticeDto? NoticeFor(QuotaStatus status) => status switch
    {
        QuotaStatus.Depleted => new NoticeDto(
            "error",
            "AI features are paused",
            "The Copilot Credits of this environment are used up. AI features come back as soon as an administrator adds capacity."),
        QuotaStatus.Low => new NoticeDto(
            "warning",
            "Copilot Credits are running low",
            "This environment has few Copilot Credits left. When they are used up, AI features pause until capacity is added."),
        _ => null,
    };

    public static IReadOnlyList<QuotaActionDto> ActionsFor(TenantId tenant, QuotaReading reading)
    {
        return reading.Status == QuotaStatus.Available ? [] : WaysOut(tenant, reading);
    }

    /// <summary>What would let an application go on that is not linked.</summary>
    public static IReadOnlyList<QuotaActionDto> ToLink(TenantId tenant) =>
        [new("askAdmin", "Ask an administrator to link the application to an environment", PortalUrls.Environments(tenant))];

    /// <summary>What would let an environment go on, whatever its status.</summary>
    public static IReadOnlyList<QuotaActionDto> WaysOut(TenantId tenant, QuotaReading reading)
    {
        var actions = new List<QuotaActionDto>();
        if (reading.Reach.PoolLeft.IsPositive && !reading.Reach.DrawsOnPool)
        {
            actions.Add(new("reallocate", "Move credits from the tenant pool", PortalUrls.Allocate(tenant, reading.Environment)));
        }

        actions.Add(new("purchase", "Buy message packs", PortalUrls.RecordOrder(tenant)));
        actions.Add(reading.Plan is null
            ? new("linkPayAsYouGo", "Link a pay-as-you-go plan", PortalUrls.NewPlan(tenant, reading.Environment))
            : new("raiseBudget", "Raise the plan's budget", PortalUrls.RaiseBudget(tenant, reading.Plan.Id)));
        actions.Add(new("askAdmin", "Ask an administrator", PortalUrls.AskFor(tenant, reading.Environment)));
        return actions;
    }
}
