using System.Runtime.InteropServices;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Portal.Components.Shared;
using CopilotCapacity.Portal.Features.Access;
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
    private static readonly UsageDimension[] s_environment = [UsageDimension.Environment];

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
        var keys = environments.Select(row => row.Key).ToHashSet();
        var asOf = tenant.IsRehearsal ? tenant.Now : time.GetUtcNow();
        var (first, last) = view.DaysAt(asOf);
        var seesAll = view.Environment is null && AccessRules.May(person, Operation.ReadAudit, tenantId);
        var groups = new UsageGroups(snapshot, tenant, view, environments);
        var sums = SumsOf(snapshot, tenant, view, asOf, seesAll ? null : keys);
        var span = last.DayNumber - first.DayNumber + 1;
        var days = DaysOf(snapshot, tenant, seesAll ? s_asAWhole : keys, first.AddDays(-span), last);
        var page = Math.Min(view.Page, Math.Max(1, ((sums.Count - 1) / pageSize) + 1));
        return new UsageOverview
        {
            TenantName = tenant.Name,
            AsOf = asOf,
            First = first,
            Last = last,
            Rows = groups.PageOf(sums, page, pageSize),
            Groups = sums.Count,
            Total = groups.TotalOf(sums),
            BilledBefore = BeganBefore(snapshot, tenant, first) ? Sum(days.Values.Where(day => day.Day < first).Select(day => day.Total)) : null,
            Days = DayUse.Fill(first, last, days),
            EnvironmentName = view.Environment is { } environment ? environments.Find(row => row.Id == environment)?.Name ?? "an environment that is not there" : null,
            LastUsed = LastUsed(snapshot, tenant),
        };
    }

    // Whoever sees all environments need not be told of each.
    private static List<UsageGroupSums> SumsOf(ReadSnapshot snapshot, TenantRow tenant, UsageView view, DateTimeOffset asOf, HashSet<int>? seen)
    {
        List<UsageDimension> by = [.. seen is null ? [] : s_environment, .. view.Dimension is { } dimension ? [dimension] : Array.Empty<UsageDimension>()];
        var (from, to) = view.SpanAt(asOf);
        var granularity = view.Dimension is null ? UsageGranularity.Day : UsageGranularity.None;
        var groups = UsageQuery.ReadNumbers(snapshot, tenant, new UsageQuestion(from, to, [.. by.Distinct()], granularity, FiltersOf(view)));
        return seen is null
            ? [.. groups.Select(group => new UsageGroupSums(NumberOf(group, view), group.Sums))]
            : Merged(groups.Where(group => seen.Contains(group.Numbers[0])), view);
    }

    // A day has its own number, as other groups have theirs.
    private static int NumberOf(in UsageNumbers group, UsageView view) =>
        view.Dimension is null ? DateOnly.FromDateTime(group.Start!.Value.UtcDateTime).DayNumber : group.Numbers[^1];

    // What several environments share is one group.
    private static List<UsageGroupSums> Merged(IEnumerable<UsageNumbers> groups, UsageView view)
    {
        var sums = new Dictionary<int, UsageSums>();
        foreach (var group in groups)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(sums, NumberOf(group, view), out _).Add(group.Sums);
        }

        return [.. sums.Select(pair => new UsageGroupSums(pair.Key, pair.Value))];
    }

    private static Dictionary<UsageDimension, string> FiltersOf(UsageView view) =>
        view.Environment is { } environment ? new() { [UsageDimension.Environment] = environment.ToString() } : [];

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
