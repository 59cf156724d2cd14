namespace CopilotCapacity.Storage.Ledger;

/// <summary>The index of uses that wait for their application to be linked; those that were booked are not in it.</summary>
public static class KeptUsesSchema
{
    /// <summary>Creates the index in SQLite.</summary>
    public const string CreateSqlite = "CREATE INDEX kept_uses_waiting ON kept_uses (TenantKey, ApplicationId) WHERE IsBooked = 0;";

    /// <summary>Drops the index.</summary>
    public const string DropSqlite = "DROP INDEX kept_uses_waiting;";
}
