using System.Buffers.Binary;
using System.Text.Json;
using CopilotCapacity.Domain.Caps;
using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Quota;
using CopilotCapacity.Domain.Rating;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Time;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Metering.Store;
using Microsoft.Data.Sqlite;

namespace CopilotCapacity.Storage.Ledger;

/// <summary>Reads uses back as the ledger booked them, for one tenant.</summary>
internal sealed class UseReader(SqliteConnection connection, int tenantKey, TenantLedger ledger)
{
    private const string Columns = """
        SELECT u.Sequence, u.Time, u.RecordedAt, u.Period, u.EnvironmentKey, u.Source, u.EventId, u.ContentHash, u.Feature, u.Quantity,
               u.Rate, u.Items, u.Agent, u.AgentName, u.User, u.Product, u.Channel, u.Model, u.Tool, u.KnowledgeSource,
               u.CostCenter, u.TriggeredBy, u.CopilotLicensed, u.NonBilled, u.NonBilledReason, u.Allocation, u.Pool,
               u.PayAsYouGo, u.Unfunded, u.CostMicros, u.PlanKey, u.PriceMicros, u.Plans, u.Grants, u.Kind, u.HoldId,
               EXISTS (SELECT 1 FROM reversals r WHERE r.TenantKey = u.TenantKey AND r.Original = u.Sequence)
        FROM usage_events u
        """;

    private readonly Dictionary<int, string> _texts = [];

    /// <summary>A use by its ledger sequence number; null when there is none.</summary>
    public RecordedUse? Find(long sequence) => Read("WHERE u.Id = $id", sequence).FirstOrDefault();

    /// <summary>All uses after a sequence number, in their order.</summary>
    public IEnumerable<RecordedUse> After(long sequence) =>
        Read("WHERE u.Id > $id AND u.Id < $end ORDER BY u.Id", sequence);

    /// <summary>Billed credits of a scope from an instant on, by window.</summary>
    public IReadOnlyDictionary<int, Credits> Count(CapScope scope, CapWindow per, DateTimeOffset since)
    {
        using var command = connection.CreateCommand();
        command.CommandText = """
            SELECT Hour, SUM(Allocation + Pool + PayAsYouGo + Unfunded) FROM usage_hours
            WHERE TenantKey = $tenant AND Hour >= $hour
              AND ($environment IS NULL OR EnvironmentKey = $environment)
              AND ($agent IS NULL OR Agent = (SELECT Key FROM labels WHERE TenantKey = $tenant AND Text = $agent))
              AND ($user IS NULL OR User = (SELECT Key FROM labels WHERE TenantKey = $tenant AND Text = $user))
              AND ($costCenter IS NULL OR CostCenter = (SELECT Key FROM labels WHERE TenantKey = $tenant AND Text = $costCenter))
            GROUP BY Hour
            """;
        command.Parameters.AddWithValue("$tenant", tenantKey);
        command.Parameters.AddWithValue("$hour", since.UtcTicks / TimeSpan.TicksPerHour);
        command.Parameters.AddWithValue("$environment", scope.Environment is { } id ? ledger.Find(id)!.Key : DBNull.Value);
        command.Parameters.AddWithValue("$agent", (object?)scope.AgentId ?? DBNull.Value);
        command.Parameters.AddWithValue("$user", (object?)scope.UserId ?? DBNull.Value);
        command.Parameters.AddWithValue("$costCenter", (object?)scope.CostCenter ?? DBNull.Value);
        using var reader = command.ExecuteReader();
        var counted = new Dictionary<int, Credits>();
        while (reader.Read())
        {
            var hour = new DateTimeOffset(reader.GetInt64(0) * TimeSpan.TicksPerHour, TimeSpan.Zero);
            var window = Cap.WindowOf(per, hour);
            counted[window] = counted.GetValueOrDefault(window) + new Credits(reader.GetInt64(1));
        }

        return counted;
    }

    private IEnumerable<RecordedUse> Read(string where, long sequence)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"{Columns} {where}";
        command.Parameters.AddWithValue("$id", UsageEventsSchema.IdOf(tenantKey, sequence));
        command.Parameters.AddWithValue("$end", UsageEventsSchema.IdOf(tenantKey + 1, 0));
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            yield return new RecordedUse(PostingOf(reader), reader.GetBoolean(36));
        }
    }

    private Posting PostingOf(SqliteDataReader row)
    {
        var burn = new Burn(
            new Credits(row.GetInt64(25)), new Credits(row.GetInt64(26)), new Credits(row.GetInt64(27)), new Credits(row.GetInt64(28)));
        var nonBilled = new Credits(row.GetInt64(23));
        var charges = ChargesOf(row);
        var rated = RatedOf(row, burn, nonBilled);
        return new Posting
        {
            Sequence = row.GetInt64(0),
            RecordedAt = Instant(row, 2),
            Period = new Period(row.GetInt32(3)),
            Environment = ledger.EnvironmentOf(row.GetInt32(4)),
            Usage = UsageOf(row, rated),
            Items = Posting.ItemsOf(burn, rated, charges),
            Burn = burn,
            NonBilled = nonBilled,
            CostMicros = row.GetInt64(29),
            PlanCharges = charges,
            Grants = RowText.GrantsOf(row.IsDBNull(33) ? null : row.GetString(33)),
            Kind = (PostingKind)row.GetInt32(34),
            Hold = row.IsDBNull(35) ? null : new HoldId(new Guid((byte[])row[35])),
        };
    }

    private List<PlanCharge> ChargesOf(SqliteDataReader row)
    {
        var stored = RowText.ChargesOf(
            row.GetInt64(27), row.GetInt64(31), row.GetInt64(29), row.IsDBNull(32) ? null : row.GetString(32), row.IsDBNull(30) ? 0 : row.GetInt32(30));
        return [.. stored.Select(charge => new PlanCharge(
            ledger.Plans.First(plan => plan.Key == charge.PlanKey), charge.Credits, charge.Price, charge.CostMicros))];
    }

    private static List<RatedItem> RatedOf(SqliteDataReader row, Burn burn, Credits nonBilled) => row.IsDBNull(11)
        ?
        [
            new RatedItem(
                new UsageItem((Feature)row.GetInt32(8), row.GetInt64(9)), new Credits(row.GetInt64(10)), burn.Total + nonBilled,
                (NonBilledReason)row.GetInt32(24)),
        ]
        :
        [
            .. JsonSerializer.Deserialize<long[][]>(row.GetString(11))!.Select(item => new RatedItem(
                new UsageItem((Feature)item[0], item[1]), new Credits(item[2]), new Credits(item[3]), (NonBilledReason)item[4])),
        ];

    private UsageEvent UsageOf(SqliteDataReader row, List<RatedItem> rated) => new()
    {
        Id = row.GetString(6),
        Source = TextOf(row, 5) ?? "",
        Subject = ledger.EnvironmentOf(row.GetInt32(4)).Id.Value,
        Time = Instant(row, 1),
        Items = [.. rated.Select(item => item.Item)],
        ContentHash = BinaryPrimitives.ReadUInt128BigEndian((byte[])row[7]),
        AgentId = TextOf(row, 12),
        AgentName = TextOf(row, 13),
        UserId = TextOf(row, 14),
        Product = TextOf(row, 15),
        Channel = TextOf(row, 16),
        Model = TextOf(row, 17),
        Tool = TextOf(row, 18),
        KnowledgeSource = TextOf(row, 19),
        CostCenter = TextOf(row, 20),
        Trigger = TextOf(row, 21),
        CopilotLicensed = row.GetBoolean(22),
    };

    private string? TextOf(SqliteDataReader row, int column)
    {
        var key = row.GetInt32(column);
        if (key == 0)
        {
            return null;
        }

        if (!_texts.TryGetValue(key, out var text))
        {
            using var command = connection.CreateCommand();
            command.CommandText = "SELECT Text FROM labels WHERE TenantKey = $tenant AND Key = $key";
            command.Parameters.AddWithValue("$tenant", tenantKey);
            command.Parameters.AddWithValue("$key", key);
            text = (string)command.ExecuteScalar()!;
            _texts.Add(key, text);
        }

        return text;
    }

    private static DateTimeOffset Instant(SqliteDataReader row, int column) => new(row.GetInt64(column), TimeSpan.Zero);
}
