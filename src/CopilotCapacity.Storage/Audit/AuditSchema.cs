namespace CopilotCapacity.Storage.Audit;

/// <summary>What of the audit trail's schema the model cannot say: rows are only ever added.</summary>
internal static class AuditSchema
{
    public const string CreateSqlite = """
        CREATE TRIGGER audit_keeps_rows BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'The audit trail is only added to.'); END;
        CREATE TRIGGER audit_keeps_all BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'The audit trail is only added to.'); END;
        """;

    public const string DropSqlite = "DROP TRIGGER audit_keeps_rows; DROP TRIGGER audit_keeps_all;";
}
