using CopilotCapacity.Domain.Requests;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Storage.Model;
using Microsoft.Data.Sqlite;

namespace CopilotCapacity.Storage.Queries;

/// <summary>A request for capacity as it is on disk.</summary>
public sealed record StoredRequest
{
#pragma warning disable CS1591 // The members are those of a request, with who and when.
    public required long Sequence { get; init; }

    public required Guid Id { get; init; }

    public required Guid? Environment { get; init; }

    public required Guid? Plan { get; init; }

    public required Credits? Credits { get; init; }

    public required long? AmountMicros { get; init; }

    public required string? Reason { get; init; }

    public required long? Alert { get; init; }

    public required DateTimeOffset AskedAt { get; init; }

    public required string? AskedBy { get; init; }

    public required string? AskedByName { get; init; }

    public required RequestState State { get; init; }

    public required DateTimeOffset? DecidedAt { get; init; }

    public required string? DecidedByName { get; init; }

    public required string? Answer { get; init; }
#pragma warning restore CS1591
}

/// <summary>Reads requests for capacity.</summary>
public static class RequestQuery
{
    private const string Columns = """
        SELECT Sequence, Id, EnvironmentId, PlanId, Credits, AmountMicros, Reason, Alert, AskedAt, AskedBy, AskedByName, State, DecidedAt,
               DecidedByName, Answer
        FROM capacity_requests WHERE TenantKey = $tenant
        """;

    /// <summary>The open ones, newest first.</summary>
    public static IReadOnlyList<StoredRequest> ReadOpen(ReadSnapshot snapshot, TenantRow tenant) =>
        Read(snapshot.Command($"{Columns} AND State = 0 ORDER BY Sequence DESC", ("$tenant", tenant.Key)));

    /// <summary>The decided ones, newest first.</summary>
    public static IReadOnlyList<StoredRequest> ReadDecided(ReadSnapshot snapshot, TenantRow tenant, long before, int limit) => Read(snapshot.Command(
        $"{Columns} AND State <> 0 AND Sequence < $before ORDER BY Sequence DESC LIMIT $limit",
        ("$tenant", tenant.Key), ("$before", before), ("$limit", limit)));

    private static List<StoredRequest> Read(SqliteCommand command)
    {
        using (command)
        {
            using var row = command.ExecuteReader();
            var found = new List<StoredRequest>();
            while (row.Read())
            {
                found.Add(new StoredRequest
                {
                    Sequence = row.GetInt64(0),
                    Id = new Guid((byte[])row[1]),
                    Environment = row.IsDBNull(2) ? null : new Guid((byte[])row[2]),
                    Plan = row.IsDBNull(3) ? null : new Guid((byte[])row[3]),
                    Credits = row.IsDBNull(4) ? null : new Credits(row.GetInt64(4)),
                    AmountMicros = row.IsDBNull(5) ? null : row.GetInt64(5),
                    Reason = Text(row, 6),
                    Alert = row.IsDBNull(7) ? null : row.GetInt64(7),
                    AskedAt = new DateTimeOffset(row.GetInt64(8), TimeSpan.Zero),
                    AskedBy = Text(row, 9),
                    AskedByName = Text(row, 10),
                    State = (RequestState)row.GetInt32(11),
                    DecidedAt = row.IsDBNull(12) ? null : new DateTimeOffset(row.GetInt64(12), TimeSpan.Zero),
                    DecidedByName = Text(row, 13),
                    Answer = Text(row, 14),
                });
            }

            return found;
        }
    }

    private static string? Text(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
