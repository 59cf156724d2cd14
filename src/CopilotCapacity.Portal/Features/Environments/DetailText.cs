using System.Globalization;
using CopilotCapacity.Domain.Rating;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Portal.Components.Shared;
using CopilotCapacity.Portal.Features.Caps;
using CopilotCapacity.Portal.Features.Overview;
using CopilotCapacity.Portal.Features.Rates;

namespace CopilotCapacity.Portal.Features.Environments;

/// <summary>The words of the page of one environment.</summary>
public static class DetailText
{
    /// <summary>All it was charged in the month, whoever paid.</summary>
    public static Credits Used(OverviewEnvironment environment) =>
        environment.ConsumedFromAllocation + environment.ConsumedFromPool + environment.PayAsYouGoCredits + environment.Unfunded;

    /// <summary>What each way to pay means for what an application of it uses.</summary>
    public static string Chain(OverviewEnvironment environment) => environment.Reach switch
    {
        { HasPayAsYouGo: true } reach => $"first its allocation{(reach.DrawsOnPool ? " and the tenant pool" : "")}, then the Azure subscription of its billing plan pays for each use.",
        { DrawsOnPool: true } => "first its allocation, then the tenant pool. When both are used up it stops; no billing plan pays.",
        _ => "its allocation alone. When that is used up it stops.",
    };

    /// <summary>
    /// What was left of all it can reach, going back from today; null when nothing limits it. What others took from the tenant pool
    /// is not in it.
    /// </summary>
    public static BurnDown? LeftOf(EnvironmentDetail detail)
    {
        if (detail.Environment.Reach.IsUnlimited)
        {
            return null;
        }

        var samples = new List<BurnDownSample>();
        var left = detail.Environment.Reach.Left;
        for (var index = detail.Days.Count - 1; index >= 0; index--)
        {
            left += detail.Days[index].Prepaid + detail.Days[index].PayAsYouGo;
            samples.Add(new BurnDownSample(new DateTimeOffset(detail.Days[index].Day, TimeOnly.MinValue, TimeSpan.Zero), left));
        }

        samples.Reverse();
        return new BurnDown
        {
            Period = detail.Period,
            AsOf = detail.AsOf,
            Samples = samples,
            Left = detail.Environment.Reach.Left,
            Used = Used(detail.Environment),
            FromHistory = detail.Environment.FromHistory,
            Ends = detail.Environment.RunsOut,
            What = "credits within its reach",
        };
    }

    /// <summary>Who paid for it.</summary>
    public static string UsedOf(OverviewEnvironment environment)
    {
        var parts = new List<string>();
        Add(environment.ConsumedFromAllocation, "allocation");
        Add(environment.ConsumedFromPool, "tenant pool");
        Add(environment.PayAsYouGoCredits, "pay-as-you-go");
        Add(environment.Unfunded, "nobody");
        return parts.Count == 0 ? "nothing yet" : string.Join(", ", parts);

        void Add(Credits credits, string payer)
        {
            if (credits.IsPositive)
            {
                parts.Add($"{Formats.Brief(credits)} {payer}");
            }
        }
    }

    /// <summary>Whether credits stand behind all of the allocation.</summary>
    public static string Backing(OverviewEnvironment environment) => environment.Backed < environment.Allocation
        ? $"only {Formats.Credits(environment.Backed)} of it are there now"
        : "set aside each month";

    /// <summary>What the allocation gives, and until when.</summary>
    public static string Allocation(EnvironmentDetail detail) => detail.Environment switch
    {
        { Allocation.IsPositive: false } => "none is set aside for it",
        var environment when EnvironmentText.AllocationEnds(environment, detail.Period, detail.AsOf) is { } ends =>
            $"{Formats.Credits(environment.Reach.AllocationLeft)} of {Formats.Credits(environment.Backed)} credits left, {ends} {ForecastText.By(environment.RunsOut.Basis)}; it begins anew each month",
        var environment => $"{Formats.Credits(environment.Reach.AllocationLeft)} of {Formats.Credits(environment.Backed)} credits left; it begins anew each month",
    };

    /// <summary>What the tenant pool gives.</summary>
    public static string Pool(EnvironmentDetail detail) => detail.Environment.Reach.DrawsOnPool
        ? $"{Formats.Credits(detail.TenantCredits.PoolLeft)} credits left, shared with other environments{(EnvironmentText.PoolEnds(detail.Environment, detail.Period, detail.AsOf) is { } ends ? $"; {ends}" : "")}"
        : "it may not draw on the pool";

    /// <summary>What pay-as-you-go gives.</summary>
    public static string PayAsYouGo(EnvironmentDetail detail) => detail.Environment switch
    {
        { BillingPlan: null } => "it is on no billing plan",
        { Reach.HasPayAsYouGo: false, BillingPlan: { } plan } => detail.Environment.PayAsYouGo ? $"plan “{plan}” is disabled" : $"plan “{plan}” may not pay for it",
        { Reach.PayAsYouGoLeft: null, BillingPlan: { } plan } => $"plan “{plan}”, without a hard stop",
        { BillingPlan: { } plan } environment => $"plan “{plan}”, whose budget buys {Formats.Credits(environment.Reach.PayAsYouGoLeft!.Value)} credits more",
    };

    /// <summary>An agent's id, or that there was none.</summary>
    public static string AgentOf(string? id) => id ?? "no agent named";

    /// <summary>A feature by its name.</summary>
    public static string FeatureOf(string? code) => code is not null && RateCard.Find(code) is { } rate ? RateText.NameOf(rate.Feature) : code ?? "no feature named";

    /// <summary>What a cap covers.</summary>
    public static string CapOf(CapDto cap) => (cap.Scope.AgentId, cap.Scope.UserId, cap.Scope.CostCenter) switch
    {
        ({ } agent, _, _) => $"Agent {agent}",
        (_, { } user, _) => $"User {user}",
        (_, _, { } costCenter) => $"Cost centre {costCenter}",
        _ => "The whole environment",
    };

    /// <summary>What a cap allows.</summary>
    public static string LimitOf(CapDto cap) => string.Create(
        CultureInfo.CurrentCulture, $"{Formats.Credits(cap.Credits)} credits a {(cap.Per == Domain.Caps.CapWindow.Day ? "day" : "month")}, {(cap.HardStop ? "then it stops" : "then it is told")}");
}
