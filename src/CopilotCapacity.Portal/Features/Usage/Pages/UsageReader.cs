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
internal sealed class UsageReader(IDbContextFactory<PortalDbContext> contexts, CurrentPerson current, TimeProvider time) : IUsageReader
{
    private const int All = int.MaxValue;

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

        var environments = snapshot.Context.Environments.Where(row => row.TenantKey == tenant.Key)
            .Select(row => new { row.Key, row.Id, row.Name })
            .AsEnumerable()
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
        var days = DaysOf(snapshot, tenant, keys, first.AddDays(-span), last);
        var rows = Ordered(groups, view).ToList();
        var page = Math.Min(view.Page, Math.Max(1, ((rows.Count - 1) / pageSize) + 1));
        return new UsageOverview
        {
            TenantName = tenant.Name,
            AsOf = asOf,
            First = first,
            Last = last,
            Rows = [.. rows.Skip((page - 1) * pageSize).Take(pageSize)],
            Groups = rows.Count,
            Total = new UsageRow(
                null,
                "All",
                rows.Sum(row => row.Uses),
                Sum(rows.Select(row => row.Billed)),
                Sum(rows.Select(row => row.NonBilled)),
                new Money(rows.Sum(row => row.AsYouGo.Micros), currency)),
            BilledBefore = BeganBefore(snapshot, tenant, first) ? Sum(days.Values.Where(day => day.Day < first).Select(day => day.Total)) : null,
            Days = DayUse.Fill(first, last, days),
            EnvironmentName = view.Environment is { } environment ? names.GetValueOrDefault(environment.ToString()) ?? "an environment that is not there" : null,
            LastUsed = LastUsed(snapshot, tenant),
        };
    }

    // Whoever sees all environments need not be told of each.
    private static List<UsageRow> GroupsOf(
        ReadSnapshot snapshot, TenantRow tenant, UsageView view, DateTimeOffset asOf, Dictionary<string, string> environments, CurrencyCode currency, bool seesAll)
    {
        var dimension = view.Dimension;
        UsageDimension[] by = seesAll || dimension == UsageDimension.Environment ? [dimension] : [UsageDimension.Environment, dimension];
        var (from, to) = view.SpanAt(asOf);
        var answer = UsageQuery.Read(snapshot, tenant, new UsageQuestion(from, to, by, UsageGranularity.None, FiltersOf(view)));
        return
        [
            .. answer.Groups.Where(group => seesAll || (group.Keys[0] is { } environment && environments.ContainsKey(environment)))
                .GroupBy(group => group.Keys[^1], StringComparer.Ordinal)
                .Select(group => new UsageRow(
                    group.Key,
                    NameOf(dimension, group.Key, environments),
                    group.Sum(row => row.Sums.Events),
                    new Credits(group.Sum(row => row.Sums.Billed)),
                    new Credits(group.Sum(row => row.Sums.NonBilled)),
                    new Money(group.Sum(row => row.Sums.CostMicros), currency))),
        ];
    }

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
    private static IEnumerable<UsageRow> Ordered(IEnumerable<UsageRow> rows, UsageView view)
    {
        var named = rows.OrderBy(row => row.Key is null);
        var ordered = (view.Sort, view.IsReversed) switch
        {
            (UsageColumn.Name, false) => named.ThenBy(row => row.Name, StringComparer.CurrentCultureIgnoreCase),
            (UsageColumn.Name, true) => named.ThenByDescending(row => row.Name, StringComparer.CurrentCultureIgnoreCase),
            (_, false) => named.ThenByDescending(row => NumberOf(row, view.Sort)),
            _ => named.ThenBy(row => NumberOf(row, view.Sort)),
        };
        return ordered.ThenBy(row => row.Name, StringComparer.CurrentCultureIgnoreCase);
    }

    private static long NumberOf(UsageRow row, UsageColumn column) => column switch
    {
        UsageColumn.NonBilled => row.NonBilled.Thousandths,
        UsageColumn.Uses => row.Uses,
        UsageColumn.Money => row.AsYouGo.Micros,
        _ => row.Billed.Thousandths,
    };

    private static Dictionary<DateOnly, DayUse> DaysOf(ReadSnapshot snapshot, TenantRow tenant, HashSet<int> environments, DateOnly first, DateOnly last) =>
        snapshot.Context.UsageDays
            .Where(row => row.TenantKey == tenant.Key && row.Day >= first.DayNumber && row.Day <= last.DayNumber)
            .AsEnumerable()
            .Where(row => environments.Contains(row.EnvironmentKey))
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
