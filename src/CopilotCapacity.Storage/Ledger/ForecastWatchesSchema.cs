namespace CopilotCapacity.Storage.Ledger;

/// <summary>The tables of environments and plans of which a forecast was told, with the alert that is still open; 0 once it is over.</summary>
public static class ForecastWatchesSchema
{
    /// <summary>Creates the tables in SQLite.</summary>
    public const string CreateSqlite = """
        CREATE TABLE environment_forecast_watches (
            TenantKey INTEGER NOT NULL,
            EnvironmentKey INTEGER NOT NULL,
            IsTold INTEGER NOT NULL,
            LeftAt INTEGER,
            OpenAlert INTEGER NOT NULL,
            PRIMARY KEY (TenantKey, EnvironmentKey)
        ) WITHOUT ROWID;

        CREATE TABLE plan_forecast_watches (
            TenantKey INTEGER NOT NULL,
            PlanKey INTEGER NOT NULL,
            Window INTEGER NOT NULL,
            Percent INTEGER NOT NULL,
            OpenAlert INTEGER NOT NULL,
            PRIMARY KEY (TenantKey, PlanKey)
        ) WITHOUT ROWID;
        """;

    /// <summary>Drops the tables.</summary>
    public const string DropSqlite = """
        DROP TABLE plan_forecast_watches;
        DROP TABLE environment_forecast_watches;
        """;
}
