using System.Text.Json;
using CopilotCapacity.Domain.Rating;
using Microsoft.Data.Sqlite;

namespace CopilotCapacity.Storage.Queries;

/// <summary>Turns what a question names into the numbers the tables hold, and back.</summary>
/// <param name="snapshot">The moment.</param>
/// <param name="tenantKey">The tenant.</param>
public sealed class UsageNames(ReadSnapshot snapshot, int tenantKey)
{
    private Dictionary<int, string>? _environments;

    // Read when it is asked for; a filter asks for one.
    private Dictionary<int, string> Environments => _environments ??= ReadTexts(
        "SELECT Key, Id FROM environments WHERE TenantKey = $tenant", null, static reader => reader.GetGuid(1).ToString());

    internal Dictionary<UsageDimension, int>? Resolve(IReadOnlyDictionary<UsageDimension, string> filters)
    {
        var resolved = new Dictionary<UsageDimension, int>();
        foreach (var (dimension, text) in filters)
        {
            if (KeyOf(dimension, text) is not { } key)
            {
                return null;
            }

            resolved.Add(dimension, key);
        }

        return resolved;
    }

    /// <summary>The values behind numbers: ids of environments and agents, codes of features, and what uses said else.</summary>
    public IReadOnlyDictionary<int, string> Of(UsageDimension dimension, IEnumerable<int> keys)
    {
        switch (dimension)
        {
            case UsageDimension.Environment:
                return Environments;
            case UsageDimension.Feature:
                return keys.ToDictionary(key => key, key => RateCard.CodeOf((Feature)key));
            default:
                return Labels(keys);
        }
    }

    /// <summary>The texts behind numbers, each looked up by its number: a tenant has a label for each of its users.</summary>
    internal IReadOnlyDictionary<int, string> Labels(IEnumerable<int> keys) => ReadTexts(
        "SELECT l.Key, l.Text FROM json_each($keys) k CROSS JOIN labels l ON l.TenantKey = $tenant AND l.Key = k.value",
        JsonSerializer.Serialize(keys),
        static reader => reader.GetString(1));

    // By hand: a large tenant has tens of thousands.
    private Dictionary<int, string> ReadTexts(string sql, string? keys, Func<SqliteDataReader, string> textOf)
    {
        using var command = snapshot.Connection.CreateCommand();
        command.Transaction = snapshot.Transaction;
        command.CommandText = sql;
        command.Parameters.AddWithValue("$tenant", tenantKey);
        if (keys is not null)
        {
            command.Parameters.AddWithValue("$keys", keys);
        }

        using var reader = command.ExecuteReader();
        var texts = new Dictionary<int, string>();
        while (reader.Read())
        {
            texts.Add(reader.GetInt32(0), textOf(reader));
        }

        return texts;
    }

    private int? KeyOf(UsageDimension dimension, string text) => dimension switch
    {
        UsageDimension.Environment => Guid.TryParseExact(text, "D", out var id)
            ? snapshot.Context.Environments.Where(row => row.TenantKey == tenantKey && row.Id == id).Select(row => (int?)row.Key).SingleOrDefault()
            : null,
        UsageDimension.Feature => RateCard.Find(text) is { } rate ? (int)rate.Feature : null,
        _ => snapshot.Context.Labels
            .Where(row => row.TenantKey == tenantKey && row.Text == text)
            .Select(row => (int?)row.Key)
            .FirstOrDefault(),
    };
}
