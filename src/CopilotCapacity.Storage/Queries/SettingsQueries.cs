using CopilotCapacity.Domain.Prepaid;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Time;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Storage.Ledger;
using CopilotCapacity.Storage.Model;

namespace CopilotCapacity.Storage.Queries;

/// <summary>A grant with its balance in a month.</summary>
/// <param name="Row">The grant.</param>
/// <param name="Month">Its balance; all zero when it has none in the month.</param>
/// <param name="IsOver">True when the month is over, so that what was left has lapsed.</param>
public sealed record GrantMonthView(GrantRow Row, GrantMonthRow Month, bool IsOver)
{
#pragma warning disable CS1591 // The members carry the domain's own words.
    public Credits Granted => new(Month.Granted);

    public Credits CarriedIn => new(Month.CarriedIn);

    public Credits CarriedOut => new(Month.CarriedOut);

    public Credits Burned => new(Month.Burned);

    public Credits Held => new(Month.Held);

    public Credits Remaining => IsOver ? Credits.Zero : Left;

    public Credits Expired => new Credits(Month.Expired) + (IsOver ? Left : Credits.Zero);
#pragma warning restore CS1591

    private Credits Left => Granted + CarriedIn - Burned - Held - new Credits(Month.Expired) - CarriedOut;

    /// <summary>True while the grant counts.</summary>
    public bool IsInForceAt(DateTimeOffset instant) => Row.EffectiveAt <= instant
        && (Row.ExpiresAt is null || instant < Row.ExpiresAt)
        && (Row.EndedAt is null || instant < Row.EndedAt);
}

/// <summary>Reads grants.</summary>
public static class GrantQuery
{
    /// <summary>All grants of a tenant with their balance in a month, in the order they were recorded.</summary>
    public static IReadOnlyList<GrantMonthView> ReadMonth(ReadSnapshot snapshot, TenantRow tenant, Period period)
    {
        var months = snapshot.Context.GrantMonths
            .Where(row => row.TenantKey == tenant.Key && row.Period == period.Index)
            .ToDictionary(row => row.GrantKey);
        return
        [
            .. snapshot.Context.Grants
                .Where(row => row.TenantKey == tenant.Key)
                .OrderBy(row => row.Key)
                .AsEnumerable()
                .Select(row => new GrantMonthView(
                    row, months.GetValueOrDefault(row.Key) ?? new GrantMonthRow(), period.Index < tenant.OpenPeriod)),
        ];
    }
}

/// <summary>An environment with its balance in a month.</summary>
/// <param name="Row">The environment.</param>
/// <param name="Month">Its balance; all zero when it has none in the month.</param>
/// <param name="Applications">The Dynamics 365 applications linked to it.</param>
public sealed record EnvironmentMonthView(EnvironmentRow Row, EnvironmentMonthRow Month, IReadOnlyList<ApplicationKind> Applications)
{
#pragma warning disable CS1591
    public Credits Backing => new(Month.Backing);

    public Credits Consumed => new(Month.Consumed);

    public Credits Held => new(Month.Held);

    public Credits AllocationLeft => Backing - Consumed - Held;

    public Credits PoolConsumed => new(Month.PoolConsumed);

    public Credits PayAsYouGo => new(Month.PayAsYouGo);

    public Credits Unfunded => new(Month.Unfunded);

    public Credits Charged => Consumed + PoolConsumed + PayAsYouGo + Unfunded;
#pragma warning restore CS1591
}

/// <summary>Reads environments.</summary>
public static class EnvironmentQuery
{
    private const string Months = """
        SELECT EnvironmentKey, Backing, Consumed, Held, PoolConsumed, PoolHeld, PayAsYouGo, SpendMicros, Unfunded
        FROM environment_months WHERE TenantKey = ?1 AND Period = ?2
        """;

    /// <summary>All environments in the order they were created, retired ones too.</summary>
    public static IReadOnlyList<EnvironmentSetting> ReadSettings(ReadSnapshot snapshot, TenantRow tenant)
    {
        var applications = snapshot.Context.Applications
            .Where(row => row.TenantKey == tenant.Key)
            .AsEnumerable()
            .ToLookup(row => row.EnvironmentKey, row => row.Kind);
        return
        [
            .. snapshot.Context.Environments
                .Where(row => row.TenantKey == tenant.Key)
                .OrderBy(row => row.Key)
                .AsEnumerable()
                .Select(row => new EnvironmentSetting(row, [.. applications[row.Key].Distinct().Order()])),
        ];
    }

    /// <summary>The balances of a tenant's environments in a month by their numbers, read by hand: there are many of them.</summary>
    public static IReadOnlyDictionary<int, EnvironmentMonthRow> ReadMonths(ReadSnapshot snapshot, TenantRow tenant, Period period)
    {
        using var command = new PreparedCommand(snapshot.Connection, Months);
        using var read = command.Numbers(tenant.Key, period.Index).Read();
        var months = new Dictionary<int, EnvironmentMonthRow>();
        while (read.Next())
        {
            var row = new EnvironmentMonthRow
            {
                TenantKey = tenant.Key,
                Period = period.Index,
                EnvironmentKey = (int)read.Number(0),
                Backing = read.Number(1),
                Consumed = read.Number(2),
                Held = read.Number(3),
                PoolConsumed = read.Number(4),
                PoolHeld = read.Number(5),
                PayAsYouGo = read.Number(6),
                SpendMicros = read.Number(7),
                Unfunded = read.Number(8),
            };
            months.Add(row.EnvironmentKey, row);
        }

        return months;
    }

    /// <summary>One environment in service with its balance in a month; null when there is none.</summary>
    public static EnvironmentMonthView? Find(ReadSnapshot snapshot, TenantRow tenant, EnvironmentId id, Period period)
    {
        var row = snapshot.Context.Environments
            .SingleOrDefault(row => row.TenantKey == tenant.Key && row.Id == id.Value && row.RetiredAt == null);
        if (row is null)
        {
            return null;
        }

        var month = snapshot.Context.EnvironmentMonths.SingleOrDefault(month =>
            month.TenantKey == tenant.Key && month.Period == period.Index && month.EnvironmentKey == row.Key);
        return new EnvironmentMonthView(row, month ?? new EnvironmentMonthRow(), []);
    }
}

/// <summary>A billing plan with what its budget leaves in a month.</summary>
/// <param name="Row">The plan.</param>
/// <param name="SpendMicros">The spend of the budget's window, or of the month when there is no budget.</param>
/// <param name="Left">What a hard budget still buys; null when nothing limits it.</param>
/// <param name="Total">What a hard budget buys in all; null when nothing limits it.</param>
public sealed record PlanView(PlanRow Row, long SpendMicros, Credits? Left, Credits? Total);

/// <summary>Reads billing plans.</summary>
public static class PlanQuery
{
    /// <summary>The billing plans of a tenant by their number, without deleted ones.</summary>
    public static IReadOnlyDictionary<int, PlanView> Read(ReadSnapshot snapshot, TenantRow tenant, Period period)
    {
        var plans = Ledger.LedgerReader.ReadPlans(snapshot.Context, tenant.Key, period);
        return snapshot.Context.Plans
            .Where(row => row.TenantKey == tenant.Key && row.DeletedAt == null)
            .AsEnumerable()
            .ToDictionary(row => row.Key, row => ToView(row, plans[row.Key], period));
    }

    private static PlanView ToView(PlanRow row, Domain.PayAsYouGo.BillingPlan plan, Period period)
    {
        var room = plan.RoomMicros(period);
        var total = plan.TotalMicros(period);
        return new PlanView(
            row,
            plan.SpendMicros(period),
            room is null ? null : plan.Price.RoomIn(room.Value),
            total is null ? null : plan.Price.RoomIn(total.Value));
    }
}
