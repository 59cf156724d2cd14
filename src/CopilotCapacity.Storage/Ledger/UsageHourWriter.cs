using Microsoft.Data.Sqlite;

namespace CopilotCapacity.Storage.Ledger;

/// <summary>
/// Writes the hourly roll-up. A row that is known to be there is added to, any other begins at the end of its hour. Which rows
/// there are is known only for some of those written last; after a start, or when too many are known, a combination begins a
/// second row, which is as good: whoever reads adds rows up.
/// </summary>
internal sealed class UsageHourWriter(SqliteConnection connection) : IDisposable
{
    // Few enough that those who use many combinations mostly append: adding to rows all over the file costs more than new ones.
    private const int KnownMax = 20_000;

    private static readonly string[] s_keys =
    [
        "TenantKey", "Hour", "Number", "EnvironmentKey", "Feature", "Agent", "Product", "Channel", "User", "Model", "Tool",
        "CostCenter",
    ];

    private static readonly string[] s_sums =
        ["Uses", "Events", "NonBilled", "Allocation", "Pool", "PayAsYouGo", "Unfunded", "CostMicros"];

    private readonly Dictionary<UsageRollup.HourKey, int> _known = [];
    private readonly Dictionary<(int TenantKey, int Hour), int> _last = [];
    private readonly PreparedCommand _begin = PreparedCommand.Insert(connection, "usage_hours", [.. s_keys, .. s_sums]);
    private readonly PreparedCommand _add = new(
        connection,
        $"""
        UPDATE usage_hours SET {string.Join(", ", s_sums.Select((sum, index) => $"{sum} = {sum} + ?{index + 4}"))}
        WHERE TenantKey = ?1 AND Hour = ?2 AND Number = ?3
        """);

    private readonly PreparedCommand _lastNumber = new(
        connection, "SELECT IFNULL(MAX(Number), 0) FROM usage_hours WHERE TenantKey = ?1 AND Hour = ?2");

    public void Write(IReadOnlyDictionary<UsageRollup.HourKey, UsageRollup.HourSums> hours)
    {
        if (_known.Count + hours.Count > KnownMax)
        {
            Forget();
        }

        foreach (var (key, sums) in hours)
        {
            if (_known.TryGetValue(key, out var number))
            {
                _add.Numbers(key.TenantKey, key.Hour, number);
            }
            else
            {
                _begin.Numbers(
                    key.TenantKey, key.Hour, Begin(key), key.EnvironmentKey, key.Feature, key.Agent, key.Product, key.Channel,
                    key.User, key.Model, key.Tool, key.CostCenter);
            }

            (number > 0 ? _add : _begin).Numbers(
                sums.Uses, sums.Events, sums.NonBilled, sums.Allocation, sums.Pool, sums.PayAsYouGo, sums.Unfunded, sums.CostMicros).Run();
        }
    }

    /// <summary>Forgets which rows there are, as after a commit that failed.</summary>
    public void Forget()
    {
        _known.Clear();
        _last.Clear();
    }

    public void Dispose()
    {
        _begin.Dispose();
        _add.Dispose();
        _lastNumber.Dispose();
    }

    private int Begin(UsageRollup.HourKey key)
    {
        if (!_last.TryGetValue((key.TenantKey, key.Hour), out var last))
        {
            using var rows = _lastNumber.Numbers(key.TenantKey, key.Hour).Read();
            last = rows.Next() ? (int)rows.Number(0) : 0;
        }

        _known[key] = _last[(key.TenantKey, key.Hour)] = ++last;
        return last;
    }
}
