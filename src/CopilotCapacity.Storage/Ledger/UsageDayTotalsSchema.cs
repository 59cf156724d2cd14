namespace CopilotCapacity.Storage.Ledger;

/// <summary>
/// What a whole tenant used on each day, beside the same by environment, agent, feature and cost centre. Whoever asks for days alone
/// reads a row a day instead of adding up those of ten thousand environments. It is written with the other sums and has their mark.
/// </summary>
public static class UsageDayTotalsSchema
{
    /// <summary>Creates the table in SQLite and fills it from the sums.</summary>
    public const string CreateSqlite = """
        CREATE TABLE usage_day_totals (
            TenantKey INTEGER NOT NULL,
            Span INTEGER NOT NULL,
            Uses INTEGER NOT NULL,
            Events INTEGER NOT NULL,
            NonBilled INTEGER NOT NULL,
            Allocation INTEGER NOT NULL,
            Pool INTEGER NOT NULL,
            PayAsYouGo INTEGER NOT NULL,
            Unfunded INTEGER NOT NULL,
            CostMicros INTEGER NOT NULL,
            PRIMARY KEY (TenantKey, Span)
        ) WITHOUT ROWID;

        INSERT INTO usage_day_totals
        SELECT TenantKey, Span, SUM(Uses), SUM(Events), SUM(NonBilled), SUM(Allocation), SUM(Pool), SUM(PayAsYouGo), SUM(Unfunded), SUM(CostMicros)
        FROM usage_sums WHERE Span >= 0 GROUP BY 1, 2;
        """;

    /// <summary>Drops the table.</summary>
    public const string DropSqlite = "DROP TABLE usage_day_totals;";
}
