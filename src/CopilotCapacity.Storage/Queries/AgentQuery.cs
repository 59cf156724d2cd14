using CopilotCapacity.Domain.Time;
using CopilotCapacity.Storage.Model;

namespace CopilotCapacity.Storage.Queries;

/// <summary>An agent with what it was billed in a month.</summary>
public sealed record AgentUse(Guid Environment, string AgentId, string? Name, bool IsTurnedOff, long Events, long Billed);

/// <summary>Reads the agents of a tenant: those that were used in a month, and those that have settings.</summary>
public static class AgentQuery
{
    /// <summary>The agents, those that used the most first.</summary>
    public static IReadOnlyList<AgentUse> Read(ReadSnapshot snapshot, TenantRow tenant, Period period)
    {
        using var command = snapshot.Connection.CreateCommand();
        command.Transaction = snapshot.Transaction;
        command.CommandText = """
            WITH used AS (
                SELECT h.EnvironmentKey, l.Text AS AgentId, SUM(h.Events) AS Events,
                       SUM(h.Allocation + h.Pool + h.PayAsYouGo + h.Unfunded) AS Billed, h.Agent AS Label
                FROM usage_hours h JOIN labels l ON l.TenantKey = h.TenantKey AND l.Key = h.Agent
                WHERE h.TenantKey = $tenant AND h.Hour >= $from AND h.Hour < $to AND h.Agent <> 0
                GROUP BY h.EnvironmentKey, h.Agent
            ), everyone AS (
                SELECT EnvironmentKey, AgentId FROM used
                UNION SELECT EnvironmentKey, AgentId FROM agents WHERE TenantKey = $tenant
            )
            SELECT e.Id, a.AgentId, IFNULL(s.Name, (SELECT t.Text FROM agent_names n JOIN labels t ON t.TenantKey = n.TenantKey AND t.Key = n.Name
                       WHERE n.TenantKey = $tenant AND n.EnvironmentKey = a.EnvironmentKey AND n.Agent = u.Label)),
                   IFNULL(s.IsTurnedOff, 0), IFNULL(u.Events, 0), IFNULL(u.Billed, 0)
            FROM everyone a
            JOIN environments e ON e.TenantKey = $tenant AND e.Key = a.EnvironmentKey
            LEFT JOIN used u ON u.EnvironmentKey = a.EnvironmentKey AND u.AgentId = a.AgentId
            LEFT JOIN agents s ON s.TenantKey = $tenant AND s.EnvironmentKey = a.EnvironmentKey AND s.AgentId = a.AgentId
            ORDER BY 6 DESC, 2, 1
            """;
        command.Parameters.AddWithValue("$tenant", tenant.Key);
        command.Parameters.AddWithValue("$from", period.Start.UtcTicks / TimeSpan.TicksPerHour);
        command.Parameters.AddWithValue("$to", period.End.UtcTicks / TimeSpan.TicksPerHour);
        using var reader = command.ExecuteReader();
        var agents = new List<AgentUse>();
        while (reader.Read())
        {
            agents.Add(new AgentUse(
                reader.GetGuid(0), reader.GetString(1), reader.IsDBNull(2) ? null : reader.GetString(2), reader.GetBoolean(3),
                reader.GetInt64(4), reader.GetInt64(5)));
        }

        return agents;
    }
}
