namespace CopilotCapacity.Storage.Ledger;

/// <summary>One filter for each complete group of segments.</summary>
internal static class IdentitySummariesSchema
{
    public const string CreateSqlite = """
        CREATE TABLE identity_summaries (
            TenantKey INTEGER NOT NULL,
            Number INTEGER NOT NULL,
            Filter BLOB NOT NULL,
            PRIMARY KEY (TenantKey, Number)
        );
        """;

    public const string DropSqlite = "DROP TABLE identity_summaries;";
}
