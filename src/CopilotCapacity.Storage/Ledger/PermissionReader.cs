using System.Buffers.Binary;
using CopilotCapacity.Domain.Anomaly;
using CopilotCapacity.Domain.Caps;
using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.PayAsYouGo;
using CopilotCapacity.Domain.Prepaid;
using CopilotCapacity.Domain.Quota;
using CopilotCapacity.Domain.Rating;
using CopilotCapacity.Domain.Requests;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Units;
using Microsoft.Data.Sqlite;

namespace CopilotCapacity.Storage.Ledger;

/// <summary>Reads holds, caps, agents and what was told, for one tenant.</summary>
internal sealed class PermissionReader(
    SqliteConnection connection,
    int tenantKey,
    Func<int, TenantEnvironment> environments,
    Func<int, BillingPlan> plans)
{
    private const string HoldColumns = """
        SELECT Id, Sequence, MadeAt, ExpiresAt, EnvironmentKey, Allocation, Pool, PayAsYouGo, Grants, PlanKey, PriceMicros, Agent,
               User, CostCenter, State, SettledSequence, SettledHash, SettledAllocation, SettledPool, SettledPayAsYouGo,
               SettledUnfunded, IsLate
        FROM holds
        """;

    public IReadOnlyList<Hold> OpenHolds() =>
        Read($"{HoldColumns} WHERE TenantKey = $tenant AND State = 0 ORDER BY Sequence", HoldOf);

    public Hold? FindHold(HoldId id) =>
        Read($"{HoldColumns} WHERE TenantKey = $tenant AND Id = $id", HoldOf, ("$id", id.Value.ToByteArray())).FirstOrDefault();

    public IReadOnlyList<Cap> Caps(int oldestDay, int oldestMonth)
    {
        var caps = Read(
            """
            SELECT Key, Id, EnvironmentId, Agent, User, CostCenter, Per, Credits, NotifyPercent, HardStop, CreatedAt, IsDeleted, Version
            FROM caps WHERE TenantKey = $tenant ORDER BY Key
            """,
            CapOf);
        var byKey = caps.ToDictionary(cap => cap.Key);
        Read("SELECT CapKey, Window, Version, Used, Held, RaisedMark, Alert, Story FROM cap_counts WHERE TenantKey = $tenant", row =>
        {
            var cap = byKey[row.GetInt32(0)];
            cap.CountVersion = row.GetInt32(2);
            var count = new CapCount
            {
                Cap = cap,
                Window = row.GetInt32(1),
                Used = new Credits(row.GetInt64(3)),
                Held = new Credits(row.GetInt64(4)),
                RaisedMark = row.GetInt32(5),
                Alert = row.GetInt64(6),
                Story = row.GetInt64(7),
            };
            if (count.Window >= (cap.Per == CapWindow.Day ? oldestDay : oldestMonth))
            {
                cap.Restore(count);
            }

            return count;
        });
        return caps;
    }

    /// <summary>Restores since which ledger sequence number each environment's status is what it is.</summary>
    public void RestoreStatusSequences() => Read(
        "SELECT EnvironmentKey, MAX(Sequence) FROM status_changes WHERE TenantKey = $tenant GROUP BY EnvironmentKey",
        row => environments(row.GetInt32(0)).Watch.StatusSequence = row.GetInt64(1));

    public IReadOnlyList<Agent> Agents() => Read(
        "SELECT EnvironmentKey, AgentId, Name, IsTurnedOff FROM agents WHERE TenantKey = $tenant",
        row => new Agent
        {
            Environment = environments(row.GetInt32(0)),
            Id = row.GetString(1),
            Name = Text(row, 2),
            IsTurnedOff = row.GetBoolean(3),
        });

    public IReadOnlyList<UnlinkedApplication> UnlinkedApplications() => Read(
        "SELECT Id, Kind, Url, IsTold, OpenAlert FROM unlinked_applications WHERE TenantKey = $tenant",
        row => new UnlinkedApplication(
            new LinkedApplication(new LinkedApplicationId(GuidOf(row, 0)), (ApplicationKind)row.GetInt32(1), row.GetString(2)))
        {
            IsTold = row.GetBoolean(3),
            OpenAlert = row.GetInt64(4),
        });

    public long AlertNumber() =>
        Read("SELECT IFNULL(MAX(Number), 0) FROM alerts WHERE TenantKey = $tenant", row => row.GetInt64(0))[0];

    public IReadOnlyDictionary<string, long> FailingServices() =>
        Read("SELECT Service, OpenAlert FROM sync_watches WHERE TenantKey = $tenant AND OpenAlert <> 0", row => (row.GetString(0), row.GetInt64(1)))
            .ToDictionary(StringComparer.Ordinal);

    public IReadOnlySet<long> OpenAlerts() =>
        Read("SELECT Number FROM alerts WHERE TenantKey = $tenant AND ResolvedAt IS NULL AND Severity > 0", row => row.GetInt64(0)).ToHashSet();

    public IReadOnlyDictionary<long, DateTimeOffset> Snoozes() =>
        Read("SELECT Number, SnoozedUntil FROM alerts WHERE TenantKey = $tenant AND SnoozedUntil IS NOT NULL", row => (row.GetInt64(0), Instant(row, 1)!.Value))
            .ToDictionary(pair => pair.Item1, pair => pair.Item2);

    public IReadOnlyList<AnomalyWatch> Anomalies() => Read(
        "SELECT EnvironmentId, Agent, Feature, OpenAlert FROM anomaly_watches WHERE TenantKey = $tenant",
        row => new AnomalyWatch
        {
            Series = new SeriesKey(
                new EnvironmentId(GuidOf(row, 0)),
                row.GetString(1) is { Length: > 0 } agent ? agent : null,
                row.GetInt32(2) is not 0 and var feature ? (Feature)feature : null),
            OpenAlert = row.GetInt64(3),
        });

    public IReadOnlyList<NewRequest> Requests() => Read(
        "SELECT Id, EnvironmentId, PlanId, Credits, AmountMicros, Reason, Alert FROM capacity_requests WHERE TenantKey = $tenant AND State = 0",
        row => new NewRequest
        {
            Id = new RequestId(GuidOf(row, 0)),
            Environment = row.IsDBNull(1) ? null : new EnvironmentId(GuidOf(row, 1)),
            Plan = row.IsDBNull(2) ? null : new BillingPlanId(GuidOf(row, 2)),
            Credits = row.IsDBNull(3) ? null : new Credits(row.GetInt64(3)),
            AmountMicros = row.IsDBNull(4) ? null : row.GetInt64(4),
            Reason = Text(row, 5),
            Alert = row.IsDBNull(6) ? null : row.GetInt64(6),
        });

    /// <summary>Puts back what was noted and told about environments and plans.</summary>
    public void RestoreWatches()
    {
        Read(
            """
            SELECT EnvironmentKey, LowTold, LowLeftAt, DepletedTold, DepletedLeftAt, RestoredTold, RestoredLeftAt, OpenAlert, UnfundedToldIn,
                   LowAlert, DepletedAlert, UnfundedAlert, ReducedAlert, Story
            FROM environment_watches WHERE TenantKey = $tenant
            """,
            row =>
            {
                var watch = environments(row.GetInt32(0)).Watch;
                (watch.Low.IsTold, watch.Low.LeftAt) = (row.GetBoolean(1), Instant(row, 2));
                (watch.Depleted.IsTold, watch.Depleted.LeftAt) = (row.GetBoolean(3), Instant(row, 4));
                (watch.Restored.IsTold, watch.Restored.LeftAt) = (row.GetBoolean(5), Instant(row, 6));
                (watch.OpenAlert, watch.UnfundedToldIn) = (row.GetInt64(7), row.GetInt32(8));
                (watch.Low.Alert, watch.Depleted.Alert) = (row.GetInt64(9), row.GetInt64(10));
                (watch.UnfundedAlert, watch.ReducedAlert, watch.Story) = (row.GetInt64(11), row.GetInt64(12), row.GetInt64(13));
                return watch;
            });
        Read("SELECT PlanKey, Window, ToldPercent, IsExhaustedTold, MarkAlert, ExhaustedAlert, Story FROM plan_watches WHERE TenantKey = $tenant", row =>
        {
            var watch = plans(row.GetInt32(0)).Watch;
            (watch.Window, watch.ToldPercent, watch.IsExhaustedTold) = (row.GetInt32(1), row.GetInt32(2), row.GetBoolean(3));
            (watch.MarkAlert, watch.ExhaustedAlert, watch.Story) = (row.GetInt64(4), row.GetInt64(5), row.GetInt64(6));
            return watch;
        });
        Read("SELECT EnvironmentKey, IsTold, LeftAt, OpenAlert FROM environment_forecast_watches WHERE TenantKey = $tenant", row =>
        {
            var watch = environments(row.GetInt32(0)).Watch;
            (watch.Forecast.IsTold, watch.Forecast.LeftAt, watch.OpenForecast) = (row.GetBoolean(1), Instant(row, 2), row.GetInt64(3));
            return watch;
        });
        Read("SELECT PlanKey, Window, Percent, OpenAlert FROM plan_forecast_watches WHERE TenantKey = $tenant", row =>
        {
            var watch = plans(row.GetInt32(0)).Watch;
            (watch.ForecastWindow, watch.ForecastPercent, watch.OpenForecast) = (row.GetInt32(1), row.GetInt32(2), row.GetInt64(3));
            return watch;
        });
    }

    /// <summary>Puts back what was told about the ends of grants.</summary>
    public void RestoreWatches(Func<int, Grant> grants) => Read(
        "SELECT GrantKey, OpenAlert FROM grant_watches WHERE TenantKey = $tenant",
        row =>
        {
            var watch = grants(row.GetInt32(0)).Watch;
            (watch.IsTold, watch.OpenAlert) = (true, row.GetInt64(1));
            return watch;
        });

    private Hold HoldOf(SqliteDataReader row) => new()
    {
        Id = new HoldId(GuidOf(row, 0)),
        Sequence = row.GetInt64(1),
        MadeAt = Instant(row, 2)!.Value,
        ExpiresAt = Instant(row, 3)!.Value,
        Environment = environments(row.GetInt32(4)),
        Burn = new Burn(new Credits(row.GetInt64(5)), new Credits(row.GetInt64(6)), new Credits(row.GetInt64(7)), Credits.Zero),
        Grants = RowText.GrantsOf(Text(row, 8)),
        Plan = row.IsDBNull(9) ? null : plans(row.GetInt32(9)),
        Price = new CreditPrice(row.GetInt64(10)),
        AgentId = Text(row, 11),
        UserId = Text(row, 12),
        CostCenter = Text(row, 13),
        State = (HoldState)row.GetInt32(14),
        Settlement = row.IsDBNull(15)
            ? null
            : new Settlement(
                row.GetInt64(15),
                BinaryPrimitives.ReadUInt128BigEndian((byte[])row[16]),
                new Burn(new Credits(row.GetInt64(17)), new Credits(row.GetInt64(18)), new Credits(row.GetInt64(19)), new Credits(row.GetInt64(20))),
                row.GetBoolean(21)),
    };

    private static Cap CapOf(SqliteDataReader row) => new()
    {
        Key = row.GetInt32(0),
        Id = new CapId(GuidOf(row, 1)),
        Scope = new CapScope(row.IsDBNull(2) ? null : new EnvironmentId(GuidOf(row, 2)), Text(row, 3), Text(row, 4), Text(row, 5)),
        Per = (CapWindow)row.GetInt32(6),
        Credits = new Credits(row.GetInt64(7)),
        NotifyPercent = row.GetInt32(8),
        HardStop = row.GetBoolean(9),
        CreatedAt = Instant(row, 10)!.Value,
        IsDeleted = row.GetBoolean(11),
        Version = row.GetInt32(12),
    };

    private List<T> Read<T>(string sql, Func<SqliteDataReader, T> make, params (string Name, object Value)[] parameters)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.Parameters.AddWithValue("$tenant", tenantKey);
        foreach (var (name, value) in parameters)
        {
            command.Parameters.AddWithValue(name, value);
        }

        using var reader = command.ExecuteReader();
        var all = new List<T>();
        while (reader.Read())
        {
            all.Add(make(reader));
        }

        return all;
    }

    private static string? Text(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static Guid GuidOf(SqliteDataReader row, int column) => new((byte[])row[column]);

    private static DateTimeOffset? Instant(SqliteDataReader row, int column) =>
        row.IsDBNull(column) ? null : new DateTimeOffset(row.GetInt64(column), TimeSpan.Zero);
}
