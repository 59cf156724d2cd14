namespace CopilotCapacity.Storage.Model;

// Rows the meter writes with prepared commands. Their tables are made by hand-written SQL, because they are clustered by their
// key (WITHOUT ROWID), which migrations cannot express; here they are mapped for reading.

/// <summary>A grant's balance in a month.</summary>
public sealed class GrantMonthRow
{
    public int TenantKey { get; set; }

    public int Period { get; set; }

    public int GrantKey { get; set; }

    public long Granted { get; set; }

    public long CarriedIn { get; set; }

    public long Burned { get; set; }

    public long Held { get; set; }

    public long Expired { get; set; }

    public long CarriedOut { get; set; }
}

/// <summary>An environment's balance in a month.</summary>
public sealed class EnvironmentMonthRow
{
    public int TenantKey { get; set; }

    public int Period { get; set; }

    public int EnvironmentKey { get; set; }

    public long Backing { get; set; }

    public long Consumed { get; set; }

    public long Held { get; set; }

    public long PoolConsumed { get; set; }

    public long PoolHeld { get; set; }

    public long PayAsYouGo { get; set; }

    public long SpendMicros { get; set; }

    public long Unfunded { get; set; }
}

/// <summary>A plan's balance in a month.</summary>
public sealed class PlanMonthRow
{
    public int TenantKey { get; set; }

    public int PlanKey { get; set; }

    public int Period { get; set; }

    public long Credits { get; set; }

    public long SpendMicros { get; set; }

    public long HeldMicros { get; set; }
}

/// <summary>Usage of one hour (UTC, by the use's own time) and one combination of dimensions. Dimensions are labels; 0 is none.</summary>
public sealed class UsageHourRow
{
    public int TenantKey { get; set; }

    /// <summary>Hours since the start of year 1, UTC.</summary>
    public int Hour { get; set; }

    /// <summary>1, 2, 3, … within the hour. A combination may have more than one row.</summary>
    public int Number { get; set; }

    public int EnvironmentKey { get; set; }

    public int Feature { get; set; }

    public int Agent { get; set; }

    public int Product { get; set; }

    public int Channel { get; set; }

    public int User { get; set; }

    public int Model { get; set; }

    public int Tool { get; set; }

    public int CostCenter { get; set; }

    /// <summary>Events that used this feature.</summary>
    public long Uses { get; set; }

    /// <summary>Events counted at their first feature only, so that a compound event counts once over all features.</summary>
    public long Events { get; set; }

    public long NonBilled { get; set; }

    public long Allocation { get; set; }

    public long Pool { get; set; }

    public long PayAsYouGo { get; set; }

    public long Unfunded { get; set; }

    public long CostMicros { get; set; }
}

/// <summary>Usage of one day (UTC) of one environment, and of the tenant as a whole under environment 0.</summary>
public sealed class UsageDayRow
{
    public int TenantKey { get; set; }

    /// <summary>Days since the start of year 1, UTC.</summary>
    public int Day { get; set; }

    public int EnvironmentKey { get; set; }

    public long Prepaid { get; set; }

    public long PayAsYouGo { get; set; }

    public long Unfunded { get; set; }

    public long CostMicros { get; set; }
}

/// <summary>What a billing plan paid on one day (UTC, by the use's own time).</summary>
public sealed class PlanDayRow
{
    public int TenantKey { get; set; }

    public int PlanKey { get; set; }

    /// <summary>Days since the start of year 1, UTC.</summary>
    public int Day { get; set; }

    public long Credits { get; set; }

    public long CostMicros { get; set; }
}

/// <summary>A text that usage names again and again, kept once per tenant.</summary>
public sealed class LabelRow
{
    public int TenantKey { get; set; }

    public int Key { get; set; }

    public required string Text { get; set; }
}
