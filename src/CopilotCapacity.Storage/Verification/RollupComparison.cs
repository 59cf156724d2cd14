using System.Globalization;
using CopilotCapacity.Storage.Model;
using CopilotCapacity.Storage.Queries;

namespace CopilotCapacity.Storage.Verification;

/// <summary>Compares the roll-ups that pages and reports read with the uses they stand for, day by day.</summary>
internal static class RollupComparison
{
    // From the start of year 1 to that of 1970.
    private const long UnixSeconds = 62_135_596_800;

    private const string Sums = "SUM(Allocation + Pool), SUM(PayAsYouGo), SUM(Unfunded), SUM(CostMicros)";

    /// <summary>The first difference in words; null when there is none.</summary>
    public static string? FindDifference(ReadSnapshot snapshot, TenantRow tenant)
    {
        var uses = Read(snapshot, tenant, $"""
            SELECT Time / {TimeSpan.TicksPerDay} AS Day, {Sums} FROM usage_events u
            WHERE TenantKey = $tenant AND NOT EXISTS (SELECT 1 FROM reversals r WHERE r.TenantKey = u.TenantKey AND r.Original = u.Sequence)
            GROUP BY Day
            """);
        var hours = Read(snapshot, tenant, $"SELECT Hour / 24 AS Day, {Sums} FROM usage_hours WHERE TenantKey = $tenant GROUP BY Day");
        var days = Read(snapshot, tenant, """
            SELECT Day, SUM(Prepaid), SUM(PayAsYouGo), SUM(Unfunded), SUM(CostMicros) FROM usage_days
            WHERE TenantKey = $tenant AND EnvironmentKey = 0 GROUP BY Day
            """);
        return FindDifference("hours", uses, hours) ?? FindDifference("days", uses, days) ?? FindDifferenceOfSums(snapshot, tenant);
    }

    // The sums follow later; up to their mark they agree with the uses, and the months with the days.
    private static string? FindDifferenceOfSums(ReadSnapshot snapshot, TenantRow tenant)
    {
        var mark = UsageTail.MarkOf(snapshot.Connection, snapshot.Transaction, tenant.Key);
        var uses = Read(snapshot, tenant, $"""
            SELECT Time / {TimeSpan.TicksPerDay} AS Day, {Sums} FROM usage_events u
            WHERE TenantKey = $tenant AND Sequence <= {mark}
                AND NOT EXISTS (SELECT 1 FROM reversals r WHERE r.TenantKey = u.TenantKey AND r.Original = u.Sequence AND r.Sequence <= {mark})
            GROUP BY Day
            """);
        var days = Read(snapshot, tenant, $"SELECT Span, {Sums} FROM usage_sums WHERE TenantKey = $tenant AND Span > 0 GROUP BY Span");
        var months = Read(snapshot, tenant, $"""
            SELECT unixepoch(Span * 86400 - {UnixSeconds}, 'unixepoch', 'start of month') / 86400 + {UnixSeconds / 86_400}, {Sums}
            FROM usage_sums WHERE TenantKey = $tenant AND Span > 0 GROUP BY 1
            """);
        var kept = Read(snapshot, tenant, $"""
            SELECT unixepoch(printf('%04d-%02d-01', -Span / 12, -Span % 12 + 1)) / 86400 + {UnixSeconds / 86_400}, {Sums}
            FROM usage_sums WHERE TenantKey = $tenant AND Span < 0 GROUP BY 1
            """);
        var totals = Read(snapshot, tenant, $"SELECT Span, {Sums} FROM usage_day_totals WHERE TenantKey = $tenant GROUP BY Span");
        return FindDifference("sums", uses, days) ?? FindDifference("months", months, kept) ?? FindDifference("totals", uses, totals);
    }

    private static string? FindDifference(string name, Dictionary<long, string> uses, Dictionary<long, string> rollup)
    {
        foreach (var day in uses.Keys.Union(rollup.Keys).Order())
        {
            var says = uses.GetValueOrDefault(day, Nothing);
            var has = rollup.GetValueOrDefault(day, Nothing);
            if (!string.Equals(says, has, StringComparison.Ordinal))
            {
                var date = new DateTime(day * TimeSpan.TicksPerDay, DateTimeKind.Utc);
                return string.Create(
                    CultureInfo.InvariantCulture, $"The roll-up by {name} of {date:yyyy-MM-dd} is kept as {has}; the uses say {says}.");
            }
        }

        return null;
    }

    private const string Nothing = "prepaid 0 payg 0 unfunded 0 cost 0";

    private static Dictionary<long, string> Read(ReadSnapshot snapshot, TenantRow tenant, string sql)
    {
        using var command = snapshot.Connection.CreateCommand();
        command.Transaction = snapshot.Transaction;
        command.CommandText = sql;
        command.Parameters.AddWithValue("$tenant", tenant.Key);
        using var reader = command.ExecuteReader();
        var days = new Dictionary<long, string>();
        while (reader.Read())
        {
            days.Add(reader.GetInt64(0), string.Create(
                CultureInfo.InvariantCulture,
                $"prepaid {reader.GetInt64(1)} payg {reader.GetInt64(2)} unfunded {reader.GetInt64(3)} cost {reader.GetInt64(4)}"));
        }

        return days;
    }
}
