using CopilotCapacity.Domain.Caps;
using CopilotCapacity.Domain.Faults;
using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Rating;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Metering.Store;
using CopilotCapacity.Storage.Audit;
using CopilotCapacity.Storage.Sqlite;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace CopilotCapacity.Storage.Ledger;

/// <summary>
/// Keeps the ledger in SQLite. It holds one connection for writing, opened at first use, with the write-ahead log synced at
/// every commit.
/// </summary>
public sealed class SqliteLedgerStore(SqliteDatabase database) : ILedgerStore, IDisposable
{
    // Enough that a tenant with many millions of events has few segments, and few enough to be read at the start.
    private const int SegmentEvents = 131_072;

    private readonly int _segmentEvents = SegmentEvents;
    private readonly Dictionary<TenantId, int> _tenantKeys = [];
    private readonly Dictionary<int, Labels> _labels = [];
    private readonly UsageRollup _rollup = new();
    private SqliteConnection? _connection;
    private LedgerWriter? _writer;
    private IdentityIndex? _identities;
    private KeptUses? _kept;

    internal SqliteLedgerStore(SqliteDatabase database, int segmentEvents)
        : this(database) => _segmentEvents = segmentEvents;

    private SqliteConnection Connection => _connection ??= database.OpenForWriting();

    private KeptUses Kept => _kept ??= new KeptUses(Connection);

    private LedgerWriter Writer => _writer ??= new LedgerWriter(Connection);

    private IdentityIndex Identities => _identities ??= new IdentityIndex(Connection, _segmentEvents);

    /// <inheritdoc/>
    public TenantLedger? Load(TenantId tenant, LedgerLimits limits)
    {
        using var context = database.CreateContext(Connection);
        var row = context.Tenants.AsNoTracking().SingleOrDefault(row => row.Id == tenant.Value);
        if (row is null)
        {
            return null;
        }

        _tenantKeys[tenant] = row.Key;
        Identities.LateWindow = limits.LateWindow;
        return TenantLedger.Restore(LedgerReader.Read(context, row, limits), limits);
    }

    /// <inheritdoc/>
    public IReadOnlyList<RecordedEvent?> FindRecorded(TenantId tenant, IReadOnlyList<UsageEvent> events) =>
        FindRecorded(_tenantKeys[tenant], events);

    /// <inheritdoc/>
    public IReadOnlyList<UsageEvent> FindKept(TenantLedger ledger, LinkedApplicationId application) =>
        Kept.Of(_tenantKeys[ledger.Id], application);

    /// <inheritdoc/>
    public Hold? FindHold(TenantLedger ledger, HoldId id) => new PermissionReader(
        Connection,
        _tenantKeys[ledger.Id],
        ledger.EnvironmentOf,
        key => ledger.Plans.First(plan => plan.Key == key)).FindHold(id);

    /// <inheritdoc/>
    public RecordedUse? FindUse(TenantLedger ledger, long sequence) =>
        new UseReader(Connection, _tenantKeys[ledger.Id], ledger).Find(sequence);

    /// <inheritdoc/>
    public IReadOnlyDictionary<int, Credits> CountUse(TenantLedger ledger, CapScope scope, CapWindow per, DateTimeOffset since) =>
        new UseReader(Connection, _tenantKeys[ledger.Id], ledger).Count(scope, per, since);

    /// <inheritdoc/>
    public RememberedAnswer? FindAnswer(RequestKey key)
    {
        using var context = database.CreateContext(Connection);
        var row = context.Answers.AsNoTracking().SingleOrDefault(row => row.Tenant == key.Tenant.Value && row.Key == key.Key);
        return row is null
            ? null
            : new RememberedAnswer(key, row.RequestHash, row.Status, row.Body, row.ETag, row.Location, row.At);
    }

    /// <inheritdoc/>
    public void Commit(IReadOnlyCollection<TenantCommit> tenants, IReadOnlyCollection<RememberedAnswer> answers)
    {
        try
        {
            foreach (var tenant in tenants.Where(tenant => !tenant.IsNew))
            {
                LoadLabels(_tenantKeys[tenant.Ledger.Id]);
                Writer.Begin(_tenantKeys[tenant.Ledger.Id]);
            }

            using var transaction = Connection.BeginTransaction(deferred: false);
            Failpoints.Reach(Failpoint.TransactionBegun);
            var isAudited = WriteSettings(transaction, tenants, answers);
            _rollup.Clear();
            foreach (var tenant in tenants)
            {
                var key = _tenantKeys[tenant.Ledger.Id];
                Writer.Write(key, tenant.Ledger, _labels[key], _rollup);
                Writer.Write(key, tenant);
                Kept.Write(key, tenant.Ledger.Changes);
                Identities.Add(key, tenant.Ledger);
            }

            if (tenants.Count > 0)
            {
                Writer.Write(_rollup, tenants.Select(tenant => (_tenantKeys[tenant.Ledger.Id], tenant.Ledger.Sequence)), tenants.Max(tenant => tenant.At));
            }

            Failpoints.Reach(Failpoint.BeforeCommit);
            transaction.Commit();
            Failpoints.Reach(Failpoint.AfterCommit);
            if (isAudited)
            {
                database.Audited.Set();
            }
        }
        catch
        {
            // Numbers given to texts and tenants in this commit are not on disk.
            _labels.Clear();
            foreach (var tenant in tenants.Where(tenant => tenant.IsNew))
            {
                _tenantKeys.Remove(tenant.Ledger.Id);
            }

            _identities?.Forget();
            _writer?.Forget();
            throw;
        }

        foreach (var tenant in tenants)
        {
            _labels[_tenantKeys[tenant.Ledger.Id]].MarkWritten();
        }
    }

    /// <inheritdoc/>
    public DateTimeOffset? EarliestBoundary()
    {
        using var context = database.CreateContext(Connection);
        return context.Tenants.Where(row => !row.IsRehearsal).Select(row => (DateTimeOffset?)row.NextBoundary).Min();
    }

    /// <inheritdoc/>
    public IReadOnlyList<TenantId> DueTenants(DateTimeOffset now)
    {
        using var context = database.CreateContext(Connection);
        return
        [
            .. context.Tenants
                .Where(row => !row.IsRehearsal && row.NextBoundary <= now)
                .Select(row => row.Id)
                .AsEnumerable()
                .Select(id => new TenantId(id)),
        ];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _identities?.Dispose();
        _kept?.Dispose();
        _writer?.Dispose();
        _connection?.Dispose();
    }

    private RecordedEvent?[] FindRecorded(int tenantKey, IReadOnlyList<UsageEvent> events)
    {
        var found = Identities.Find(tenantKey, events);
        Kept.Find(tenantKey, events, found);
        return found;
    }

    // True when an audit trail has grown.
    private bool WriteSettings(
        SqliteTransaction transaction,
        IReadOnlyCollection<TenantCommit> tenants,
        IReadOnlyCollection<RememberedAnswer> answers)
    {
        var changed = tenants.Where(tenant => tenant.IsNew || SettingsWriter.IsNeeded(tenant.Ledger.Changes)).ToList();
        if (changed.Count == 0 && answers.Count == 0)
        {
            return false;
        }

        using var context = database.CreateContext(Connection);
        context.Database.UseTransaction(transaction);
        var trail = new AuditTrail(context);
        var nextKey = (context.Tenants.Max(row => (int?)row.Key) ?? 0) + 1;
        foreach (var tenant in changed)
        {
            if (tenant.IsNew)
            {
                _tenantKeys[tenant.Ledger.Id] = nextKey;
                _labels[nextKey] = new Labels();
                nextKey++;
            }

            SettingsWriter.Write(context, trail, _tenantKeys[tenant.Ledger.Id], tenant);
        }

        SettingsWriter.Write(context, answers);
        context.SaveChanges();
        return trail.HasGrown;
    }

    private void LoadLabels(int tenantKey)
    {
        if (_labels.ContainsKey(tenantKey))
        {
            return;
        }

        var labels = new Labels();
        using var context = database.CreateContext(Connection);
        foreach (var row in context.Labels.AsNoTracking().Where(row => row.TenantKey == tenantKey))
        {
            labels.Restore(row.Key, row.Text);
        }

        _labels.Add(tenantKey, labels);
    }
}
