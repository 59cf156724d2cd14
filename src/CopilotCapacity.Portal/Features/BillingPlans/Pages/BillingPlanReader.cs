using CopilotCapacity.Domain.PayAsYouGo;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Time;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Portal.Features.Access;
using CopilotCapacity.Portal.Features.Overview;
using CopilotCapacity.Portal.Features.Sync.Azure;
using CopilotCapacity.Storage;
using CopilotCapacity.Storage.Model;
using CopilotCapacity.Storage.Queries;
using Microsoft.EntityFrameworkCore;

namespace CopilotCapacity.Portal.Features.BillingPlans.Pages;

/// <summary>Reads billing plans in one snapshot of the database. Whoever looks after some environments sees those alone on a plan.</summary>
internal sealed class BillingPlanReader(
    IDbContextFactory<PortalDbContext> contexts, EnvironmentViews views, EnvironmentSettings settings, AzurePlanReader azure, CurrentPerson current, TimeProvider time)
{
    public Task<PlanList?> ListAsync(TenantId tenant, CancellationToken cancellationToken) =>
        ReadAsync(tenant, Operation.ReadTenant, (snapshot, row, person) => ListOf(snapshot, row, person), cancellationToken);

    public Task<PlanDetail?> ReadAsync(TenantId tenant, BillingPlanId plan, CancellationToken cancellationToken) =>
        ReadAsync(tenant, Operation.ReadTenant, (snapshot, row, person) => DetailOf(snapshot, row, person, plan), cancellationToken);

    public Task<PlanChoices?> ChoicesAsync(TenantId tenant, CancellationToken cancellationToken) =>
        ReadAsync(tenant, Operation.ChangeCapacity, (snapshot, row, _) => ChoicesOf(snapshot, row), cancellationToken);

    private async Task<T?> ReadAsync<T>(
        TenantId tenant, Operation operation, Func<ReadSnapshot, TenantRow, Person, T?> read, CancellationToken cancellationToken)
        where T : class
    {
        if (await current.FindAsync(cancellationToken) is not { } person || !AccessRules.May(person, operation, tenant))
        {
            return null;
        }

        return await Task.Run(
            () =>
            {
                using var snapshot = ReadSnapshot.Open(contexts);
                return snapshot.Tenant(tenant) is { } row ? read(snapshot, row, person) : null;
            },
            cancellationToken);
    }

    private DateTimeOffset NowOf(TenantRow tenant) => tenant.IsRehearsal ? tenant.Now : time.GetUtcNow();

    private PlanList ListOf(ReadSnapshot snapshot, TenantRow tenant, Person person)
    {
        var now = NowOf(tenant);
        var plans = BillingPlanQuery.Read(snapshot, tenant);
        var azures = AzurePlanReader.ReadBriefs(snapshot, tenant, plans.Select(view => view.Plan));
        return new PlanList(
            tenant.Name,
            new CurrencyCode(tenant.Currency),
            new Period(tenant.OpenPeriod),
            now,
            [.. plans.Select(view => RowOf(tenant, view, SeriesOf(snapshot, tenant, view.Plan, now), now) with { Azure = azures[view.Plan.Id.Value] })],
            AccessRules.May(person, Operation.ChangeCapacity, new TenantId(tenant.Id)));
    }

    private PlanDetail? DetailOf(ReadSnapshot snapshot, TenantRow tenant, Person person, BillingPlanId id)
    {
        if (BillingPlanQuery.Find(snapshot, tenant, id) is not { Plan: var plan } view)
        {
            return null;
        }

        var now = NowOf(tenant);
        var series = SeriesOf(snapshot, tenant, plan, now);
        var row = RowOf(tenant, view, series, now);
        var members = MembersOf(snapshot, tenant, person, view, now);
        var inPlan = settings.Read(snapshot, tenant).Where(environment => environment.Row.PlanKey == plan.Key).Select(environment => environment.Row.Key).ToList();
        var spend = new PlanSpend(snapshot, tenant, row.Window, members);
        return new PlanDetail
        {
            TenantName = tenant.Name,
            Plan = row,
            Currency = new CurrencyCode(tenant.Currency),
            Price = plan.Price,
            PlannedPrices = plan.PlannedPrices,
            Budget = plan.Budget,
            Version = plan.Version,
            Period = new Period(tenant.OpenPeriod),
            AsOf = now,
            Days = [.. series.Between(DayOf(row.Window.Start), DayOf(row.Window.End)).Select(day => DayViewOf(tenant, day))],
            Members = spend.Members(),
            Agents = spend.Agents(),
            Features = spend.Features(),
            Azure = azure.Read(snapshot, tenant, plan, inPlan, row.Window),
            MayChange = AccessRules.May(person, Operation.ChangeCapacity, new TenantId(tenant.Id)),
        };
    }

    private PlanChoices ChoicesOf(ReadSnapshot snapshot, TenantRow tenant)
    {
        var plans = BillingPlanQuery.Read(snapshot, tenant);
        var names = plans.ToDictionary(view => view.Plan.Key, view => view.Plan.Name);
        return new PlanChoices(
            tenant.Name,
            new CurrencyCode(tenant.Currency),
            [.. plans.Select(view => view.Plan.Name)],
            [.. plans.Select(view => (view.Plan.SubscriptionId, view.Plan.ResourceGroup)).Distinct()],
            [
                .. settings.Read(snapshot, tenant)
                    .Select(environment => environment.Row)
                    .OrderBy(row => row.Name, StringComparer.CurrentCultureIgnoreCase)
                    .Select(row => new PlanCandidate(
                        new EnvironmentId(row.Id), row.Name, row.Type, row.Region, row.PlanKey is { } key ? names.GetValueOrDefault(key) : null)),
            ]);
    }

    private Dictionary<int, OverviewEnvironment> MembersOf(ReadSnapshot snapshot, TenantRow tenant, Person person, BillingPlanView view, DateTimeOffset now)
    {
        var period = new Period(tenant.OpenPeriod);
        var members = settings.Read(snapshot, tenant)
            .Where(environment => environment.Row.PlanKey == view.Plan.Key)
            .ToDictionary(environment => environment.Row.Id, environment => environment.Row.Key);
        return views.Read(snapshot, tenant, CapacityQuery.Read(snapshot, tenant, period), PlanQuery.Read(snapshot, tenant, period), now)
            .Where(environment => members.ContainsKey(environment.Id.Value) && AccessRules.Sees(person, new TenantId(tenant.Id), environment.Id))
            .ToDictionary(environment => members[environment.Id.Value]);
    }

    private static SpendSeries SeriesOf(ReadSnapshot snapshot, TenantRow tenant, BillingPlan plan, DateTimeOffset now)
    {
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        var first = SpendSeries.FirstNeeded(plan, today, now);
        return new SpendSeries(plan, BillingPlanQuery.ReadDays(snapshot, tenant, plan, first, today.AddDays(1)), now);
    }

    private static PlanRowView RowOf(TenantRow tenant, BillingPlanView view, SpendSeries series, DateTimeOffset now)
    {
        var (plan, month) = (view.Plan, new Period(tenant.OpenPeriod));
        var currency = new CurrencyCode(tenant.Currency);
        var start = plan.Budget?.WindowStart(month);
        var end = start is { } first ? new Period(first.Index + (int)plan.Budget!.Grain) : month.Next;
        var months = plan.Months.Where(candidate => candidate.Period >= (start ?? month) && candidate.Period < end).ToList();
        var paid = months.Find(candidate => candidate.Period == month);
        return new PlanRowView
        {
            Id = plan.Id,
            Name = plan.Name,
            Region = plan.Region,
            SubscriptionId = plan.SubscriptionId,
            ResourceGroup = plan.ResourceGroup,
            IsEnabled = plan.IsEnabled,
            Environments = view.Environments.Count,
            CreditsThisMonth = paid?.Credits ?? Credits.Zero,
            SpentThisMonth = new Money(paid?.SpendMicros ?? 0, currency),
            Window = new PlanWindow(
                start ?? month,
                end,
                new Money(months.Sum(candidate => candidate.SpendMicros), currency),
                new Money(months.Sum(candidate => candidate.HeldMicros), currency),
                start is null ? null : new Money(plan.Budget!.AmountMicros, currency),
                series.Forecast is { } forecast ? new Money(forecast, currency) : null),
            HardStop = plan.Budget is { HardStop: true },
        };
    }

    private static PlanDayView DayViewOf(TenantRow tenant, SpendDay day)
    {
        var currency = new CurrencyCode(tenant.Currency);
        return new PlanDayView(
            day.Day,
            day.Paid.Credits,
            new Money(day.Paid.CostMicros, currency),
            day.Cumulative is { } sum ? new Money(sum, currency) : null,
            day.Forecast is { } forecast ? new Money(forecast, currency) : null);
    }

    private static DateOnly DayOf(Period month) => DateOnly.FromDateTime(month.Start.UtcDateTime);
}
