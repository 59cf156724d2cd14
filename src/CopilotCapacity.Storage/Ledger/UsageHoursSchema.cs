namespace CopilotCapacity.Storage.Ledger;

/// <summary>
/// The hourly roll-up with its rows numbered within the hour, in the order in which they began. Ordered by what they count they
/// would lie all over: a tenant with many users makes a new row with almost every use.
/// </summary>
public static class UsageHoursSchema
{
    /// <summary>Numbers the rows in SQLite.</summary>
    public const string NumberSqlite = $"""
        ALTER TABLE usage_hours RENAME TO usage_hours_before;

        CREATE TABLE usage_hours (
            TenantKey INTEGER NOT NULL,
            Hour INTEGER NOT NULL,
            Number INTEGER NOT NULL,
            {Columns},
            PRIMARY KEY (TenantKey, Hour, Number)
        ) WITHOUT ROWID;

        INSERT INTO usage_hours
        SELECT TenantKey, Hour, ROW_NUMBER() OVER (PARTITION BY TenantKey, Hour), {Names} FROM usage_hours_before;

        DROP TABLE usage_hours_before;
        """;

    /// <summary>Takes the numbers away again.</summary>
    public const string UnnumberSqlite = $"""
        ALTER TABLE usage_hours RENAME TO usage_hours_after;

        CREATE TABLE usage_hours (
            TenantKey INTEGER NOT NULL,
            Hour INTEGER NOT NULL,
            {Columns},
            PRIMARY KEY (TenantKey, Hour, {Keys})
        ) WITHOUT ROWID;

        INSERT INTO usage_hours
        SELECT TenantKey, Hour, {Keys}, SUM(Uses), SUM(Events), SUM(NonBilled), SUM(Allocation), SUM(Pool), SUM(PayAsYouGo),
            SUM(Unfunded), SUM(CostMicros)
        FROM usage_hours_after GROUP BY TenantKey, Hour, {Keys};

        DROP TABLE usage_hours_after;
        """;

    private const string Keys = "EnvironmentKey, Feature, Agent, Product, Channel, User, Model, Tool, CostCenter";

    private const string Names = $"{Keys}, Uses, Events, NonBilled, Allocation, Pool, PayAsYouGo, Unfunded, CostMicros";

    private const string Columns = """
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
            CostMicros INTEGER NOT NULL
        """;
}
