namespace CopilotCapacity.Storage;

/// <summary>The tables of the sync with Azure and Power Platform: runs, what was read, what differs, what Azure billed.</summary>
public static class SyncSchema
{
    /// <summary>Creates the tables in SQLite.</summary>
    public const string CreateSqlite = """
        CREATE TABLE sync_runs (
            TenantKey INTEGER NOT NULL REFERENCES tenants (Key),
            Number INTEGER NOT NULL,
            State INTEGER NOT NULL,
            StartedBy TEXT,
            StartedAt INTEGER NOT NULL,
            CancelAskedAt INTEGER,
            FinishedAt INTEGER,
            PRIMARY KEY (TenantKey, Number)
        ) WITHOUT ROWID;

        CREATE UNIQUE INDEX one_sync_of_a_tenant ON sync_runs (TenantKey) WHERE FinishedAt IS NULL;

        CREATE TABLE sync_steps (
            TenantKey INTEGER NOT NULL,
            Run INTEGER NOT NULL,
            Number INTEGER NOT NULL,
            Service TEXT NOT NULL,
            Key TEXT NOT NULL,
            Name TEXT NOT NULL,
            State INTEGER NOT NULL,
            Said TEXT,
            FinishedAt INTEGER,
            PRIMARY KEY (TenantKey, Run, Number),
            FOREIGN KEY (TenantKey, Run) REFERENCES sync_runs (TenantKey, Number) ON DELETE CASCADE
        ) WITHOUT ROWID;

        CREATE TABLE sync_readings (
            TenantKey INTEGER NOT NULL REFERENCES tenants (Key),
            Service TEXT NOT NULL,
            Step TEXT NOT NULL,
            Value TEXT,
            ReadAt INTEGER,
            FailingSince INTEGER,
            Failure TEXT,
            PRIMARY KEY (TenantKey, Service, Step),
            CHECK ((Value IS NULL) = (ReadAt IS NULL)),
            CHECK ((Failure IS NULL) = (FailingSince IS NULL))
        ) WITHOUT ROWID;

        CREATE TABLE sync_differences (
            TenantKey INTEGER NOT NULL REFERENCES tenants (Key),
            Service TEXT NOT NULL,
            Key TEXT NOT NULL,
            Step TEXT NOT NULL,
            ObjectKind TEXT NOT NULL,
            ObjectId TEXT NOT NULL,
            Title TEXT NOT NULL,
            Fields TEXT NOT NULL,
            Note TEXT,
            CanAdopt INTEGER NOT NULL,
            CanPush INTEGER NOT NULL,
            Here TEXT NOT NULL,
            There TEXT NOT NULL,
            State INTEGER NOT NULL,
            FoundIn INTEGER NOT NULL,
            FoundAt INTEGER NOT NULL,
            SettledAt INTEGER,
            PRIMARY KEY (TenantKey, Service, Key)
        ) WITHOUT ROWID;

        CREATE TABLE sync_settings (
            TenantKey INTEGER NOT NULL PRIMARY KEY REFERENCES tenants (Key),
            WriteBack INTEGER NOT NULL
        );

        CREATE TABLE azure_costs (
            TenantKey INTEGER NOT NULL,
            PlanKey INTEGER NOT NULL,
            Day INTEGER NOT NULL,
            BilledMicros INTEGER,
            ForecastMicros INTEGER,
            Currency TEXT NOT NULL,
            OursMicros INTEGER NOT NULL,
            ReadAt INTEGER NOT NULL,
            PRIMARY KEY (TenantKey, PlanKey, Day),
            FOREIGN KEY (TenantKey, PlanKey) REFERENCES billing_plans (TenantKey, Key)
        ) WITHOUT ROWID;

        CREATE TABLE sync_watches (
            TenantKey INTEGER NOT NULL,
            Service TEXT NOT NULL,
            OpenAlert INTEGER NOT NULL,
            PRIMARY KEY (TenantKey, Service)
        ) WITHOUT ROWID;
        """;

    /// <summary>Drops the tables.</summary>
    public const string DropSqlite = """
        DROP TABLE sync_watches;
        DROP TABLE azure_costs;
        DROP TABLE sync_settings;
        DROP TABLE sync_differences;
        DROP TABLE sync_readings;
        DROP TABLE sync_steps;
        DROP TABLE sync_runs;
        """;
}
