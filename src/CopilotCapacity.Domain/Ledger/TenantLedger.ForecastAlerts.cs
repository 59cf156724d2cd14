using CopilotCapacity.Domain.Alerts;
using CopilotCapacity.Domain.Forecast;
using CopilotCapacity.Domain.PayAsYouGo;
using CopilotCapacity.Domain.Quota;
using CopilotCapacity.Domain.Tenancy;

namespace CopilotCapacity.Domain.Ledger;

/// <summary>What a tenant will likely use, as far as its history tells.</summary>
/// <param name="Environments">The forecast of an environment; null where its history is too short.</param>
/// <param name="Plans">What a billing plan will pay for, by its number; null where its history is too short.</param>
/// <param name="Whole">The tenant as a whole; null while its history is too short.</param>
public sealed record KnownForecasts(Func<EnvironmentId, UseForecast?> Environments, Func<int, UseForecast?> Plans, UseForecast? Whole);

/// <content>
/// Alerts about what will be: environments that will run out, budgets whose marks will be reached. They set no status and take no
/// sequence number, since no balance changes by them.
/// </content>
public sealed partial class TenantLedger
{
    // In fewer cases than this, of a hundred, nobody is alarmed; what was told stays true while it is more likely than not.
    private const int SureEnough = 65;

    // A week has all its days; from fewer a pace would warn of every busy Monday.
    private static readonly TimeSpan s_leastPace = TimeSpan.FromDays(7);

    // A day that moves a little to and fro past the horizon is no news.
    private static readonly TimeSpan s_slack = TimeSpan.FromDays(1);

    // Nor is a spend that moves a little to and fro around a mark, in percent of the mark.
    private const int SlackPercent = 3;

    /// <summary>Tells what will be and was not told, and takes back what is no longer so. The caller has brought time up to the present.</summary>
    /// <param name="known">What the tenant's history tells.</param>
    /// <returns>How many alerts were raised.</returns>
    public Outcome<long> TellForecasts(KnownForecasts known)
    {
        var before = AlertNumber;
        TellDepletions(known);
        foreach (var plan in _plans.Values.OrderBy(plan => plan.Key))
        {
            TellSpend(plan, known);
        }

        return AlertNumber - before;
    }

    private void TellDepletions(KnownForecasts known)
    {
        var places = _environments.Values.Where(environment => environment.RetiredAt is null).OrderBy(environment => environment.Key)
            .Select(environment => (Environment: environment, Place: PlaceOf(environment, known)))
            .ToList();
        var shared = SharedSources.Of(places.Select(place => place.Place), known.Whole, Open.Period, Now);
        var told = new List<(TenantEnvironment Environment, Depletion Ends)>();
        foreach (var (environment, place) in places)
        {
            var ends = Depletion.Of(place, shared, Open.Period, Now);
            var isDepleted = place.Reach.StatusAt(LowThresholdPercent) == QuotaStatus.Depleted;
            if (isDepleted || !StillEnds(ends))
            {
                LeaveForecast(environment);
            }
            else if (environment.Watch is { OpenForecast: 0 } watch && EndsSoon(ends) && watch.Forecast.MayTell(Now))
            {
                told.Add((environment, ends));
            }
        }

        // Those that share all sources but their own allocation run out for one cause.
        foreach (var group in told.GroupBy(one => (one.Environment.DrawFromTenantPool, one.Environment.PayingPlan?.Id)))
        {
            RaiseForecast([.. group.OrderBy(one => one.Ends.At).ThenBy(one => one.Environment.Key)]);
        }
    }

    private ForecastPlace PlaceOf(TenantEnvironment environment, KnownForecasts known)
    {
        var charged = Open.Find(environment)?.Charged ?? Units.Credits.Zero;
        var forecast = known.Environments(environment.Id) ?? (Now - Open.Period.Start >= s_leastPace ? UseForecast.AtPaceOf(charged, Open.Period, Now) : null);
        return new ForecastPlace(Open.ReachOf(environment), environment.PayingPlan?.Key, forecast);
    }

    private bool EndsSoon(Depletion ends) =>
        ends.At <= Now.AddDays(WarningHorizonDays) && ends.Percent is null or >= SureEnough;

    private bool StillEnds(Depletion ends) => ends.At <= Now.AddDays(WarningHorizonDays) + s_slack;

    private void RaiseForecast(List<(TenantEnvironment Environment, Depletion Ends)> told)
    {
        var environments = told.ConvertAll(one => one.Environment);
        var alert = Raise(AlertText.OfForecast(environments, told[0].Ends), environments);
        _openAlerts[alert] = environments.Count;
        foreach (var environment in environments)
        {
            environment.Watch.Forecast.IsTold = true;
            environment.Watch.OpenForecast = alert;
            _told.Add(environment);
            Changes.TouchForecast(environment);
        }
    }

    private void LeaveForecast(TenantEnvironment environment)
    {
        var watch = environment.Watch;
        if (watch.OpenForecast != 0)
        {
            LeaveAlert(watch.OpenForecast);
            (watch.OpenForecast, watch.Forecast.LeftAt) = (0, Now);
            Changes.TouchForecast(environment);
        }
    }

    private void TellSpend(BillingPlan plan, KnownForecasts known)
    {
        var watch = plan.Watch;
        if (plan is not { DeletedAt: null, Budget: { AmountMicros: > 0 } budget } || budget.WindowStart(Open.Period) is not { } window)
        {
            LeaveForecast(plan, -1);
            return;
        }

        if (watch.ForecastWindow != window.Index)
        {
            LeaveForecast(plan, -1);
            watch.ForecastWindow = window.Index;
        }

        var end = new Time.Period(window.Index + (int)budget.Grain).Start;
        var spent = plan.SpendMicros(Open.Period);
        var forecast = new SpendForecast(spent, plan.Price, known.Plans(plan.Key), window.Start, Now);
        var expected = forecast.Basis == ForecastBasis.History || Now - window.Start >= s_leastPace ? forecast.At(end) : null;

        // A mark that is reached is no longer ahead.
        bool IsAhead(int percent, long? spend, int slack) => spend is { } micros
            && (Int128)micros * 100 * 100 >= (Int128)budget.AmountMicros * percent * (100 - slack)
            && (Int128)spent * 100 < (Int128)budget.AmountMicros * percent;
        var mark = budget.Thresholds
            .Where(threshold => threshold.Basis == ThresholdBasis.Forecasted && IsAhead(threshold.Percent, expected, 0))
            .Select(threshold => threshold.Percent)
            .DefaultIfEmpty(-1)
            .Max();
        if (mark > watch.ForecastPercent)
        {
            LeaveForecast(plan, mark);
            watch.OpenForecast = Raise(AlertText.OfForecast(plan, budget, mark, expected!.Value, end, Currency), [], plan, threshold: mark);
            _openAlerts[watch.OpenForecast] = 1;
            Changes.TouchForecast(plan);
        }
        else if (watch.ForecastPercent > mark && !IsAhead(watch.ForecastPercent, expected, SlackPercent))
        {
            LeaveForecast(plan, mark);
        }
    }

    private void LeaveForecast(BillingPlan plan, int percent)
    {
        var watch = plan.Watch;
        if (watch.OpenForecast != 0)
        {
            LeaveAlert(watch.OpenForecast);
            watch.OpenForecast = 0;
            Changes.TouchForecast(plan);
        }

        if (watch.ForecastPercent != percent)
        {
            watch.ForecastPercent = percent;
            Changes.TouchForecast(plan);
        }
    }
}
