namespace CopilotCapacity.Storage.Ledger;

/// <summary>The table of what each billing plan paid on each day (UTC, by the use's own time).</summary>
public static class PlanDaysSchema
{
    /// <summary>Creates the table in SQLite and fills it from what was recorded before there was one.</summary>
    public const string CreateSqlite = """
        CREATE TABLE plan_days (
            TenantKey INTEGER NOT NULL,
            PlanKey INTEGER NOT NULL,
            Day INTEGER NOT NULL,
            Credits INTEGER NOT NULL,
            CostMicros INTEGER NOT NULL,
            PRIMARY KEY (TenantKey, PlanKey, Day)
        ) WITHOUT ROWID;

        INSERT INTO plan_days
        SELECT TenantKey, PlanKey, Time / 864000000000, SUM(PayAsYouGo), SUM(CostMicros)
        FROM usage_events WHERE PlanKey IS NOT NULL GROUP BY 1, 2, 3;
        """;

    /// <summary>Drops the table.</summary>
    public const string DropSqlite = "DROP TABLE plan_days;";
}
