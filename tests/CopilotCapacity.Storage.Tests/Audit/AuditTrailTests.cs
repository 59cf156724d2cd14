using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Metering;
using CopilotCapacity.Storage.Audit;
using CopilotCapacity.Storage.Sqlite;
using CopilotCapacity.Storage.Tests.Ledger;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace CopilotCapacity.Storage.Tests.Audit;

public sealed class AuditTrailTests
{
    private const int Tenant = 1;

    private static readonly Actor s_lee = new(ActorKind.Person, "7d0a0f5e-0000-4000-8000-000000000001", "Lee Park", "192.0.2.7", "more agents in December");

    [Fact]
    public async Task Change_HasItsEntry_WithWhoWhatWhenAndWhy()
    {
        await using var ledger = await FilledAsync();
        using var context = Open(ledger.Database);
        var entry = context.Audit.AsNoTracking().Where(row => row.TenantKey == Tenant).OrderByDescending(row => row.Number).First();

        Assert.Equal("allocation.set", entry.Action);
        Assert.Equal((s_lee.Id, s_lee.Address, s_lee.Reason), (entry.ActorId, entry.ActorAddress, entry.Reason));
        Assert.Equal(("environment", "Prod"), (entry.ObjectKind, entry.ObjectName));
        Assert.Equal("""{"credits":20000}""", entry.Old);
        Assert.Equal("""{"credits":30000}""", entry.New);
        Assert.Equal(ledger.Clock.GetUtcNow(), entry.At);

        // The name of a person stands nowhere on the trail.
        Assert.Equal(0, ledger.Scalar("SELECT COUNT(*) FROM audit WHERE instr(ActorId || coalesce(ObjectName, '') || coalesce(New, ''), 'Lee')"));
    }

    [Fact]
    public async Task EveryEntryOfTheLedgerByAnActor_HasOneOfTheTrail()
    {
        await using var ledger = await FilledAsync();

        Assert.Equal(5, ledger.Scalar("SELECT COUNT(*) FROM audit"));
        Assert.Equal(0, ledger.Scalar(
            """
            SELECT COUNT(*) FROM journal j
            WHERE j.ActorKind IS NOT NULL AND (SELECT COUNT(*) FROM audit a WHERE a.TenantKey = j.TenantKey AND a.Sequence = j.Sequence) <> 1
            """));
    }

    [Fact]
    public async Task Change_ThatFails_LeavesNoEntry()
    {
        await using var ledger = await FilledAsync();
        var before = ledger.Scalar("SELECT COUNT(*) FROM audit");

        var refused = await SetAsync(ledger, 10_000_000);

        Assert.NotNull(refused.Refusal);
        Assert.Equal(before, ledger.Scalar("SELECT COUNT(*) FROM audit"));
    }

    [Theory]
    [InlineData("UPDATE audit SET New = '{}'")]
    [InlineData("DELETE FROM audit")]
    public async Task Trail_IsOnlyAddedTo(string sql)
    {
        await using var ledger = await FilledAsync();

        Assert.Contains("only added to", Assert.Throws<SqliteException>(() => Execute(ledger.Database, sql)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Trail_AsItWasWritten_IsFoundRight()
    {
        await using var ledger = await FilledAsync();
        var heads = Export(ledger);

        var found = Verify(ledger, heads);

        Assert.Equal((5, null), (found.Entries, found.Problem));
        Assert.Equal(heads.Find(Tenant)!.Hash, found.Head);
        Assert.Null(heads.FindProblem());
    }

    [Theory]
    [InlineData("UPDATE audit SET At = At + 1 WHERE Number = 2")]
    [InlineData("UPDATE audit SET ActorKind = 2 WHERE Number = 5")]
    [InlineData("UPDATE audit SET ActorId = 'eve' WHERE Number = 5")]
    [InlineData("UPDATE audit SET ActorAddress = NULL WHERE Number = 5")]
    [InlineData("UPDATE audit SET Action = 'allocation.sat' WHERE Number = 5")]
    [InlineData("UPDATE audit SET ObjectKind = 'x' WHERE Number = 1")]
    [InlineData("UPDATE audit SET ObjectId = 'x' WHERE Number = 3")]
    [InlineData("UPDATE audit SET ObjectName = 'x' WHERE Number = 3")]
    [InlineData("UPDATE audit SET Old = NULL WHERE Number = 5")]
    [InlineData("UPDATE audit SET New = replace(New, '3', '4') WHERE Number = 5")]
    [InlineData("UPDATE audit SET Reason = NULL WHERE Number = 5")]
    [InlineData("UPDATE audit SET Sequence = 99 WHERE Number = 4")]
    [InlineData("UPDATE audit SET Hash = zeroblob(32) WHERE Number = 3")]
    [InlineData("UPDATE audit SET ObjectKind = ObjectKind || substr(ObjectId, 1, 1), ObjectId = substr(ObjectId, 2) WHERE Number = 3")]
    [InlineData("DELETE FROM audit WHERE Number = 1")]
    [InlineData("DELETE FROM audit WHERE Number = 3")]
    [InlineData("DELETE FROM audit WHERE Number = 5")]
    [InlineData("DELETE FROM audit WHERE Number >= 2")]
    [InlineData("DELETE FROM audit")]
    [InlineData("UPDATE audit SET Number = -2 WHERE Number = 2; UPDATE audit SET Number = 2 WHERE Number = 3; UPDATE audit SET Number = 3 WHERE Number = -2")]
    public async Task Trail_ThatWasTamperedWith_IsFound(string sql)
    {
        await using var ledger = await FilledAsync();
        var heads = Export(ledger);
        Tamper(ledger.Database, sql);

        Assert.NotNull(Verify(ledger, heads).Problem);
    }

    // Whoever can write the whole database can chain it anew; the exported end is somewhere else.
    [Fact]
    public async Task Trail_ThatWasChainedAnew_IsFoundByItsExportedEnd()
    {
        await using var ledger = await FilledAsync();
        var heads = Export(ledger);
        Tamper(ledger.Database, "UPDATE audit SET New = '{\"credits\":1}' WHERE Number = 5");
        ChainAnew(ledger.Database);

        Assert.Null(Verify(ledger, null).Problem);
        Assert.Contains("exported", Verify(ledger, heads).Problem, StringComparison.Ordinal);
        Assert.Contains("audit trail", heads.FindProblem(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Trail_ThatHasGrownSinceTheExport_IsRight()
    {
        await using var ledger = await FilledAsync();
        var heads = Export(ledger);
        await SetAsync(ledger, 31_000);

        Assert.Null(Verify(ledger, heads).Problem);
        Assert.Null(heads.FindProblem());
    }

    private static async Task<LedgerUnderTest> FilledAsync()
    {
        var ledger = await LedgerUnderTest.StartAsync();
        await ledger.PrepareAsync(packs: 4, allocation: 20_000);
        await SetAsync(ledger, 30_000);
        return ledger;
    }

    private static Task<Outcome<bool>> SetAsync(LedgerUnderTest ledger, long credits) => ledger.Meter.ChangeAsync<bool>(
        LedgerUnderTest.Tenant,
        s_lee,
        tenant => tenant.SetAllocation(LedgerUnderTest.Environment, Credits.Of(credits), true, true, null).Refusal is { } refusal ? refusal : true);

    private static AuditHeads Export(LedgerUnderTest ledger)
    {
        var heads = new AuditHeads(ledger.Database, new Contexts(ledger.Database));
        heads.Export();
        return heads;
    }

    private static AuditVerification Verify(LedgerUnderTest ledger, AuditHeads? heads)
    {
        using var context = Open(ledger.Database);
        return AuditVerifier.Verify(context, Tenant, heads?.Find(Tenant));
    }

    private static void Tamper(SqliteDatabase database, string sql) => Execute(database, AuditSchema.DropSqlite + sql);

    private static void ChainAnew(SqliteDatabase database)
    {
        using var context = Open(database);
        var previous = AuditChain.Start(Tenant);
        foreach (var row in context.Audit.Where(row => row.TenantKey == Tenant).OrderBy(row => row.Number).ToList())
        {
            row.Hash = previous = AuditChain.HashOf(row, previous);
        }

        context.SaveChanges();
    }

    private static void Execute(SqliteDatabase database, string sql)
    {
        using var connection = new SqliteConnection(database.ConnectionString);
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static PortalDbContext Open(SqliteDatabase database) => new Contexts(database).CreateDbContext();

    private sealed class Contexts(SqliteDatabase database) : IDbContextFactory<PortalDbContext>
    {
        public PortalDbContext CreateDbContext()
        {
            var options = new DbContextOptionsBuilder<PortalDbContext>();
            database.Configure(options);
            return new PortalDbContext(options.Options);
        }
    }
}
