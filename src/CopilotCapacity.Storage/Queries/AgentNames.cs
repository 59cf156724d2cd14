using System.Text.Json;

namespace CopilotCapacity.Storage.Queries;

/// <summary>What agents are called: the name an administrator gave, else the last one that came with a use.</summary>
public sealed class AgentNames
{
    private readonly Dictionary<(Guid Environment, string AgentId), string> _names = [];
    private readonly Dictionary<string, string> _anywhere = new(StringComparer.Ordinal);

    private AgentNames()
    {
    }

    /// <summary>The names of all agents of a tenant.</summary>
    public static AgentNames Read(ReadSnapshot snapshot, int tenantKey) => Read(snapshot, tenantKey, "", "", null);

    /// <summary>The names of the agents of one environment.</summary>
    /// <param name="snapshot">The moment.</param>
    /// <param name="tenantKey">The tenant.</param>
    /// <param name="environmentKey">The environment's number.</param>
    public static AgentNames ReadOf(ReadSnapshot snapshot, int tenantKey, int environmentKey) => Read(
        snapshot, tenantKey, "AND n.EnvironmentKey = $only", "AND a.EnvironmentKey = $only", environmentKey);

    /// <summary>The names of some agents, wherever they are.</summary>
    /// <param name="snapshot">The moment.</param>
    /// <param name="tenantKey">The tenant.</param>
    /// <param name="agents">The agents' numbers.</param>
    public static AgentNames ReadOf(ReadSnapshot snapshot, int tenantKey, IEnumerable<int> agents) => Read(
        snapshot, tenantKey, "AND n.Agent IN (SELECT value FROM json_each($only))", "", JsonSerializer.Serialize(agents));

    private static AgentNames Read(ReadSnapshot snapshot, int tenantKey, string whichUsed, string whichSet, object? only)
    {
        using var command = snapshot.Connection.CreateCommand();
        command.Transaction = snapshot.Transaction;
        command.CommandText = $"""
            SELECT e.Id, agent.Text, name.Text FROM agent_names n
            JOIN environments e ON e.TenantKey = n.TenantKey AND e.Key = n.EnvironmentKey
            JOIN labels agent ON agent.TenantKey = n.TenantKey AND agent.Key = n.Agent
            JOIN labels name ON name.TenantKey = n.TenantKey AND name.Key = n.Name
            WHERE n.TenantKey = $tenant {whichUsed}
            UNION ALL
            SELECT e.Id, a.AgentId, a.Name FROM agents a
            JOIN environments e ON e.TenantKey = a.TenantKey AND e.Key = a.EnvironmentKey
            WHERE a.TenantKey = $tenant AND a.Name IS NOT NULL {whichSet}
            """;
        command.Parameters.AddWithValue("$tenant", tenantKey);
        if (only is not null)
        {
            command.Parameters.AddWithValue("$only", only);
        }

        using var reader = command.ExecuteReader();
        var names = new AgentNames();
        while (reader.Read())
        {
            // Names given by hand come last, and so win.
            var (agent, name) = (reader.GetString(1), reader.GetString(2));
            names._names[(reader.GetGuid(0), agent)] = name;
            names._anywhere[agent] = name;
        }

        return names;
    }

    /// <summary>The agent's name in an environment; null when nobody named it.</summary>
    public string? Of(Guid environment, string agentId) => _names.GetValueOrDefault((environment, agentId));

    /// <summary>A name of the agent in any environment; null when nobody named it.</summary>
    public string? Of(string agentId) => _anywhere.GetValueOrDefault(agentId);
}
