using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Rating;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Metering;
using CopilotCapacity.Metering.Feed;
using CopilotCapacity.Metering.Ingest;
using CopilotCapacity.Metering.Quota;
using CopilotCapacity.Metering.Work;
using CopilotCapacity.Storage.Ledger;
using CopilotCapacity.Storage.Queries;
using CopilotCapacity.Storage.Sqlite;
using CopilotCapacity.Storage.Verification;
using CopilotCapacity.Testing;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace CopilotCapacity.Storage.Tests;

/// <summary>A database file in a folder of its own with a meter writing to it, which can be stopped and started again.</summary>
internal sealed class PortalFile : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly string _folder = Directory.CreateTempSubdirectory("portal-").FullName;
    private readonly IOptions<MeteringOptions> _options;
    private readonly int? _segmentEvents;
    private MeterLoop _loop = null!;
    private Meter _meter = null!;

    public PortalFile(MeteringOptions? options = null, int? segmentEvents = null)
    {
        _segmentEvents = segmentEvents;
        _options = Options.Create(options ?? new MeteringOptions());
        Database = new SqliteDatabase($"Data Source={Path.Combine(_folder, "portal.db")};Pooling=False");
        Database.Prepare();
        Start();
    }

    public SqliteDatabase Database { get; }

    public SqliteLedgerStore Store { get; private set; } = null!;

    public FakeTimeProvider Time { get; } = new(Make.Start);

    public async Task CreateAsync(int tenant = 1)
    {
        var wanted = new NewTenant(Make.Tenant(tenant), $"Tenant {tenant}", CurrencyCode.Usd, null);
        var created = await _meter.CreateTenantAsync<bool>(wanted, Actor.System, _ => true).WaitAsync(s_patience);
        Assert.Null(created.Refusal);
    }

    public async Task<T> ChangeAsync<T>(Func<TenantLedger, T> change, int tenant = 1)
    {
        Outcome<T> Change(TenantLedger ledger) => change(ledger);
        var changed = await _meter.ChangeAsync(Make.Tenant(tenant), Actor.System, Change).WaitAsync(s_patience);
        Assert.Null(changed.Refusal);
        return changed.Value!;
    }

    /// <summary>Changes a ledger with a look at what is on disk; null stands for whatever was refused.</summary>
    public async Task<string> ChangeAsync(Func<TenantLedger, ILedgerArchive, Refusal?> change, int tenant)
    {
        Outcome<string> Change(TenantLedger ledger, ILedgerArchive archive) => change(ledger, archive) is { } refusal ? refusal : "ok";
        var changed = await _meter.ChangeAsync(Make.Tenant(tenant), Actor.System, readsTheDisk: true, Change).WaitAsync(s_patience);
        return changed.Refusal?.Code ?? changed.Value!;
    }

    public Task<RecordOutcome> PermitAsync(int tenant, UsageEvent usage) => _meter.PermitAsync(Make.Tenant(tenant), usage).WaitAsync(s_patience);

    /// <summary>All that the journal and the uses do not say as it is kept.</summary>
    public IReadOnlyList<string> Differences(int tenant) =>
        new LedgerVerifier(new Contexts(Database), _options.Value.Limits).Verify(Make.Tenant(tenant), CancellationToken.None)!.Differences;

    public ReadSnapshot Snapshot() => ReadSnapshot.Open(new Contexts(Database));

    public Task<string> ReadAsync(int tenant = 1) => ChangeAsync(LedgerText.Of, tenant);

    public async Task<IReadOnlyList<RecordOutcome>> RecordAsync(int tenant, params UsageEvent[] events) =>
        await _meter.RecordAsync(Make.Tenant(tenant), events).WaitAsync(s_patience);

    public async Task RestartAsync()
    {
        await StopAsync();
        Start();
    }

    public SqliteConnection Open()
    {
        var connection = new SqliteConnection(Database.ConnectionString);
        connection.Open();
        return connection;
    }

    public void Execute(string sql)
    {
        using var connection = Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    public List<object?[]> Query(string sql)
    {
        using var connection = Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<object?[]>();
        while (reader.Read())
        {
            var row = new object?[reader.FieldCount];
            reader.GetValues(row!);
            rows.Add([.. row.Select(value => value is DBNull ? null : value)]);
        }

        return rows;
    }

    public long Number(string sql) => (long)Query(sql)[0][0]!;

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private sealed class Contexts(SqliteDatabase database) : IDbContextFactory<PortalDbContext>
    {
        public PortalDbContext CreateDbContext()
        {
            var options = new DbContextOptionsBuilder<PortalDbContext>();
            database.Configure(options);
            return new PortalDbContext(options.Options);
        }
    }

    private void Start()
    {
        Store = _segmentEvents is { } events ? new SqliteLedgerStore(Database, events) : new SqliteLedgerStore(Database);
        _meter = new Meter(_options);
        _loop = new MeterLoop(_meter, Store, new QuotaBoard(), new LedgerFeed(), Time, _options, NullLogger<MeterLoop>.Instance);
        _ = _loop.StartAsync(CancellationToken.None);
    }

    private async Task StopAsync()
    {
        await _loop.StopAsync(CancellationToken.None).WaitAsync(s_patience);
        _loop.Dispose();
        Store.Dispose();
    }
}
