namespace CopilotCapacity.Storage.Ledger;

/// <summary>
/// What people work with: the stories alerts belong to, who set them aside, what is still true, the environments each is about, who
/// has seen which, and requests for capacity.
/// </summary>
public static class AlertsSchema
{
    /// <summary>Changes the tables of alerts in SQLite, and adds new ones.</summary>
    public const string CreateSqlite = """
        ALTER TABLE alerts ADD COLUMN Story INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE alerts ADD COLUMN Subject BLOB;
        ALTER TABLE alerts ADD COLUMN Feature INTEGER;
        ALTER TABLE alerts ADD COLUMN SnoozedUntil INTEGER;
        ALTER TABLE alerts ADD COLUMN SnoozedBy TEXT;
        UPDATE alerts SET Story = Number;

        ALTER TABLE environment_watches ADD COLUMN LowAlert INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE environment_watches ADD COLUMN DepletedAlert INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE environment_watches ADD COLUMN UnfundedAlert INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE environment_watches ADD COLUMN ReducedAlert INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE environment_watches ADD COLUMN Story INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE plan_watches ADD COLUMN MarkAlert INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE plan_watches ADD COLUMN ExhaustedAlert INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE plan_watches ADD COLUMN Story INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE cap_counts ADD COLUMN Alert INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE cap_counts ADD COLUMN Story INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE unlinked_applications ADD COLUMN OpenAlert INTEGER NOT NULL DEFAULT 0;

        CREATE INDEX alerts_open ON alerts (TenantKey, Number) WHERE ResolvedAt IS NULL AND Severity > 0;
        CREATE INDEX alerts_snoozed ON alerts (TenantKey, SnoozedUntil) WHERE SnoozedUntil IS NOT NULL;
        CREATE INDEX alerts_by_story ON alerts (TenantKey, Story, Number);

        CREATE TABLE alert_environments (
            TenantKey INTEGER NOT NULL,
            EnvironmentId TEXT NOT NULL,
            Number INTEGER NOT NULL,
            PRIMARY KEY (TenantKey, EnvironmentId, Number)
        ) WITHOUT ROWID;

        INSERT INTO alert_environments
        SELECT DISTINCT TenantKey, lower(e.value), Number FROM alerts, json_each(alerts.Environments) e WHERE alerts.Environments IS NOT NULL;

        CREATE TABLE alerts_seen (
            TenantKey INTEGER NOT NULL,
            UserId TEXT NOT NULL REFERENCES AspNetUsers (Id) ON DELETE CASCADE,
            Number INTEGER NOT NULL,
            PRIMARY KEY (TenantKey, UserId)
        ) WITHOUT ROWID;

        CREATE TABLE anomaly_watches (
            TenantKey INTEGER NOT NULL,
            EnvironmentId BLOB NOT NULL,
            Agent TEXT NOT NULL,
            Feature INTEGER NOT NULL,
            OpenAlert INTEGER NOT NULL,
            PRIMARY KEY (TenantKey, EnvironmentId, Agent, Feature)
        ) WITHOUT ROWID;

        CREATE TABLE capacity_requests (
            TenantKey INTEGER NOT NULL,
            Sequence INTEGER NOT NULL,
            Id BLOB NOT NULL,
            EnvironmentId BLOB,
            PlanId BLOB,
            Credits INTEGER,
            AmountMicros INTEGER,
            Reason TEXT,
            Alert INTEGER,
            AskedAt INTEGER NOT NULL,
            AskedBy TEXT,
            AskedByName TEXT,
            State INTEGER NOT NULL,
            DecidedAt INTEGER,
            DecidedByName TEXT,
            Answer TEXT,
            PRIMARY KEY (TenantKey, Sequence)
        ) WITHOUT ROWID;

        CREATE UNIQUE INDEX capacity_requests_by_id ON capacity_requests (TenantKey, Id);
        CREATE INDEX capacity_requests_open ON capacity_requests (TenantKey, Sequence) WHERE State = 0;
        """;

    /// <summary>Takes it away again.</summary>
    public const string DropSqlite = """
        DROP TABLE capacity_requests;
        DROP TABLE anomaly_watches;
        DROP TABLE alerts_seen;
        DROP TABLE alert_environments;
        DROP INDEX alerts_by_story;
        DROP INDEX alerts_snoozed;
        DROP INDEX alerts_open;
        ALTER TABLE unlinked_applications DROP COLUMN OpenAlert;
        ALTER TABLE cap_counts DROP COLUMN Story;
        ALTER TABLE cap_counts DROP COLUMN Alert;
        ALTER TABLE plan_watches DROP COLUMN Story;
        ALTER TABLE plan_watches DROP COLUMN ExhaustedAlert;
        ALTER TABLE plan_watches DROP COLUMN MarkAlert;
        ALTER TABLE environment_watches DROP COLUMN Story;
        ALTER TABLE environment_watches DROP COLUMN ReducedAlert;
        ALTER TABLE environment_watches DROP COLUMN UnfundedAlert;
        ALTER TABLE environment_watches DROP COLUMN DepletedAlert;
        ALTER TABLE environment_watches DROP COLUMN LowAlert;
        ALTER TABLE alerts DROP COLUMN SnoozedBy;
        ALTER TABLE alerts DROP COLUMN SnoozedUntil;
        ALTER TABLE alerts DROP COLUMN Feature;
        ALTER TABLE alerts DROP COLUMN Subject;
        ALTER TABLE alerts DROP COLUMN Story;
        """;
}
