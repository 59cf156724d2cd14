using CopilotCapacity.Domain.Caps;
using CopilotCapacity.Storage.Model;

namespace CopilotCapacity.Storage.Queries;

/// <summary>Reads caps.</summary>
public static class CapQuery
{
    /// <summary>The environments that a full hard cap on all of them stops.</summary>
    public static IReadOnlySet<Guid> ReadStopped(ReadSnapshot snapshot, TenantRow tenant, DateTimeOffset now)
    {
        using var command = snapshot.Connection.CreateCommand();
        command.Transaction = snapshot.Transaction;
        command.CommandText = """
            SELECT c.EnvironmentId
            FROM caps c JOIN cap_counts n ON n.TenantKey = c.TenantKey AND n.CapKey = c.Key
                AND n.Window = CASE c.Per WHEN $daily THEN $day ELSE $month END
            WHERE c.TenantKey = $tenant AND c.HardStop AND NOT c.IsDeleted AND c.EnvironmentId IS NOT NULL
                AND c.Agent IS NULL AND c.User IS NULL AND c.CostCenter IS NULL AND n.Used + n.Held >= c.Credits
            """;
        command.Parameters.AddWithValue("$tenant", tenant.Key);
        command.Parameters.AddWithValue("$daily", (int)CapWindow.Day);
        command.Parameters.AddWithValue("$day", Cap.WindowOf(CapWindow.Day, now));
        command.Parameters.AddWithValue("$month", Cap.WindowOf(CapWindow.Month, now));
        using var reader = command.ExecuteReader();
        var stopped = new HashSet<Guid>();
        while (reader.Read())
        {
            stopped.Add(new Guid((byte[])reader.GetValue(0)));
        }

        return stopped;
    }
}
