using CopilotCapacity.Domain.Rating;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Portal.Components.Shared;
using CopilotCapacity.Portal.Features.Rates;
using CopilotCapacity.Storage.Model;
using CopilotCapacity.Storage.Queries;

namespace CopilotCapacity.Portal.Features.Usage.Pages;

/// <summary>What a group's usage adds up to.</summary>
/// <param name="Number">The number under which what the group is of is kept.</param>
/// <param name="Sums">What it adds up to.</param>
internal readonly record struct UsageGroupSums(int Number, UsageSums Sums);

/// <summary>
/// Puts groups in order and names those that are shown. A large tenant has tens of thousands of agents, and only a sorting by name
/// needs all of their names.
/// </summary>
internal sealed class UsageGroups(ReadSnapshot snapshot, TenantRow tenant, UsageView view, IReadOnlyList<EnvironmentRow> environments)
{
    private readonly CurrencyCode _currency = new(tenant.Currency);

    /// <summary>The rows of one page.</summary>
    public IReadOnlyList<UsageRow> PageOf(IReadOnlyList<UsageGroupSums> groups, int page, int pageSize)
    {
        var skipped = (page - 1) * pageSize;
        return view.Sort == UsageColumn.Name && view.Dimension is not null
            ? [.. ByName(RowsOf(groups)).Skip(skipped).Take(pageSize)]
            : RowsOf([.. ByNumber(groups).Skip(skipped).Take(pageSize)]);
    }

    /// <summary>The row of all groups together.</summary>
    public UsageRow TotalOf(IEnumerable<UsageGroupSums> groups)
    {
        var sums = default(UsageSums);
        foreach (var group in groups)
        {
            sums.Add(group.Sums);
        }

        return RowOf(null, "All", sums);
    }

    private List<UsageRow> RowsOf(IReadOnlyList<UsageGroupSums> groups)
    {
        if (view.Dimension == UsageDimension.Environment)
        {
            var byNumber = environments.ToDictionary(row => row.Key);
            return [.. groups.Select(group => RowOf(byNumber[group.Number].Id.ToString(), byNumber[group.Number].Name, group.Sums))];
        }

        if (view.Dimension is not { } dimension)
        {
            return [.. groups.Select(group => (Day: DateOnly.FromDayNumber(group.Number), group.Sums)).Select(group => RowOf(UsageView.NameOf(group.Day), Formats.Day(group.Day), group.Sums))];
        }

        List<int> numbers = [.. groups.Select(group => group.Number)];
        var keys = new UsageNames(snapshot, tenant.Key).Of(dimension, numbers);
        var agents = view.Dimension == UsageDimension.Agent ? AgentNames.ReadOf(snapshot, tenant.Key, numbers) : null;
        return [.. groups.Select(group => keys.GetValueOrDefault(group.Number)).Zip(groups, (key, group) => RowOf(key, NameOf(key, agents), group.Sums))];
    }

    private string NameOf(string? key, AgentNames? agents) => key switch
    {
        null => view.Dimension == UsageDimension.CostCenter ? "no cost centre named" : "none named",
        _ when view.Dimension == UsageDimension.Feature && RateCard.Find(key) is { } rate => RateText.NameOf(rate.Feature),
        _ => (view.Environment is { } alone ? agents?.Of(alone, key) : agents?.Of(key)) ?? key,
    };

    private UsageRow RowOf(string? key, string name, in UsageSums sums) => new(
        key, name, sums.Events, new Credits(sums.Billed), new Credits(sums.NonBilled), new Money(sums.CostMicros, _currency));

    // What named none comes last, whichever way.
    private IEnumerable<UsageRow> ByName(IEnumerable<UsageRow> rows)
    {
        var named = rows.OrderBy(row => row.Key is null);
        return view.IsReversed
            ? named.ThenByDescending(row => row.Name, StringComparer.CurrentCultureIgnoreCase)
            : named.ThenBy(row => row.Name, StringComparer.CurrentCultureIgnoreCase);
    }

    private IEnumerable<UsageGroupSums> ByNumber(IEnumerable<UsageGroupSums> groups)
    {
        if (view.Sort == UsageColumn.Name)
        {
            return view.IsReversed ? groups.OrderByDescending(group => group.Number) : groups.OrderBy(group => group.Number);
        }

        var named = groups.OrderBy(group => group.Number == 0 && view.Dimension != UsageDimension.Feature);
        var ordered = view.IsReversed
            ? named.ThenBy(group => MeasureOf(group.Sums, view.Sort))
            : named.ThenByDescending(group => MeasureOf(group.Sums, view.Sort));
        return ordered.ThenBy(group => group.Number);
    }

    private static long MeasureOf(in UsageSums sums, UsageColumn column) => column switch
    {
        UsageColumn.NonBilled => sums.NonBilled,
        UsageColumn.Uses => sums.Events,
        UsageColumn.Money => sums.CostMicros,
        _ => sums.Billed,
    };
}
