using CopilotCapacity.Domain.Time;
using CopilotCapacity.Storage.Model;

namespace CopilotCapacity.Storage.Queries;

/// <summary>An agent with what it was billed in a month.</summary>
public sealed record AgentUse(Guid Environment, string AgentId, string? Name, bool IsTurnedOff, long Events, long Billed);

/// <summary>Reads the agents of a tenant: those that were used in a month, and those that have settings.</summary>
public static class AgentQuery
{
    private static readonly Dictionary<UsageDimension, string> s_all = [];

    /// <summary>The agents, those that used the most first.</summary>
    public static IReadOnlyList<AgentUse> Read(ReadSnapshot snapshot, TenantRow tenant, Period period)
    {
        var names = AgentNames.Read(snapshot, tenant.Key);
        var settings = ReadSettings(snapshot, tenant.Key);
        var question = new UsageQuestion(period.Start, period.End, [UsageDimension.Environment, UsageDimension.Agent], UsageGranularity.None, s_all);
        var used = UsageQuery.Read(snapshot, tenant, question).Groups
            .Where(group => group.Keys[1] is not null)
            .ToDictionary(group => (Environment: Guid.Parse(group.Keys[0]!), AgentId: group.Keys[1]!), group => group.Sums);
        return
        [
            .. used.Keys.Union(settings.Keys)
                .Select(agent => new AgentUse(
                    agent.Environment,
                    agent.AgentId,
                    names.Of(agent.Environment, agent.AgentId),
                    settings.GetValueOrDefault(agent),
                    used.GetValueOrDefault(agent).Events,
                    used.GetValueOrDefault(agent).Billed))
                .OrderByDescending(agent => agent.Billed)
                .ThenBy(agent => agent.AgentId, StringComparer.Ordinal)
                .ThenBy(agent => agent.Environment),
        ];
    }

    // Whether each agent with settings is turned off.
    private static Dictionary<(Guid Environment, string AgentId), bool> ReadSettings(ReadSnapshot snapshot, int tenantKey)
    {
        using var command = snapshot.Connection.CreateCommand();
        command.Transaction = snapshot.Transaction;
        command.CommandText = """
            SELECT e.Id, a.AgentId, a.IsTurnedOff FROM agents a
            JOIN environments e ON e.TenantKey = a.TenantKey AND e.Key = a.EnvironmentKey
            WHERE a.TenantKey = $tenant
            """;
        command.Parameters.AddWithValue("$tenant", tenantKey);
        using var reader = command.ExecuteReader();
        var settings = new Dictionary<(Guid, string), bool>();
        while (reader.Read())
        {
            settings.Add((reader.GetGuid(0), reader.GetString(1)), reader.GetBoolean(2));
        }

        return settings;
    }
}
