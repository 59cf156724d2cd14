using CopilotCapacity.Domain.Forecast;
using CopilotCapacity.Domain.Quota;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Portal.Components.Shared;

namespace CopilotCapacity.Portal.Features.Overview;

/// <summary>The words and the choices of the overview as a whole.</summary>
public static class OverviewText
{
    /// <summary>More alerts than this would push the figures off the screen.</summary>
    public const int AlertsShown = 3;

    public const int RunningOutShown = 6;

    private const int NamesShown = 3;

    public static string Entitled(TenantOverview overview) =>
        $"{Formats.Count(overview.MessagePacks, "message pack", "message packs")} · resets {Formats.Day(overview.Period.End)}";

    public static string Allocated(TenantOverview overview) => $"{Formats.Credits(overview.PoolSize)} in the tenant pool";

    public static string Used(TenantOverview overview)
    {
        var words = new List<string> { Formats.Percent(overview.Consumed, overview.Entitled) };
        if (UseForecast.AtPaceOf(overview.Consumed, overview.Period, overview.AsOf) is { } pace)
        {
            words.Add($"{Formats.Brief(Credits.Of((long)Math.Round(pace.Between(overview.Period.Start, overview.Period.Start.AddDays(1)).Value)))} a day");
        }

        if (overview.Held.IsPositive)
        {
            words.Add($"{Formats.Brief(overview.Held)} held");
        }

        if (overview.Unfunded.IsPositive)
        {
            words.Add($"{Formats.Brief(overview.Unfunded)} paid by nobody");
        }

        return string.Join(" · ", words);
    }

    public static string Left(TenantOverview overview)
    {
        if (!overview.Left.IsPositive)
        {
            return overview.Entitled.IsPositive ? "nothing left" : "no prepaid credits";
        }

        return Ends(overview) switch
        {
            { Basis: null } => "too early for a forecast",
            { At: not null } ends => $"used up {ForecastText.Day(ends)} {ForecastText.By(ends.Basis)}",
            { } ends when ForecastText.Risk(ends) is { } risk => $"likely lasts to the month’s end; {risk}",
            _ => "lasts to the month’s end",
        };
    }

    private static Depletion Ends(TenantOverview overview) => overview.Prepaid?.Ends ?? Depletion.Of(
        overview.Left, UseForecast.AtPaceOf(overview.Consumed, overview.Period, overview.AsOf), overview.Period, overview.AsOf);

    public static (string Value, string Note) PayAsYouGo(TenantOverview overview) => overview.PayAsYouGo switch
    {
        null => ("–", "no billing plan"),
        { Budget: null } payg => (Formats.Money(payg.Spend), "no budget limits it"),
        { Budget: { } budget, HardStop: true } payg => (Formats.Money(payg.Spend), $"of {Formats.Money(budget)}, hard stop"),
        { Budget: { } budget } payg => (Formats.Money(payg.Spend), $"of {Formats.Money(budget)}, may go over"),
    };

    public static IReadOnlyList<OverviewEnvironment> Depleted(TenantOverview overview) => At(overview, QuotaStatus.Depleted);

    public static IReadOnlyList<OverviewEnvironment> Low(TenantOverview overview) => At(overview, QuotaStatus.Low);

    // What ends first comes first.
    private static List<OverviewEnvironment> At(TenantOverview overview, QuotaStatus status) =>
    [
        .. overview.Environments.Where(e => e.Status == status)
            .OrderBy(e => e.RunsOutAt ?? DateTimeOffset.MaxValue)
            .ThenBy(e => e.Name, StringComparer.CurrentCultureIgnoreCase),
    ];

    /// <summary>The headline that stands for all low environments: one alert, so that a bad day does not flood the page.</summary>
    public static string LowTitle(IReadOnlyList<OverviewEnvironment> low)
    {
        if (low.Count == 1)
        {
            return $"{low[0].Name} is low.";
        }

        var named = string.Join(", ", low.Take(NamesShown).Select(e => e.Name));
        var more = low.Count > NamesShown ? $" and {low.Count - NamesShown} more" : string.Empty;
        return $"{low.Count} environments are low: {named}{more}.";
    }

    /// <summary>What runs out first: depleted, then what ends within the month by its date, then the rest that is low.</summary>
    public static IReadOnlyList<OverviewEnvironment> RunningOut(TenantOverview overview) =>
        [.. overview.Environments
            .Where(e => e.Status != QuotaStatus.Available || e.RunsOutAt is not null)
            .OrderByDescending(e => e.Status == QuotaStatus.Depleted)
            .ThenBy(e => e.RunsOutAt ?? DateTimeOffset.MaxValue)
            .ThenByDescending(e => e.Status)
            .ThenBy(e => e.Name, StringComparer.CurrentCulture)
            .Take(RunningOutShown)];

    /// <summary>The chart's data; the marker is the first environment that is still running.</summary>
    public static BurnDown BurnDown(TenantOverview overview)
    {
        var first = overview.Environments.Where(e => e.RunsOutAt > overview.AsOf).MinBy(e => e.RunsOutAt);
        return new BurnDown
        {
            Period = overview.Period,
            AsOf = overview.AsOf,
            Samples = [.. overview.BurnDown.Select(p => new BurnDownSample(p.At, p.Left))],
            Left = overview.Left,
            Used = overview.Consumed,
            Outlook = overview.Prepaid,
            FirstRunOut = first?.RunsOutAt is { } at ? new RunOut(first.Name, at) : null,
        };
    }
}
