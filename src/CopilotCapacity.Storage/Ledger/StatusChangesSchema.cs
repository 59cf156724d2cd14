namespace CopilotCapacity.Storage.Ledger;

/// <summary>
/// Changes of status of environments, each with the quota as it was at that moment, so that whoever was away is told every one of them.
/// They are written in the transaction of their cause.
/// </summary>
public static class StatusChangesSchema
{
    /// <summary>Creates the table in SQLite.</summary>
    public const string CreateSqlite = """
        CREATE TABLE status_changes (
            TenantKey INTEGER NOT NULL,
            EnvironmentKey INTEGER NOT NULL,
            Sequence INTEGER NOT NULL,
            WrittenAt INTEGER NOT NULL,
            Quota TEXT NOT NULL,
            PRIMARY KEY (TenantKey, EnvironmentKey, Sequence)
        ) WITHOUT ROWID;

        CREATE INDEX status_changes_by_sequence ON status_changes (TenantKey, Sequence);
        """;

    /// <summary>Drops the table.</summary>
    public const string DropSqlite = "DROP TABLE status_changes;";
}
