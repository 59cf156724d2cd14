using System.Globalization;
using CopilotCapacity.Domain.PayAsYouGo;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Portal.Features.BillingPlans.Pages;
using CopilotCapacity.Storage.Model;
using CopilotCapacity.Storage.Queries;
using Microsoft.Extensions.Options;

namespace CopilotCapacity.Portal.Features.Sync.Azure;

/// <summary>Reads what the sync keeps of Azure about billing plans, with its age.</summary>
internal sealed class AzurePlanReader(IOptions<SyncOptions> options)
{
    /// <summary>The plans in a few words.</summary>
    public static IReadOnlyDictionary<Guid, PlanAzureBrief> ReadBriefs(ReadSnapshot snapshot, TenantRow tenant, IEnumerable<BillingPlan> plans)
    {
        var kept = Kept.Read(snapshot, tenant);
        return plans.ToDictionary(plan => plan.Id.Value, kept.BriefOf);
    }

    /// <summary>One plan; null while nothing was read of it.</summary>
    /// <param name="snapshot">The moment.</param>
    /// <param name="tenant">The tenant.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="members">The numbers of all environments on it.</param>
    /// <param name="window">The window of its budget.</param>
    public PlanAzureView? Read(ReadSnapshot snapshot, TenantRow tenant, BillingPlan plan, IReadOnlyCollection<int> members, PlanWindow window)
    {
        var kept = Kept.Read(snapshot, tenant);
        var brief = kept.BriefOf(plan);
        if (brief == PlanAzureBrief.Unknown)
        {
            return null;
        }

        var budget = kept.Of<BudgetReading>(AzureSteps.Budget(plan.Id));
        var cost = kept.Of<CostReading>(AzureSteps.Cost(plan.Id));
        var rows = snapshot.Context.AzureCosts.Where(row => row.TenantKey == tenant.Key && row.PlanKey == plan.Key).ToDictionary(row => row.Day);
        var days = cost is null ? [] : DaysOf(snapshot, tenant, plan, members, cost, rows, kept.ReadAt(AzureSteps.Cost(plan.Id)));
        var tolerance = ToleranceOf(options.Value);
        var currency = new CurrencyCode(tenant.Currency);
        return new PlanAzureView
        {
            Brief = brief,
            SubscriptionName = kept.SubscriptionOf(plan)?.Name,
            Provider = kept.Of<ProviderReading>(AzureSteps.Provider(plan.SubscriptionId))?.State,
            IsResourceKnown = kept.Of<AccountsReading>(AzureSteps.Accounts(plan.SubscriptionId, plan.ResourceGroup)) is { Accounts: not null },
            IsBudgetKnown = budget is not null,
            BudgetName = budget?.Name,
            Budget = Amount(budget?.Currency, budget?.Amount),
            BudgetSpent = Amount(budget?.Currency, budget?.Spent),
            WriteBack = snapshot.Context.SyncSettings.Any(row => row.TenantKey == tenant.Key && row.WriteBack),
            Differences = kept.DifferencesOf(plan),
            Days = [.. Reconciliation.Compare(days, tolerance, cost?.IsWholeGroup ?? false).SkipWhile(day => day.Of is { Ours.Micros: 0, Billed: null or { Micros: 0 } }).Reverse()],
            BilledAt = kept.ReadAt(AzureSteps.Cost(plan.Id)),
            IsWholeGroup = cost?.IsWholeGroup ?? false,
            Forecast = ForecastOf(rows, window, currency),
            ImpliedPrice = Reconciliation.ImpliedPriceMicros(days, tolerance) is { } price ? new Money((long)decimal.Round(price), currency) : null,
            Tolerance = string.Create(CultureInfo.CurrentCulture, $"{options.Value.TolerancePercent:0.##} % and {currency} {options.Value.ToleranceAmount:0.00}"),
        };
    }

    private static ReconciliationTolerance ToleranceOf(SyncOptions options) =>
        new(options.TolerancePercent, (long)(options.ToleranceAmount * Money.PerUnit), options.BillDelay);

    private static string? Amount(string? currency, decimal? amount) =>
        amount is { } value ? $"{currency ?? "unknown currency"} {value.ToString("#,##0.00", CultureInfo.CurrentCulture)}" : null;

    private List<DayToReconcile> DaysOf(
        ReadSnapshot snapshot, TenantRow tenant, BillingPlan plan, IReadOnlyCollection<int> members, CostReading cost, Dictionary<int, AzureCostRow> rows, DateTimeOffset? readAt)
    {
        var currency = new CurrencyCode(tenant.Currency);
        var ours = BillingPlanQuery.ReadDays(snapshot, tenant, plan, cost.First, cost.Last.AddDays(1));
        var unfunded = UsageDayQuery.Read(snapshot, tenant, members, cost.First, cost.Last).GroupBy(row => row.Day).ToDictionary(day => day.Key, day => day.Sum(row => row.Unfunded));
        var days = new List<DayToReconcile>();
        for (var day = cost.First; day <= cost.Last; day = day.AddDays(1))
        {
            var (paid, row) = (ours.GetValueOrDefault(day), rows.GetValueOrDefault(day.DayNumber));
            var billed = row?.BilledMicros is { } micros ? new Money(micros, new CurrencyCode(row.Currency)) : NothingBilled(day, readAt, currency);
            days.Add(new DayToReconcile(
                day,
                paid.Credits,
                new Money(paid.CostMicros, currency),
                row is null ? null : new Money(row.OursMicros, currency),
                new Credits(unfunded.GetValueOrDefault(day.DayNumber)),
                billed,
                row?.ReadAt ?? readAt));
        }

        return days;
    }

    // A day that Azure leaves out had no cost, once its bill could be known; before that nothing is known.
    private Money? NothingBilled(DateOnly day, DateTimeOffset? readAt, CurrencyCode currency) =>
        readAt >= new DateTimeOffset(day.AddDays(1), TimeOnly.MinValue, TimeSpan.Zero) + (2 * options.Value.BillDelay) ? new Money(0, currency) : null;

    private static Money? ForecastOf(Dictionary<int, AzureCostRow> rows, PlanWindow window, CurrencyCode currency)
    {
        var (first, last) = (DateOnly.FromDateTime(window.Start.Start.UtcDateTime).DayNumber, DateOnly.FromDateTime(window.End.Start.UtcDateTime).DayNumber);
        var within = rows.Values.Where(row => row.Day >= first && row.Day < last).ToList();
        return within.Exists(row => row.ForecastMicros is not null) && within.TrueForAll(row => string.Equals(row.Currency, currency.Value, StringComparison.Ordinal))
            ? new Money(within.Sum(row => row.BilledMicros ?? row.ForecastMicros ?? 0), currency)
            : null;
    }

    /// <summary>What is kept of a tenant's plans.</summary>
    private sealed class Kept
    {
        private readonly Dictionary<string, SyncReadingRow> _readings;
        private readonly ILookup<string, SyncDifferenceRow> _differences;

        private Kept(Dictionary<string, SyncReadingRow> readings, ILookup<string, SyncDifferenceRow> differences) => (_readings, _differences) = (readings, differences);

        public static Kept Read(ReadSnapshot snapshot, TenantRow tenant) => new(
            snapshot.Context.SyncReadings.Where(row => row.TenantKey == tenant.Key && row.Service == AzureSync.ServiceName).ToDictionary(row => row.Step, StringComparer.Ordinal),
            snapshot.Context.SyncDifferences
                .Where(row => row.TenantKey == tenant.Key && row.ObjectKind == "plan" && (row.State == DifferenceState.Open || row.State == DifferenceState.Pushing))
                .ToLookup(row => row.ObjectId, StringComparer.OrdinalIgnoreCase));

        public T? Of<T>(string step)
            where T : class => ReadingJson.Read<T>(_readings.GetValueOrDefault(step)?.Value);

        public DateTimeOffset? ReadAt(string step) => _readings.GetValueOrDefault(step)?.ReadAt;

        public SubscriptionReading? SubscriptionOf(BillingPlan plan) => Of<List<SubscriptionReading>>(AzureSteps.Subscriptions)?
            .Find(subscription => string.Equals(subscription.Id, plan.SubscriptionId, StringComparison.OrdinalIgnoreCase));

        public IReadOnlyList<SyncDifferenceView> DifferencesOf(BillingPlan plan) => [.. _differences[plan.Id.Value.ToString()].OrderBy(row => row.Key, StringComparer.Ordinal).Select(ViewOf)];

        public PlanAzureBrief BriefOf(BillingPlan plan)
        {
            // What is known of its subscription, for other plans in it, says nothing of this one.
            if (!_readings.ContainsKey(AzureSteps.Budget(plan.Id)))
            {
                return PlanAzureBrief.Unknown;
            }

            var known = StepsOf(plan).Select(_readings.GetValueOrDefault).OfType<SyncReadingRow>().ToList();
            var isRead = known.Count == StepsOf(plan).Count && known.TrueForAll(reading => reading.ReadAt is not null);
            var differences = _differences[plan.Id.Value.ToString()].Count();
            var failing = known.Where(reading => reading.FailingSince is not null).OrderBy(reading => reading.FailingSince).FirstOrDefault();
            var subscription = SubscriptionOf(plan);
            return new PlanAzureBrief(
                isRead ? known.Min(reading => reading.ReadAt) : null,
                Of<AccountsReading>(AzureSteps.Accounts(plan.SubscriptionId, plan.ResourceGroup))?.Of(plan.Name)?.Id,
                subscription?.State,
                subscription?.IsEnabled,
                isRead || differences > 0 ? differences : null,
                failing?.Failure,
                failing?.FailingSince);
        }

        private static List<string> StepsOf(BillingPlan plan) =>
        [
            AzureSteps.Subscriptions, AzureSteps.Provider(plan.SubscriptionId), AzureSteps.Accounts(plan.SubscriptionId, plan.ResourceGroup),
            AzureSteps.Budget(plan.Id), AzureSteps.Cost(plan.Id), AzureSteps.Forecast(plan.Id),
        ];

        private static SyncDifferenceView ViewOf(SyncDifferenceRow row) => SyncViews.Of(row, string.Equals(row.Service, AzureSync.ServiceName, StringComparison.Ordinal) ? "Azure" : "Power Platform");
    }
}
