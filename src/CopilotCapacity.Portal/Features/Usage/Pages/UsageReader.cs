using CopilotCapacity.Domain.Rating;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Portal.Components.Shared;
using CopilotCapacity.Portal.Features.Access;
using CopilotCapacity.Portal.Features.Rates;
using CopilotCapacity.Storage;
using CopilotCapacity.Storage.Model;
using CopilotCapacity.Storage.Queries;
using Microsoft.EntityFrameworkCore;

namespace CopilotCapacity.Portal.Features.Usage.Pages;

/// <summary>Reads usage from the roll-ups, in one snapshot of the database. Whoever looks after some environments sees those alone.</summary>
internal sealed class UsageReader(
    IDbContextFactory<PortalDbContext> contexts, EnvironmentSettings settings, CurrentPerson current, TimeProvider time) : IUsageReader
{
    private const int All = int.MaxValue;

    private static readonly HashSet<int> s_asAWhole = [UsageDayQuery.TenantAsAWhole];

    public Task<UsageOverview?> ReadAsync(TenantId tenant, UsageView view, CancellationToken cancellationToken) =>
        ReadAsync(tenant, view, UsageView.PageSize, cancellationToken);

    /// <summary>All rows, for an export.</summary>
    public Task<UsageOverview?> ReadAllAsync(TenantId tenant, UsageView view, CancellationToken cancellationToken) =>
        ReadAsync(tenant, view with { Page = 1 }, All, cancellationToken);

    private async Task<UsageOverview?> ReadAsync(TenantId tenant, UsageView view, int pageSize, CancellationToken cancellationToken) =>
        await current.FindAsync(cancellationToken) is { } person && AccessRules.May(person, Operation.ReadTenant, tenant)
            ? await Task.Run(() => Read(tenant, person, view, pageSize), cancellationToken)
            : null;

    private UsageOverview? Read(TenantId tenantId, Person person, UsageView view, int pageSize)
    {
        using var snapshot = ReadSnapshot.Open(contexts);
        if (snapshot.Tenant(tenantId) is not { } tenant)
        {
            return null;
        }

        var environments = settings.ReadAll(snapshot, tenant).Select(environment => environment.Row)
            .Where(row => AccessRules.Sees(person, tenantId, new EnvironmentId(row.Id)) && (view.Environment is null || view.Environment == row.Id))
            .ToList();
        var names = environments.ToDictionary(row => row.Id.ToString(), row => row.Name, StringComparer.OrdinalIgnoreCase);
        var keys = environments.Select(row => row.Key).ToHashSet();
        var asOf = tenant.IsRehearsal ? tenant.Now : time.GetUtcNow();
        var (first, last) = view.DaysAt(asOf);
        var currency = new CurrencyCode(tenant.Currency);
        var seesAll = view.Environment is null && AccessRules.May(person, Operation.ReadAudit, tenantId);
        var groups = GroupsOf(snapshot, tenant, view, asOf, names, currency, seesAll);
        var span = last.DayNumber - first.DayNumber + 1;
        var days = DaysOf(snapshot, tenant, seesAll ? s_asAWhole : keys, first.AddDays(-span), last);
        var page = Math.Min(view.Page, Math.Max(1, ((groups.Count - 1) / pageSize) + 1));
        var rows = PageOf(groups, view, page, pageSize, chosen => Named(snapshot, tenant, view, chosen));
        return new UsageOverview
        {
            TenantName = tenant.Name,
            AsOf = asOf,
            First = first,
            Last = last,
            Rows = rows,
            Groups = groups.Count,
            Total = new UsageRow(
                null,
                "All",
                groups.Sum(group => group.Row.Uses),
                Sum(groups.Select(group => group.Row.Billed)),
                Sum(groups.Select(group => group.Row.NonBilled)),
                new Money(groups.Sum(group => group.Row.AsYouGo.Micros), currency)),
            BilledBefore = BeganBefore(snapshot, tenant, first) ? Sum(days.Values.Where(day => day.Day < first).Select(day => day.Total)) : null,
            Days = DayUse.Fill(first, last, days),
            EnvironmentName = view.Environment is { } environment ? names.GetValueOrDefault(environment.ToString()) ?? "an environment that is not there" : null,
            LastUsed = LastUsed(snapshot, tenant),
        };
    }

    // Whoever sees all environments need not be told of each. A group's number is that of its key.
    private static List<(UsageRow Row, int Number)> GroupsOf(
        ReadSnapshot snapshot, TenantRow tenant, UsageView view, DateTimeOffset asOf, Dictionary<string, string> environments, CurrencyCode currency, bool seesAll)
    {
        var dimension = view.Dimension;
        UsageDimension[] by = seesAll || dimension == UsageDimension.Environment ? [dimension] : [UsageDimension.Environment, dimension];
        var (from, to) = view.SpanAt(asOf);
        var answer = UsageQuery.Read(snapshot, tenant, new UsageQuestion(from, to, by, UsageGranularity.None, FiltersOf(view)));
        return
        [
            .. answer.Groups.Where(group => seesAll || (group.Keys[0] is { } environment && environments.ContainsKey(environment)))
                .GroupBy(group => (Key: group.Keys[^1], Number: group.Numbers[^1]))
                .Select(group => (
                    new UsageRow(
                        group.Key.Key,
                        NameOf(dimension, group.Key.Key, environments),
                        group.Sum(row => row.Sums.Events),
                        new Credits(group.Sum(row => row.Sums.Billed)),
                        new Credits(group.Sum(row => row.Sums.NonBilled)),
                        new Money(group.Sum(row => row.Sums.CostMicros), currency)),
                    group.Key.Number)),
        ];
    }

    // Agents are named last: a large tenant has tens of thousands, and only a sorting by name needs all of their names.
    private static List<UsageRow> PageOf(
        List<(UsageRow Row, int Number)> groups, UsageView view, int page, int pageSize, Func<List<(UsageRow Row, int Number)>, List<(UsageRow Row, int Number)>> named)
    {
        var byName = view.Sort == UsageColumn.Name;
        List<(UsageRow Row, int Number)> rows = [.. Ordered(byName ? named(groups) : groups, view).Skip((page - 1) * pageSize).Take(pageSize)];
        return [.. (byName ? rows : named(rows)).Select(row => row.Row)];
    }

    private static List<(UsageRow Row, int Number)> Named(ReadSnapshot snapshot, TenantRow tenant, UsageView view, List<(UsageRow Row, int Number)> rows)
    {
        if (view.Dimension != UsageDimension.Agent)
        {
            return rows;
        }

        var names = AgentNames.Read(snapshot, tenant.Key, rows.Select(row => row.Number));
        return rows.ConvertAll(row => (row.Row.Key is { } agent && NameIn(names, view.Environment, agent) is { } name ? row.Row with { Name = name } : row.Row, row.Number));
    }

    private static string? NameIn(AgentNames names, Guid? environment, string agent) =>
        environment is { } alone ? names.Of(alone, agent) : names.Of(agent);

    private static Dictionary<UsageDimension, string> FiltersOf(UsageView view) =>
        view.Environment is { } environment ? new() { [UsageDimension.Environment] = environment.ToString() } : [];

    private static string NameOf(UsageDimension dimension, string? key, Dictionary<string, string> environments) => (dimension, key) switch
    {
        (_, null) => dimension == UsageDimension.CostCenter ? "no cost centre named" : "none named",
        (UsageDimension.Environment, _) => environments[key],
        (UsageDimension.Feature, _) when RateCard.Find(key) is { } rate => RateText.NameOf(rate.Feature),
        _ => key,
    };

    // What named none comes last, whichever way.
    private static IEnumerable<(UsageRow Row, int Number)> Ordered(IEnumerable<(UsageRow Row, int Number)> rows, UsageView view)
    {
        var named = rows.OrderBy(row => row.Row.Key is null);
        var ordered = (view.Sort, view.IsReversed) switch
        {
            (UsageColumn.Name, false) => named.ThenBy(row => row.Row.Name, StringComparer.CurrentCultureIgnoreCase),
            (UsageColumn.Name, true) => named.ThenByDescending(row => row.Row.Name, StringComparer.CurrentCultureIgnoreCase),
            (_, false) => named.ThenByDescending(row => NumberOf(row.Row, view.Sort)),
            _ => named.ThenBy(row => NumberOf(row.Row, view.Sort)),
        };
        return ordered.ThenBy(row => row.Row.Name, StringComparer.CurrentCultureIgnoreCase);
    }

    private static long NumberOf(UsageRow row, UsageColumn column) => column switch
    {
        UsageColumn.NonBilled => row.NonBilled.Thousandths,
        UsageColumn.Uses => row.Uses,
        UsageColumn.Money => row.AsYouGo.Micros,
        _ => row.Billed.Thousandths,
    };

    private static Dictionary<DateOnly, DayUse> DaysOf(ReadSnapshot snapshot, TenantRow tenant, HashSet<int> environments, DateOnly first, DateOnly last) =>
        UsageDayQuery.Read(snapshot, tenant, environments, first, last)
            .GroupBy(row => row.Day)
            .ToDictionary(
                rows => DateOnly.FromDayNumber(rows.Key),
                rows => new DayUse(
                    DateOnly.FromDayNumber(rows.Key),
                    new Credits(rows.Sum(row => row.Prepaid)),
                    new Credits(rows.Sum(row => row.PayAsYouGo)),
                    new Credits(rows.Sum(row => row.Unfunded))));

    // A range before the first use is unknown, which is not nothing.
    private static bool BeganBefore(ReadSnapshot snapshot, TenantRow tenant, DateOnly first) =>
        snapshot.Context.UsageDays.Any(row => row.TenantKey == tenant.Key && row.Day < first.DayNumber);

    private static DateOnly? LastUsed(ReadSnapshot snapshot, TenantRow tenant) =>
        snapshot.Context.UsageDays.Where(row => row.TenantKey == tenant.Key).Max(row => (int?)row.Day) is { } day ? DateOnly.FromDayNumber(day) : null;

    private static Credits Sum(IEnumerable<Credits> credits) => credits.Aggregate(Credits.Zero, (sum, part) => sum + part);
}
