using CopilotCapacity.Domain.Forecast;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Storage.Ledger;
using CopilotCapacity.Storage.Model;

namespace CopilotCapacity.Storage.Queries;

/// <summary>What was used on the days before one, from the daily roll-ups: one question for all of a tenant's environments.</summary>
public sealed class UseHistoryQuery
{
    private readonly Dictionary<int, Credits?[]> _environments = [];
    private readonly Dictionary<int, Credits?[]> _plans = [];
    private readonly DateOnly _first;
    private readonly int _days;

    private UseHistoryQuery(DateOnly first, int days) => (_first, _days) = (first, days);

    /// <summary>What the tenant's environments used, whoever paid, by their numbers.</summary>
    public IEnumerable<KeyValuePair<int, UseHistory>> Environments => HistoriesOf(_environments).Where(pair => pair.Key != UsageDayQuery.TenantAsAWhole);

    /// <summary>What the tenant used as a whole, whoever paid.</summary>
    public UseHistory Whole => new(_first, _environments.GetValueOrDefault(UsageDayQuery.TenantAsAWhole) ?? NoUse());

    /// <summary>What of it prepaid credits, or nobody, paid for.</summary>
    public UseHistory Prepaid { get; private set; } = null!;

    /// <summary>What billing plans paid for, by their numbers.</summary>
    public IEnumerable<KeyValuePair<int, UseHistory>> Plans => HistoriesOf(_plans);

    /// <summary>Reads it.</summary>
    /// <param name="snapshot">The moment.</param>
    /// <param name="tenant">The tenant.</param>
    /// <param name="today">The first day that is not over, UTC.</param>
    /// <param name="daysMost">How far to go back; a history begins with the tenant at the latest.</param>
    public static UseHistoryQuery Read(ReadSnapshot snapshot, TenantRow tenant, DateOnly today, int daysMost)
    {
        var query = new UseHistoryQuery(today.AddDays(-daysMost), daysMost);
        query.ReadEnvironments(snapshot, tenant.Key);
        query.ReadPlans(snapshot, tenant.Key);
        return query;
    }

    private void ReadEnvironments(ReadSnapshot snapshot, int tenantKey)
    {
        var prepaid = NoUse();
        using var command = new PreparedCommand(
            snapshot.Connection,
            "SELECT Day, EnvironmentKey, Prepaid, PayAsYouGo, Unfunded FROM usage_days WHERE TenantKey = ?1 AND Day BETWEEN ?2 AND ?3");
        using var read = command.Numbers(tenantKey, _first.DayNumber, _first.DayNumber + _days - 1).Read();
        while (read.Next())
        {
            var (day, environment, others) = ((int)read.Number(0) - _first.DayNumber, (int)read.Number(1), new Credits(read.Number(2)) + new Credits(read.Number(4)));
            Of(_environments, environment)[day] = others + new Credits(read.Number(3));
            if (environment == UsageDayQuery.TenantAsAWhole)
            {
                prepaid[day] = others;
            }
        }

        Prepaid = new UseHistory(_first, prepaid);
    }

    private void ReadPlans(ReadSnapshot snapshot, int tenantKey)
    {
        using var command = new PreparedCommand(
            snapshot.Connection, "SELECT PlanKey, Day, Credits FROM plan_days WHERE TenantKey = ?1 AND Day BETWEEN ?2 AND ?3");
        using var read = command.Numbers(tenantKey, _first.DayNumber, _first.DayNumber + _days - 1).Read();
        while (read.Next())
        {
            Of(_plans, (int)read.Number(0))[(int)read.Number(1) - _first.DayNumber] = new Credits(read.Number(2));
        }
    }

    private Credits?[] Of(Dictionary<int, Credits?[]> histories, int key)
    {
        if (!histories.TryGetValue(key, out var days))
        {
            histories[key] = days = NoUse();
        }

        return days;
    }

    // A day without a row is one without use: what was used is always known here.
    private Credits?[] NoUse()
    {
        var days = new Credits?[_days];
        Array.Fill(days, Credits.Zero);
        return days;
    }

    private IEnumerable<KeyValuePair<int, UseHistory>> HistoriesOf(Dictionary<int, Credits?[]> all) =>
        all.Select(pair => KeyValuePair.Create(pair.Key, new UseHistory(_first, pair.Value)));
}
