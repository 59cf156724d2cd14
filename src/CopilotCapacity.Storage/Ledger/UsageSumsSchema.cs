namespace CopilotCapacity.Storage.Ledger;

/// <summary>
/// What was used by environment, agent, feature and cost centre, added up over days and over months. The hourly roll-up also tells
/// users, channels and models apart, and so has a row for almost every use of a large tenant; pages that ask for weeks cannot read
/// that. A span is a day by its number since year 1, or a month by its index below zero.
/// </summary>
/// <remarks>
/// The sums follow the uses a little later: a tenant's mark says up to which ledger sequence number they are counted. Whoever reads
/// adds what came after it, so that nothing is missing or counted twice.
/// </remarks>
public static class UsageSumsSchema
{
    /// <summary>Creates the tables in SQLite and fills them from the hourly roll-up.</summary>
    public const string CreateSqlite = $"""
        CREATE TABLE usage_sums (
            TenantKey INTEGER NOT NULL,
            Span INTEGER NOT NULL,
            EnvironmentKey INTEGER NOT NULL,
            Agent INTEGER NOT NULL,
            Feature INTEGER NOT NULL,
            CostCenter INTEGER NOT NULL,
            Uses INTEGER NOT NULL,
            Events INTEGER NOT NULL,
            NonBilled INTEGER NOT NULL,
            Allocation INTEGER NOT NULL,
            Pool INTEGER NOT NULL,
            PayAsYouGo INTEGER NOT NULL,
            Unfunded INTEGER NOT NULL,
            CostMicros INTEGER NOT NULL,
            PRIMARY KEY (TenantKey, Span, EnvironmentKey, Agent, Feature, CostCenter)
        ) WITHOUT ROWID;

        CREATE TABLE usage_sum_marks (
            TenantKey INTEGER PRIMARY KEY,
            Sequence INTEGER NOT NULL
        );

        CREATE INDEX reversals_by_sequence ON reversals (TenantKey, Sequence);

        INSERT INTO usage_sums
        SELECT TenantKey, Hour / 24, EnvironmentKey, Agent, Feature, CostCenter, {Sums}
        FROM usage_hours GROUP BY 1, 2, 3, 4, 5, 6;

        INSERT INTO usage_sums
        SELECT TenantKey, -(strftime('%Y', Seconds, 'unixepoch') * 12 + strftime('%m', Seconds, 'unixepoch') - 1),
            EnvironmentKey, Agent, Feature, CostCenter, {Sums}
        FROM (SELECT *, Span * 86400 - 62135596800 AS Seconds FROM usage_sums) GROUP BY 1, 2, 3, 4, 5, 6;

        INSERT INTO usage_sum_marks SELECT Key, Sequence FROM tenants;
        """;

    /// <summary>Drops the tables.</summary>
    public const string DropSqlite = """
        DROP INDEX reversals_by_sequence;
        DROP TABLE usage_sum_marks;
        DROP TABLE usage_sums;
        """;

    private const string Sums = "SUM(Uses), SUM(Events), SUM(NonBilled), SUM(Allocation), SUM(Pool), SUM(PayAsYouGo), SUM(Unfunded), SUM(CostMicros)";
}
