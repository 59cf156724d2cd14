namespace CopilotCapacity.Storage.Ledger;

/// <summary>The table of grants whose end was told, with the alert that is still open; 0 once it is over.</summary>
public static class GrantWatchesSchema
{
    /// <summary>Creates the table in SQLite.</summary>
    public const string CreateSqlite = """
        CREATE TABLE grant_watches (
            TenantKey INTEGER NOT NULL,
            GrantKey INTEGER NOT NULL,
            OpenAlert INTEGER NOT NULL,
            PRIMARY KEY (TenantKey, GrantKey)
        ) WITHOUT ROWID;
        """;

    /// <summary>Drops the table.</summary>
    public const string DropSqlite = "DROP TABLE grant_watches;";
}
