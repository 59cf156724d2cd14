namespace CopilotCapacity.Storage.Ledger;

/// <summary>
/// The tables the meter writes. Each is clustered by its key, so that a tenant's rows lie together and new ones are appended;
/// a second index over the same rows would cost as much again. CHECKs are the last guard of the balances.
/// </summary>
public static partial class LedgerSchema
{
    /// <summary>Creates the tables in SQLite.</summary>
    public const string CreateSqlite = $"{Balances}\n{Usage}\n{Permissions}\n{Watch}\n{Applications}\n{Guards}";

    /// <summary>Drops the tables.</summary>
    public const string DropSqlite = """
        DROP TRIGGER journal_never_goes;
        DROP TRIGGER journal_never_changes;
        DROP TABLE kept_uses;
        DROP TABLE unlinked_applications;
        DROP TABLE plan_watches;
        DROP TABLE environment_watches;
        DROP TABLE alerts;
        DROP TABLE agent_names;
        DROP TABLE agents;
        DROP TABLE cap_counts;
        DROP TABLE caps;
        DROP TABLE holds;
        DROP TABLE reversals;
        DROP TABLE usage_days;
        DROP TABLE usage_hours;
        DROP TABLE identity_blocks;
        DROP TABLE identity_segments;
        DROP TABLE usage_events;
        DROP TABLE labels;
        DROP TABLE plan_months;
        DROP TABLE environment_months;
        DROP TABLE grant_months;
        """;

    // Balances by month.
    private const string Balances = """
        CREATE TABLE grant_months (
            TenantKey INTEGER NOT NULL,
            Period INTEGER NOT NULL,
            GrantKey INTEGER NOT NULL,
            Granted INTEGER NOT NULL CHECK (Granted >= 0),
            CarriedIn INTEGER NOT NULL CHECK (CarriedIn >= 0),
            Burned INTEGER NOT NULL CHECK (Burned >= 0),
            Held INTEGER NOT NULL CHECK (Held >= 0),
            Expired INTEGER NOT NULL CHECK (Expired >= 0),
            CarriedOut INTEGER NOT NULL CHECK (CarriedOut >= 0),
            CHECK (Granted + CarriedIn >= Burned + Held + Expired + CarriedOut),
            PRIMARY KEY (TenantKey, Period, GrantKey)
        ) WITHOUT ROWID;

        CREATE TABLE environment_months (
            TenantKey INTEGER NOT NULL,
            Period INTEGER NOT NULL,
            EnvironmentKey INTEGER NOT NULL,
            Backing INTEGER NOT NULL,
            Consumed INTEGER NOT NULL CHECK (Consumed >= 0),
            Held INTEGER NOT NULL CHECK (Held >= 0),
            PoolConsumed INTEGER NOT NULL CHECK (PoolConsumed >= 0),
            PoolHeld INTEGER NOT NULL CHECK (PoolHeld >= 0),
            PayAsYouGo INTEGER NOT NULL CHECK (PayAsYouGo >= 0),
            SpendMicros INTEGER NOT NULL CHECK (SpendMicros >= 0),
            Unfunded INTEGER NOT NULL CHECK (Unfunded >= 0),
            CHECK (Backing >= Consumed + Held),
            PRIMARY KEY (TenantKey, Period, EnvironmentKey)
        ) WITHOUT ROWID;

        CREATE TABLE plan_months (
            TenantKey INTEGER NOT NULL,
            PlanKey INTEGER NOT NULL,
            Period INTEGER NOT NULL,
            Credits INTEGER NOT NULL CHECK (Credits >= 0),
            SpendMicros INTEGER NOT NULL CHECK (SpendMicros >= 0),
            HeldMicros INTEGER NOT NULL CHECK (HeldMicros >= 0),
            PRIMARY KEY (TenantKey, PlanKey, Period)
        ) WITHOUT ROWID;
        """;

    // Uses, their identities and their roll-ups.
    private const string Usage = """
        CREATE TABLE labels (
            TenantKey INTEGER NOT NULL,
            Key INTEGER NOT NULL,
            Text TEXT NOT NULL,
            PRIMARY KEY (TenantKey, Key)
        ) WITHOUT ROWID;

        CREATE TABLE usage_events (
            TenantKey INTEGER NOT NULL,
            Sequence INTEGER NOT NULL,
            Time INTEGER NOT NULL,
            RecordedAt INTEGER NOT NULL,
            Period INTEGER NOT NULL,
            EnvironmentKey INTEGER NOT NULL,
            Source INTEGER NOT NULL,
            EventId TEXT NOT NULL,
            ContentHash BLOB NOT NULL,
            Feature INTEGER NOT NULL,
            Quantity INTEGER NOT NULL,
            Rate INTEGER NOT NULL,
            Items TEXT,
            Agent INTEGER NOT NULL,
            AgentName INTEGER NOT NULL,
            User INTEGER NOT NULL,
            Product INTEGER NOT NULL,
            Channel INTEGER NOT NULL,
            Model INTEGER NOT NULL,
            Tool INTEGER NOT NULL,
            KnowledgeSource INTEGER NOT NULL,
            CostCenter INTEGER NOT NULL,
            TriggeredBy INTEGER NOT NULL,
            CopilotLicensed INTEGER NOT NULL,
            NonBilled INTEGER NOT NULL CHECK (NonBilled >= 0),
            NonBilledReason INTEGER NOT NULL,
            Allocation INTEGER NOT NULL CHECK (Allocation >= 0),
            Pool INTEGER NOT NULL CHECK (Pool >= 0),
            PayAsYouGo INTEGER NOT NULL CHECK (PayAsYouGo >= 0),
            Unfunded INTEGER NOT NULL CHECK (Unfunded >= 0),
            CostMicros INTEGER NOT NULL CHECK (CostMicros >= 0),
            PlanKey INTEGER,
            PriceMicros INTEGER NOT NULL,
            Plans TEXT,
            Grants TEXT,
            Kind INTEGER NOT NULL,
            HoldId BLOB,
            PRIMARY KEY (TenantKey, Sequence)
        ) WITHOUT ROWID;

        CREATE INDEX usage_events_by_time ON usage_events (TenantKey, Time);

        CREATE TABLE identity_segments (
            TenantKey INTEGER NOT NULL,
            Number INTEGER NOT NULL,
            LastSequence INTEGER NOT NULL,
            Newest INTEGER NOT NULL,
            Filter BLOB NOT NULL,
            PRIMARY KEY (TenantKey, Number)
        );

        CREATE TABLE identity_blocks (
            TenantKey INTEGER NOT NULL,
            Number INTEGER NOT NULL,
            FirstFingerprint INTEGER NOT NULL,
            Entries BLOB NOT NULL,
            PRIMARY KEY (TenantKey, Number, FirstFingerprint)
        ) WITHOUT ROWID;

        CREATE TABLE usage_hours (
            TenantKey INTEGER NOT NULL,
            Hour INTEGER NOT NULL,
            EnvironmentKey INTEGER NOT NULL,
            Feature INTEGER NOT NULL,
            Agent INTEGER NOT NULL,
            Product INTEGER NOT NULL,
            Channel INTEGER NOT NULL,
            User INTEGER NOT NULL,
            Model INTEGER NOT NULL,
            Tool INTEGER NOT NULL,
            CostCenter INTEGER NOT NULL,
            Uses INTEGER NOT NULL,
            Events INTEGER NOT NULL,
            NonBilled INTEGER NOT NULL,
            Allocation INTEGER NOT NULL,
            Pool INTEGER NOT NULL,
            PayAsYouGo INTEGER NOT NULL,
            Unfunded INTEGER NOT NULL,
            CostMicros INTEGER NOT NULL,
            PRIMARY KEY (TenantKey, Hour, EnvironmentKey, Feature, Agent, Product, Channel, User, Model, Tool, CostCenter)
        ) WITHOUT ROWID;

        CREATE TABLE usage_days (
            TenantKey INTEGER NOT NULL,
            Day INTEGER NOT NULL,
            EnvironmentKey INTEGER NOT NULL,
            Prepaid INTEGER NOT NULL,
            PayAsYouGo INTEGER NOT NULL,
            Unfunded INTEGER NOT NULL,
            CostMicros INTEGER NOT NULL,
            PRIMARY KEY (TenantKey, Day, EnvironmentKey)
        ) WITHOUT ROWID;

        CREATE TABLE reversals (
            TenantKey INTEGER NOT NULL,
            Original INTEGER NOT NULL,
            Sequence INTEGER NOT NULL,
            Reason TEXT NOT NULL,
            PRIMARY KEY (TenantKey, Original)
        ) WITHOUT ROWID;
        """;

    // What never changes.
    private const string Guards = """
        CREATE TRIGGER reversals_never_change BEFORE UPDATE ON reversals
        BEGIN SELECT RAISE(ABORT, 'The ledger only grows: a reversal is never changed.'); END;

        CREATE TRIGGER reversals_never_go BEFORE DELETE ON reversals
        BEGIN SELECT RAISE(ABORT, 'The ledger only grows: a reversal is never deleted.'); END;

        CREATE TRIGGER usage_events_never_change BEFORE UPDATE ON usage_events
        BEGIN SELECT RAISE(ABORT, 'The ledger only grows: usage is never changed.'); END;

        CREATE TRIGGER usage_events_never_go BEFORE DELETE ON usage_events
        BEGIN SELECT RAISE(ABORT, 'The ledger only grows: usage is never deleted.'); END;

        CREATE TRIGGER journal_never_changes BEFORE UPDATE ON journal
        BEGIN SELECT RAISE(ABORT, 'The ledger only grows: the journal is never changed.'); END;

        CREATE TRIGGER journal_never_goes BEFORE DELETE ON journal
        BEGIN SELECT RAISE(ABORT, 'The ledger only grows: the journal is never deleted.'); END;
        """;
}
