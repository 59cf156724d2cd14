using CopilotCapacity.Storage.Sqlite;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace CopilotCapacity.Storage.Tests;

/// <summary>What a new version does to the rows of the one before.</summary>
public sealed class MigrationTests : IDisposable
{
    private const string Before = "RateOverrides";

    private const string Events = "SELECT TenantKey || ':' || Sequence || ':' || EventId || ':' || Pool FROM usage_events ORDER BY 1";

    private const string Hours = "SELECT TenantKey || ':' || Hour || ':' || User || ':' || Pool FROM usage_hours ORDER BY 1";

    // By tenant and span, a month's below zero.
    private const string Sums = "SELECT TenantKey || ':' || Span || ':' || Events || ':' || Pool FROM usage_sums ORDER BY TenantKey, Span";

    private readonly string _folder = Directory.CreateTempSubdirectory("copilotcapacity-migration-").FullName;

    [Fact]
    public void UsageInOrder_KeepsEveryRow_ThereAndBack()
    {
        var database = new SqliteDatabase($"Data Source={Path.Combine(_folder, "portal.db")};Pooling=False");
        using var connection = database.OpenForWriting();
        using var context = database.CreateContext(connection);
        var migrator = context.GetService<IMigrator>();
        migrator.Migrate(Before);
        Fill(connection);
        var (events, hours) = (Read(connection, Events), Read(connection, Hours));
        Assert.Equal(3, events.Count);

        context.Database.Migrate();

        Assert.Equal(events, Read(connection, Events));
        Assert.Equal(hours, Read(connection, Hours));
        Assert.Equal(["1:1", "1:2", "2:1"], Read(connection, "SELECT (Id >> 40) || ':' || (Id & 1099511627775) FROM usage_events ORDER BY Id"));
        Assert.Equal(["1:-12:2:2003", "1:0:2:2003", "2:-12:1:1001", "2:0:1:1001"], Read(connection, Sums));
        Assert.Equal(["1:2:2003", "2:1:1001"], Read(connection, "SELECT TenantKey || ':' || Events || ':' || Pool FROM usage_day_totals WHERE Span >= 0 ORDER BY TenantKey"));
        Assert.Throws<SqliteException>(() => Read(connection, "UPDATE usage_events SET Pool = 0"));
        Assert.Throws<SqliteException>(() => Read(connection, "DELETE FROM usage_events"));

        migrator.Migrate(Before);

        Assert.Equal(events, Read(connection, Events));
        Assert.Equal(hours, Read(connection, Hours));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static void Fill(SqliteConnection connection)
    {
        foreach (var (tenant, sequence, user) in new[] { (1, 1, 5), (1, 2, 6), (2, 1, 5) })
        {
            Read(connection, $"""
                INSERT INTO usage_events (TenantKey, Sequence, Time, RecordedAt, Period, EnvironmentKey, Source, EventId, ContentHash,
                    Feature, Quantity, Rate, Agent, AgentName, User, Product, Channel, Model, Tool, KnowledgeSource, CostCenter,
                    TriggeredBy, CopilotLicensed, NonBilled, NonBilledReason, Allocation, Pool, PayAsYouGo, Unfunded, CostMicros,
                    PriceMicros, Kind)
                VALUES ({tenant}, {sequence}, 7, 7, 1, 1, 1, 'e-{tenant}-{sequence}', x'00', 1, 1, 1, 0, 0, {user}, 0, 0, 0, 0, 0, 0,
                    0, 0, 0, 0, 0, {1_000 + sequence}, 0, 0, 0, 0, 0);
                INSERT INTO usage_hours VALUES ({tenant}, 7, 1, 1, 0, 0, 0, {user}, 0, 0, 0, 1, 1, 0, 0, {1_000 + sequence}, 0, 0, 0)
                """);
        }
    }

    private static List<string> Read(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
        {
            rows.Add(reader.GetString(0));
        }

        return rows;
    }
}
