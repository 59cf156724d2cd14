using CopilotCapacity.Domain.Forecast;
using CopilotCapacity.Domain.Quota;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Time;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Portal.Components.Shared;

namespace CopilotCapacity.Portal.Features.Overview;

/// <summary>The words the overview has for one environment.</summary>
public static class EnvironmentText
{
    // Less than this part of an allocation is not worth telling somebody to move.
    private const decimal SpareShareToTell = 0.2m;

    private const string Nobody = "nobody";

    public static string Applications(OverviewEnvironment environment) => environment.Applications.Count == 0
        ? $"{environment.Type}, no application linked"
        : string.Join(", ", environment.Applications.Select(NameOf));

    /// <summary>Type, region and who answers for it.</summary>
    public static string Place(OverviewEnvironment environment) => environment.CostCenter is { } costCenter
        ? $"{environment.Type} · {environment.Region} · {costCenter}"
        : $"{environment.Type} · {environment.Region}";

    /// <summary>The plan that pays or could; null when it is on none.</summary>
    public static string? Plan(OverviewEnvironment environment) => environment.BillingPlan is { } plan ? $"plan “{plan}”" : null;

    public static FundingShares Shares(OverviewEnvironment environment) => new()
    {
        Allocation = environment.ConsumedFromAllocation,
        Pool = environment.ConsumedFromPool,
        PayAsYouGo = environment.PayAsYouGoCredits,
        Unfunded = environment.Unfunded,
        Left = environment.Reach.IsUnlimited ? null : environment.Reach.Left,
    };

    /// <summary>What is left of everything it can reach; pay-as-you-go without a hard stop has no number.</summary>
    public static string Left(OverviewEnvironment environment) =>
        environment.Reach.IsUnlimited ? "no limit" : Formats.Credits(environment.Reach.Left);

    /// <summary>Who pays now and who does next.</summary>
    public static string Payers(OverviewEnvironment environment)
    {
        var reach = environment.Reach;
        var now = reach.PaysNow;
        var canOnlyAllocate = !reach.DrawsOnPool && !reach.HasPayAsYouGo;
        if (now == FundingSource.Unfunded)
        {
            return Nobody;
        }

        if (now == FundingSource.Allocation && canOnlyAllocate)
        {
            return "Allocation only";
        }

        if (now == FundingSource.PayAsYouGo && reach.IsUnlimited)
        {
            return Sentence(Payer(now, environment));
        }

        return $"{Sentence(Payer(now, environment))} → {Payer(reach.PaysNext, environment)}";
    }

    /// <summary>
    /// When the payers that will not last the month are used up: the allocation at its own pace, unless it is the last one, whose end is
    /// that of everything; the tenant pool at everybody's. Null when all last, or when no pace can be told yet.
    /// </summary>
    public static string? PayerEnds(OverviewEnvironment environment, Period period, DateTimeOffset asOf)
    {
        var ends = new[] { AllocationEnds(environment, period, asOf), PoolEnds(environment, period, asOf) }.Where(end => end is not null).ToList();
        return ends.Count == 0 ? null : string.Join(", ", ends);
    }

    /// <summary>When the allocation is used up, while others pay after it.</summary>
    public static string? AllocationEnds(OverviewEnvironment environment, Period period, DateTimeOffset asOf)
    {
        var reach = environment.Reach;
        if (reach.PaysNow != FundingSource.Allocation || reach.PaysNext == FundingSource.Unfunded)
        {
            return null;
        }

        var used = environment.ConsumedFromAllocation + environment.ConsumedFromPool + environment.PayAsYouGoCredits + environment.Unfunded;
        return UseForecast.Of(environment.FromHistory, used, period, asOf)?.RunsOutAt(reach.AllocationLeft, asOf, period.End) is { } at ? $"allocation to {Formats.Day(at)}" : null;
    }

    /// <summary>When the tenant pool is used up, for an environment that draws on it. Others draw on it as well.</summary>
    public static string? PoolEnds(OverviewEnvironment environment, Period period, DateTimeOffset asOf)
    {
        var reach = environment.Reach;
        return reach.DrawsOnPool && reach.PoolLeft.IsPositive && UseForecast.AtPaceOf(reach.PoolTotal - reach.PoolLeft, period, asOf)?.RunsOutAt(reach.PoolLeft, asOf, period.End) is { } at
            ? $"pool to {Formats.Day(at)} at everybody’s pace"
            : null;
    }

    /// <summary>When everything it can reach is used up, and what that rests on.</summary>
    public static (string When, string? Why) RunsOut(OverviewEnvironment environment, Period period, DateTimeOffset asOf)
    {
        var reach = environment.Reach;
        if (environment.Status == QuotaStatus.Depleted)
        {
            return ("now", reach.Left.IsPositive || reach.IsUnlimited ? "its cap is full" : "nothing left");
        }

        if (environment.RunsOutAt is { } at)
        {
            return (ForecastText.Day(environment.RunsOut), $"{Formats.Until(asOf, at)}{ForecastText.Sureness(environment.RunsOut)}");
        }

        var basis = reach.IsUnlimited ? "pay-as-you-go has no limit" : ForecastText.Risk(environment.RunsOut) ?? Spare(environment, period, asOf);
        return ("after month end", basis);
    }

    /// <summary>Why the environment needs attention, in one sentence.</summary>
    public static string Reason(OverviewEnvironment environment)
    {
        var reach = environment.Reach;
        if (environment.Status == QuotaStatus.Depleted && (reach.Left.IsPositive || reach.IsUnlimited))
        {
            return "A cap on the whole environment is full; more credits would not help.";
        }

        if (environment.Status != QuotaStatus.Depleted)
        {
            var ending = environment.RunsOutAt is not null ? $", used up {ForecastText.Day(environment.RunsOut)} {ForecastText.By(environment.RunsOut.Basis)}" : string.Empty;
            var whole = Formats.Credits(reach.Total);
            return $"{Formats.Credits(reach.Left)} of the {whole} credits it can reach are left{ending}. Pays now → next: {Payers(environment)}.";
        }

        var allocation = environment.Backed.IsPositive ? "Its allocation is used up" : "It has no allocation";
        var pool = reach.DrawsOnPool ? "the tenant pool is empty" : "it may not draw on the tenant pool";
        var plan = reach.HasPayAsYouGo ? "its pay-as-you-go budget is spent" : "no pay-as-you-go plan pays for it";
        return $"{allocation}, {pool}, and {plan}.";
    }

    /// <summary>A kind of application as its makers call it.</summary>
    public static string NameOf(ApplicationKind kind) => kind switch
    {
        ApplicationKind.Sales => "Dynamics 365 Sales",
        ApplicationKind.CustomerService => "Dynamics 365 Customer Service",
        ApplicationKind.BusinessCentral => "Dynamics 365 Business Central",
        ApplicationKind.Finance => "Dynamics 365 Finance",
        ApplicationKind.SupplyChain => "Dynamics 365 Supply Chain",
        ApplicationKind.FieldService => "Dynamics 365 Field Service",
        ApplicationKind.ContactCenter => "Dynamics 365 Contact Center",
        _ => "Other application",
    };

    private static string Payer(FundingSource source, OverviewEnvironment environment) => source switch
    {
        FundingSource.Allocation => "allocation",
        FundingSource.Pool => "tenant pool",
        FundingSource.PayAsYouGo => Plan(environment) ?? "pay-as-you-go",
        _ => Nobody,
    };

    private static string Sentence(string words) => string.Concat(words[..1].ToUpperInvariant(), words[1..]);

    private static string? Spare(OverviewEnvironment environment, Period period, DateTimeOffset asOf)
    {
        var used = environment.ConsumedFromAllocation + environment.ConsumedFromPool + environment.PayAsYouGoCredits;
        if (UseForecast.Of(environment.FromHistory, used, period, asOf) is not { } forecast)
        {
            return null;
        }

        var spare = environment.Reach.AllocationLeft.Value - forecast.Between(asOf, period.End).Value;
        return spare > 0 && spare >= environment.Backed.Value * SpareShareToTell
            ? $"{Formats.Brief(Credits.Of((long)spare))} to spare {ForecastText.By(forecast.Basis)}"
            : ForecastText.By(forecast.Basis);
    }
}
