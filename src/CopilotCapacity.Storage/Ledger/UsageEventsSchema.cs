namespace CopilotCapacity.Storage.Ledger;

/// <summary>
/// The uses under one number that holds tenant and sequence. A table by a single number is searched without reading its rows and
/// fills its pages to the end when rows are appended; with a key of two columns a row cost a quarter more. What a row may hold
/// is guarded where it is made and checked by the verification, not again by a condition for each of its columns.
/// </summary>
public static class UsageEventsSchema
{
    /// <summary>How many bits of the number are the sequence; the ones above are the tenant's key.</summary>
    public const int SequenceBits = 40;

    /// <summary>Gives the rows their numbers in SQLite.</summary>
    public const string NumberSqlite = $"""
        CREATE TABLE usage_events_numbered (
            Id INTEGER PRIMARY KEY,
            TenantKey INTEGER, Sequence INTEGER, Time INTEGER, RecordedAt INTEGER, Period INTEGER,
            EnvironmentKey INTEGER, Source INTEGER, EventId TEXT, ContentHash BLOB, Feature INTEGER, Quantity INTEGER,
            Rate INTEGER, Items TEXT, Agent INTEGER, AgentName INTEGER, User INTEGER, Product INTEGER,
            Channel INTEGER, Model INTEGER, Tool INTEGER, KnowledgeSource INTEGER, CostCenter INTEGER,
            TriggeredBy INTEGER, CopilotLicensed INTEGER, NonBilled INTEGER, NonBilledReason INTEGER,
            Allocation INTEGER, Pool INTEGER, PayAsYouGo INTEGER, Unfunded INTEGER, CostMicros INTEGER,
            PlanKey INTEGER, PriceMicros INTEGER, Plans TEXT, Grants TEXT, Kind INTEGER, HoldId BLOB
        );

        INSERT INTO usage_events_numbered SELECT (TenantKey << 40) + Sequence, {Names} FROM usage_events;

        DROP TABLE usage_events;

        ALTER TABLE usage_events_numbered RENAME TO usage_events;
        {Guards}
        """;

    /// <summary>Takes the numbers away again.</summary>
    public const string UnnumberSqlite = $"""
        CREATE TABLE usage_events_keyed (
            TenantKey INTEGER, Sequence INTEGER, Time INTEGER, RecordedAt INTEGER, Period INTEGER,
            EnvironmentKey INTEGER, Source INTEGER, EventId TEXT, ContentHash BLOB, Feature INTEGER, Quantity INTEGER,
            Rate INTEGER, Items TEXT, Agent INTEGER, AgentName INTEGER, User INTEGER, Product INTEGER,
            Channel INTEGER, Model INTEGER, Tool INTEGER, KnowledgeSource INTEGER, CostCenter INTEGER,
            TriggeredBy INTEGER, CopilotLicensed INTEGER, NonBilled INTEGER, NonBilledReason INTEGER,
            Allocation INTEGER, Pool INTEGER, PayAsYouGo INTEGER, Unfunded INTEGER, CostMicros INTEGER,
            PlanKey INTEGER, PriceMicros INTEGER, Plans TEXT, Grants TEXT, Kind INTEGER, HoldId BLOB,
            PRIMARY KEY (TenantKey, Sequence)
        ) WITHOUT ROWID;

        INSERT INTO usage_events_keyed SELECT {Names} FROM usage_events;

        DROP TABLE usage_events;

        ALTER TABLE usage_events_keyed RENAME TO usage_events;
        {Guards}
        """;

    private const string Names = """
        TenantKey, Sequence, Time, RecordedAt, Period, EnvironmentKey, Source, EventId, ContentHash, Feature,
        Quantity, Rate, Items, Agent, AgentName, User, Product, Channel, Model, Tool, KnowledgeSource, CostCenter,
        TriggeredBy, CopilotLicensed, NonBilled, NonBilledReason, Allocation, Pool, PayAsYouGo, Unfunded, CostMicros,
        PlanKey, PriceMicros, Plans, Grants, Kind, HoldId
        """;

    private const string Guards = """

        CREATE INDEX usage_events_by_time ON usage_events (TenantKey, Time);

        CREATE TRIGGER usage_events_never_change BEFORE UPDATE ON usage_events
        BEGIN SELECT RAISE(ABORT, 'The ledger only grows: usage is never changed.'); END;

        CREATE TRIGGER usage_events_never_go BEFORE DELETE ON usage_events
        BEGIN SELECT RAISE(ABORT, 'The ledger only grows: usage is never deleted.'); END;
        """;

    /// <summary>The number of a use.</summary>
    public static long IdOf(int tenantKey, long sequence) => ((long)tenantKey << SequenceBits) + sequence;
}
