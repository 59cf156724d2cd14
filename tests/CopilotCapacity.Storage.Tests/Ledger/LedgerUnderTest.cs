using CopilotCapacity.Domain.Quota;
using CopilotCapacity.Domain.Rating;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Metering;
using CopilotCapacity.Metering.Feed;
using CopilotCapacity.Metering.Quota;
using CopilotCapacity.Storage.Ledger;
using CopilotCapacity.Storage.Sqlite;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace CopilotCapacity.Storage.Tests.Ledger;

/// <summary>A meter on a SQLite file, which can be stopped and started again on the same file.</summary>
internal sealed class LedgerUnderTest : IAsyncDisposable
{
    public static readonly TenantId Tenant = new(new Guid("11111111-1111-1111-1111-111111111111"));
    public static readonly EnvironmentId Environment = new(new Guid("22222222-2222-2222-2222-222222222222"));

    private readonly string _folder = Directory.CreateTempSubdirectory("copilotcapacity-ledger-").FullName;
    private SqliteLedgerStore _store = null!;
    private MeterLoop _loop = null!;

    private LedgerUnderTest()
    {
        Database = new SqliteDatabase($"Data Source={Path.Combine(_folder, "portal.db")};Pooling=False");
        Database.Prepare();
    }

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 11, 10, 9, 0, 0, TimeSpan.Zero));

    public SqliteDatabase Database { get; }

    public Meter Meter { get; private set; } = null!;

    public QuotaBoard Board { get; private set; } = null!;

    public LedgerFeed Feed { get; } = new();

    public static async Task<LedgerUnderTest> StartAsync()
    {
        var ledger = new LedgerUnderTest();
        await ledger.OpenAsync();
        return ledger;
    }

    public static UsageEvent Usage(string id, long credits, DateTimeOffset time, string source = "test") => new()
    {
        Id = id,
        Source = source,
        Subject = Environment.Value,
        Time = time,
        Items = [new UsageItem(Feature.Credits, credits * 1_000)],
        ContentHash = (UInt128)credits,
    };

    /// <summary>Makes a tenant with packs and one environment with an allocation.</summary>
    public async Task PrepareAsync(int packs, long allocation)
    {
        await Meter.CreateTenantAsync(new NewTenant(Tenant, "Contoso", CurrencyCode.Usd, null), Actor.System, _ => new Domain.Ledger.Outcome<bool>());
        await Meter.ChangeAsync<bool>(Tenant, Actor.System, ledger =>
        {
            ledger.AddGrant(new Domain.Ledger.NewGrant
            {
                Id = new GrantId(new Guid("33333333-3333-3333-3333-333333333333")),
                Kind = Domain.Prepaid.GrantKind.MessagePack,
                Amount = Credits.Of(packs * 25_000L),
                Recurrence = Domain.Prepaid.Recurrence.Monthly,
            });
            ledger.AddEnvironment(
                Environment, new Domain.Ledger.EnvironmentDescription("Prod", EnvironmentType.Production, "westeurope", null), drawFromTenantPool: true);
            ledger.SetAllocation(Environment, Credits.Of(allocation), drawFromTenantPool: true, payAsYouGo: true, expectedVersion: null);
            return true;
        });
    }

    /// <summary>Stops and starts again on the same file: what is known then comes from the disk alone.</summary>
    public async Task RestartAsync()
    {
        await CloseAsync();
        await OpenAsync();
    }

    public QuotaReading Quota() => Board.TryRead(Tenant, Environment, out var reading) && reading is not null
        ? reading
        : throw new InvalidOperationException("The board does not know the environment.");

    public long Scalar(string sql)
    {
        using var connection = new SqliteConnection(Database.ConnectionString);
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToInt64(command.ExecuteScalar(), System.Globalization.CultureInfo.InvariantCulture);
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task OpenAsync()
    {
        var options = Options.Create(new MeteringOptions());
        _store = new SqliteLedgerStore(Database);
        Meter = new Meter(options);
        Board = new QuotaBoard();
        _loop = new MeterLoop(Meter, _store, Board, Feed, Clock, options, NullLogger<MeterLoop>.Instance);
        await _loop.StartAsync(CancellationToken.None);
    }

    private async Task CloseAsync()
    {
        await _loop.StopAsync(CancellationToken.None);
        _loop.Dispose();
        _store.Dispose();
    }
}
