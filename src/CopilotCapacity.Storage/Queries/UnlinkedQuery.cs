using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Storage.Model;

namespace CopilotCapacity.Storage.Queries;

/// <summary>An application that is known but not linked, with what it used meanwhile.</summary>
/// <param name="Application">The application.</param>
/// <param name="Uses">How many of its uses wait to be charged to an environment.</param>
/// <param name="First">When the first of them came; null when there is none.</param>
/// <param name="Last">When the last of them came.</param>
public sealed record UnlinkedApplicationView(LinkedApplication Application, long Uses, DateTimeOffset? First, DateTimeOffset? Last);

/// <summary>Reads applications that are not linked.</summary>
public static class UnlinkedQuery
{
    /// <summary>A tenant's, those that wait with the most uses first.</summary>
    public static IReadOnlyList<UnlinkedApplicationView> Read(ReadSnapshot snapshot, TenantRow tenant)
    {
        using var command = snapshot.Connection.CreateCommand();
        command.Transaction = snapshot.Transaction;
        command.CommandText = """
            SELECT u.Id, u.Kind, u.Url, COUNT(k.Sequence), MIN(k.Sequence), MAX(k.Sequence)
            FROM unlinked_applications u
            LEFT JOIN kept_uses k ON k.TenantKey = u.TenantKey AND k.ApplicationId = u.Id AND k.IsBooked = 0
            WHERE u.TenantKey = $tenant GROUP BY u.Id ORDER BY 4 DESC, u.Url
            """;
        command.Parameters.AddWithValue("$tenant", tenant.Key);
        var found = new List<(LinkedApplication Application, long Uses, long? First, long? Last)>();
        using (var reader = command.ExecuteReader())
        {
            while (reader.Read())
            {
                var application = new LinkedApplication(
                    new LinkedApplicationId(new Guid(reader.GetFieldValue<byte[]>(0))), (ApplicationKind)reader.GetInt32(1), reader.GetString(2));
                found.Add((application, reader.GetInt64(3), reader.IsDBNull(4) ? null : reader.GetInt64(4), reader.IsDBNull(5) ? null : reader.GetInt64(5)));
            }
        }

        List<long> sequences = [.. found.SelectMany(row => new[] { row.First, row.Last }).OfType<long>()];
        var times = sequences.Count == 0
            ? []
            : snapshot.Context.Journal.Where(row => row.TenantKey == tenant.Key && sequences.Contains(row.Sequence)).ToDictionary(row => row.Sequence, row => row.At);
        return [.. found.Select(row => new UnlinkedApplicationView(row.Application, row.Uses, TimeOf(row.First), TimeOf(row.Last)))];

        DateTimeOffset? TimeOf(long? sequence) => sequence is { } known ? times[known] : null;
    }
}
