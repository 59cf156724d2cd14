using System.Text.Json;
using CopilotCapacity.Domain.Quota;
using CopilotCapacity.Domain.Rating;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Storage.Ledger;
using Microsoft.Data.Sqlite;

namespace CopilotCapacity.Storage.Queries;

/// <summary>Reads whole hours from the roll-ups.</summary>
internal static class UsageRollupReader
{
    private static readonly string[] s_columns =
        ["EnvironmentKey", "Agent", "Feature", "Product", "Channel", "User", "Model", "Tool", "CostCenter"];

    public static void Read(ReadSnapshot snapshot, int tenantKey, long firstHour, long afterLastHour, UsageRows rows)
    {
        if (firstHour >= afterLastHour)
        {
            return;
        }

        using var command = snapshot.Connection.CreateCommand();
        command.Transaction = snapshot.Transaction;
        var where = string.Concat(rows.Filters.Select(filter => $" AND {s_columns[(int)filter.Key]} = {filter.Value}"));
        command.CommandText = $"""
            SELECT Hour, {string.Join(", ", s_columns)},
                   Uses, Events, NonBilled, Allocation, Pool, PayAsYouGo, Unfunded, CostMicros
            FROM usage_hours
            WHERE TenantKey = $tenant AND Hour >= $first AND Hour < $last{where}
            """;
        command.Parameters.AddWithValue("$tenant", tenantKey);
        command.Parameters.AddWithValue("$first", firstHour);
        command.Parameters.AddWithValue("$last", afterLastHour);
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            rows.Add(ReadFact(reader));
        }
    }

    private static UsageFact ReadFact(SqliteDataReader reader)
    {
        var fact = new UsageFact { Hour = reader.GetInt64(0), Uses = reader.GetInt64(DimensionKeys.Count + 1) };
        for (var index = 0; index < DimensionKeys.Count; index++)
        {
            fact.Keys[index] = reader.GetInt32(index + 1);
        }

        var next = DimensionKeys.Count + 2;
        fact.Sums = new UsageSums
        {
            Events = reader.GetInt64(next),
            NonBilled = reader.GetInt64(next + 1),
            Allocation = reader.GetInt64(next + 2),
            Pool = reader.GetInt64(next + 3),
            PayAsYouGo = reader.GetInt64(next + 4),
            Unfunded = reader.GetInt64(next + 5),
            CostMicros = reader.GetInt64(next + 6),
        };
        return fact;
    }
}

/// <summary>Reads parts of an hour from the events themselves, an event's items apart.</summary>
internal static class UsageEventReader
{
    /// <summary>The columns of <c>usage_events u</c> that a fact is made of.</summary>
    public const string Columns = """
        u.Time, u.EnvironmentKey, u.Agent, u.Feature, u.Product, u.Channel, u.User, u.Model, u.Tool, u.CostCenter,
        u.Items, u.NonBilled, u.Allocation, u.Pool, u.PayAsYouGo, u.Unfunded, u.CostMicros, u.PriceMicros, u.Plans
        """;

    public static void Read(ReadSnapshot snapshot, int tenantKey, long fromTicks, long toTicks, UsageRows rows)
    {
        if (fromTicks >= toTicks)
        {
            return;
        }

        using var command = snapshot.Connection.CreateCommand();
        command.Transaction = snapshot.Transaction;
        command.CommandText = $"""
            SELECT {Columns}
            FROM usage_events u INDEXED BY usage_events_by_time
            WHERE u.TenantKey = $tenant AND u.Time >= $from AND u.Time < $to
              AND NOT EXISTS (SELECT 1 FROM reversals r WHERE r.TenantKey = u.TenantKey AND r.Original = u.Sequence)
            """;
        command.Parameters.AddWithValue("$tenant", tenantKey);
        command.Parameters.AddWithValue("$from", fromTicks);
        command.Parameters.AddWithValue("$to", toTicks);
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            Add(reader, rows.Add);
        }
    }

    /// <summary>Adds the facts of the event a reader is at.</summary>
    public static void Add(SqliteDataReader reader, UsageSink sink)
    {
        var fact = new UsageFact { Hour = reader.GetInt64(0) / TimeSpan.TicksPerHour, Uses = 1 };
        for (var index = 0; index < DimensionKeys.Count; index++)
        {
            fact.Keys[index] = reader.GetInt32(index + 1);
        }

        if (reader.IsDBNull(10))
        {
            fact.Sums = new UsageSums
            {
                Events = 1,
                NonBilled = reader.GetInt64(11),
                Allocation = reader.GetInt64(12),
                Pool = reader.GetInt64(13),
                PayAsYouGo = reader.GetInt64(14),
                Unfunded = reader.GetInt64(15),
                CostMicros = reader.GetInt64(16),
            };
            sink(fact);
            return;
        }

        AddItems(reader, fact, sink);
    }

    // The items of an event drew on the sources one after the other, so the event's split tells each item's.
    private static void AddItems(SqliteDataReader reader, UsageFact fact, UsageSink sink)
    {
        var left = new Reach
        {
            AllocationLeft = new Credits(reader.GetInt64(12)),
            DrawsOnPool = true,
            PoolLeft = new Credits(reader.GetInt64(13)),
            HasPayAsYouGo = true,
            PayAsYouGoLeft = new Credits(reader.GetInt64(14)),
        };
        var charges = RowText.ChargesOf(
            reader.GetInt64(14), reader.GetInt64(17), reader.GetInt64(16), reader.IsDBNull(18) ? null : reader.GetString(18));
        var paidAsYouGo = Credits.Zero;
        var cost = 0L;
        var seen = new HashSet<long>();
        foreach (var item in JsonSerializer.Deserialize<long[][]>(reader.GetString(10))!)
        {
            var isFirst = seen.Count == 0;
            fact.Uses = seen.Add(item[0]) ? 1 : 0;
            fact.Keys[(int)UsageDimension.Feature] = (int)item[0];
            var isBilled = item[4] == (int)NonBilledReason.None;
            var burn = isBilled ? left.Split(new Credits(item[3])) : default;
            left = left with
            {
                AllocationLeft = left.AllocationLeft - burn.Allocation,
                PoolLeft = left.PoolLeft - burn.Pool,
                PayAsYouGoLeft = left.PayAsYouGoLeft!.Value - burn.PayAsYouGo,
            };
            paidAsYouGo += burn.PayAsYouGo;
            var costSoFar = RowText.CostOf(paidAsYouGo, charges);
            fact.Sums = new UsageSums
            {
                Events = isFirst ? 1 : 0,
                NonBilled = isBilled ? 0 : item[3],
                Allocation = burn.Allocation.Thousandths,
                Pool = burn.Pool.Thousandths,
                PayAsYouGo = burn.PayAsYouGo.Thousandths,
                Unfunded = burn.Unfunded.Thousandths,
                CostMicros = costSoFar - cost,
            };
            cost = costSoFar;
            sink(fact);
        }
    }
}
