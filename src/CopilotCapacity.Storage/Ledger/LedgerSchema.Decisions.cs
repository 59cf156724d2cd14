namespace CopilotCapacity.Storage.Ledger;

/// <content>What is decided about: holds, caps, agents, alerts and applications.</content>
public static partial class LedgerSchema
{
    // Holds, caps and agents.
    private const string Permissions = """
        CREATE TABLE holds (
            TenantKey INTEGER NOT NULL,
            Id BLOB NOT NULL,
            Sequence INTEGER NOT NULL,
            MadeAt INTEGER NOT NULL,
            ExpiresAt INTEGER NOT NULL,
            EnvironmentKey INTEGER NOT NULL,
            Allocation INTEGER NOT NULL CHECK (Allocation >= 0),
            Pool INTEGER NOT NULL CHECK (Pool >= 0),
            PayAsYouGo INTEGER NOT NULL CHECK (PayAsYouGo >= 0),
            Grants TEXT,
            PlanKey INTEGER,
            PriceMicros INTEGER NOT NULL,
            Agent TEXT,
            User TEXT,
            CostCenter TEXT,
            State INTEGER NOT NULL,
            SettledSequence INTEGER,
            SettledHash BLOB,
            SettledAllocation INTEGER,
            SettledPool INTEGER,
            SettledPayAsYouGo INTEGER,
            SettledUnfunded INTEGER,
            IsLate INTEGER,
            PRIMARY KEY (TenantKey, Id)
        ) WITHOUT ROWID;

        CREATE INDEX holds_open ON holds (TenantKey, Sequence) WHERE State = 0;

        CREATE TABLE caps (
            TenantKey INTEGER NOT NULL,
            Key INTEGER NOT NULL,
            Id BLOB NOT NULL,
            EnvironmentId BLOB,
            Agent TEXT,
            User TEXT,
            CostCenter TEXT,
            Per INTEGER NOT NULL,
            Credits INTEGER NOT NULL CHECK (Credits > 0),
            NotifyPercent INTEGER NOT NULL,
            HardStop INTEGER NOT NULL,
            CreatedAt INTEGER NOT NULL,
            IsDeleted INTEGER NOT NULL,
            Version INTEGER NOT NULL,
            PRIMARY KEY (TenantKey, Key)
        ) WITHOUT ROWID;

        CREATE TABLE cap_counts (
            TenantKey INTEGER NOT NULL,
            CapKey INTEGER NOT NULL,
            Window INTEGER NOT NULL,
            Version INTEGER NOT NULL,
            Used INTEGER NOT NULL,
            Held INTEGER NOT NULL CHECK (Held >= 0),
            RaisedMark INTEGER NOT NULL,
            PRIMARY KEY (TenantKey, CapKey, Window)
        ) WITHOUT ROWID;

        CREATE TABLE agents (
            TenantKey INTEGER NOT NULL,
            EnvironmentKey INTEGER NOT NULL,
            AgentId TEXT NOT NULL,
            Name TEXT,
            IsTurnedOff INTEGER NOT NULL,
            PRIMARY KEY (TenantKey, EnvironmentKey, AgentId)
        ) WITHOUT ROWID;

        CREATE TABLE agent_names (
            TenantKey INTEGER NOT NULL,
            EnvironmentKey INTEGER NOT NULL,
            Agent INTEGER NOT NULL,
            Name INTEGER NOT NULL,
            PRIMARY KEY (TenantKey, EnvironmentKey, Agent)
        ) WITHOUT ROWID;
        """;

    // Alerts, and what was told already.
    private const string Watch = """
        CREATE TABLE alerts (
            TenantKey INTEGER NOT NULL,
            Number INTEGER NOT NULL,
            Cause INTEGER NOT NULL,
            Kind INTEGER NOT NULL,
            Severity INTEGER NOT NULL,
            Environments TEXT,
            PlanId BLOB,
            Agent TEXT,
            Threshold INTEGER,
            Title TEXT NOT NULL,
            Text TEXT NOT NULL,
            RaisedAt INTEGER NOT NULL,
            ResolvedAt INTEGER,
            AcknowledgedAt INTEGER,
            AcknowledgedBy TEXT,
            PRIMARY KEY (TenantKey, Number)
        ) WITHOUT ROWID;

        CREATE TABLE environment_watches (
            TenantKey INTEGER NOT NULL,
            EnvironmentKey INTEGER NOT NULL,
            LowTold INTEGER NOT NULL,
            LowLeftAt INTEGER,
            DepletedTold INTEGER NOT NULL,
            DepletedLeftAt INTEGER,
            RestoredTold INTEGER NOT NULL,
            RestoredLeftAt INTEGER,
            OpenAlert INTEGER NOT NULL,
            UnfundedToldIn INTEGER NOT NULL,
            PRIMARY KEY (TenantKey, EnvironmentKey)
        ) WITHOUT ROWID;

        CREATE TABLE plan_watches (
            TenantKey INTEGER NOT NULL,
            PlanKey INTEGER NOT NULL,
            Window INTEGER NOT NULL,
            ToldPercent INTEGER NOT NULL,
            IsExhaustedTold INTEGER NOT NULL,
            PRIMARY KEY (TenantKey, PlanKey)
        ) WITHOUT ROWID;
        """;

    // Applications that are not linked, and what they told.
    private const string Applications = """
        CREATE TABLE unlinked_applications (
            TenantKey INTEGER NOT NULL,
            Id BLOB NOT NULL,
            Kind INTEGER NOT NULL,
            Url TEXT NOT NULL,
            IsTold INTEGER NOT NULL,
            PRIMARY KEY (TenantKey, Id)
        ) WITHOUT ROWID;

        CREATE TABLE kept_uses (
            TenantKey INTEGER NOT NULL,
            Sequence INTEGER NOT NULL,
            ApplicationId BLOB NOT NULL,
            Source TEXT NOT NULL,
            EventId TEXT NOT NULL,
            ContentHash BLOB NOT NULL,
            IsBooked INTEGER NOT NULL,
            PRIMARY KEY (TenantKey, Sequence)
        ) WITHOUT ROWID;

        CREATE UNIQUE INDEX kept_uses_by_identity ON kept_uses (TenantKey, Source, EventId);
        """;
}
