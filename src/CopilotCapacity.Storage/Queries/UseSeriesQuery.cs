using CopilotCapacity.Domain.Anomaly;
using CopilotCapacity.Domain.Rating;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Storage.Ledger;
using CopilotCapacity.Storage.Model;

namespace CopilotCapacity.Storage.Queries;

/// <summary>
/// Reads what agents and features used, as anomalies are judged by: whole days from the sums, and nineteen single hours from the
/// hourly roll-up. What it costs does not grow with history.
/// </summary>
public static class UseSeriesQuery
{
    private const int Weeks = UseSeries.HistoryDays / 7;

    // Below this much, in thousandths, nothing is far enough off to be told; such series are not worth a name.
    private const long WorthLeast = 200_000;

    private static readonly UsageDimension[] s_series = [UsageDimension.Environment, UsageDimension.Agent, UsageDimension.Feature];

    /// <summary>The anomalies that are not over.</summary>
    public static IReadOnlyList<SeriesKey> ReadOpen(ReadSnapshot snapshot, TenantRow tenant) => [.. new PermissionReader(
        snapshot.Connection,
        tenant.Key,
        _ => throw new InvalidOperationException("Anomalies name environments by their ids."),
        _ => throw new InvalidOperationException("Anomalies name no plan.")).Anomalies().Select(anomaly => anomaly.Series)];

    /// <summary>Series that used enough to be judged, and those asked for.</summary>
    /// <param name="snapshot">The moment.</param>
    /// <param name="tenant">The tenant.</param>
    /// <param name="until">The end of the last whole hour.</param>
    /// <param name="wanted">Series that are wanted however little they used.</param>
    public static IReadOnlyList<UseSeries> Read(ReadSnapshot snapshot, TenantRow tenant, DateTimeOffset until, IReadOnlyCollection<SeriesKey> wanted)
    {
        var hour = until.AddHours(-1);
        var today = new DateTimeOffset(hour.UtcDateTime.Date, TimeSpan.Zero);
        var sheet = new Sheet();
        foreach (var row in Ask(snapshot, tenant, today.AddDays(-UseSeries.HistoryDays), today, UsageGranularity.Day))
        {
            sheet.Add(row, (series, credits) => series.Days[(int)(row.Start!.Value - today).TotalDays + UseSeries.HistoryDays] += credits);
        }

        foreach (var row in Ask(snapshot, tenant, today, until, UsageGranularity.None))
        {
            sheet.Add(row, (series, credits) => series.Today += credits);
        }

        foreach (var row in Ask(snapshot, tenant, hour, until, UsageGranularity.None))
        {
            sheet.Add(row, (series, credits) => series.LastHour += credits);
        }

        for (var week = 0; week < Weeks; week++)
        {
            var from = hour.AddDays(-7 * (Weeks - week)).AddHours(-1);
            var first = week * 3;
            foreach (var row in Ask(snapshot, tenant, from, from.AddHours(3), UsageGranularity.Hour))
            {
                sheet.Add(row, (series, credits) => series.SameHours[first + (int)(row.Start!.Value - from).TotalHours] += credits);
            }
        }

        return sheet.Named(snapshot, tenant, [.. wanted]);
    }

    /// <summary>What a series was used for, from one instant to another.</summary>
    public static UseMix ReadMix(ReadSnapshot snapshot, TenantRow tenant, SeriesKey key, DateTimeOffset from, DateTimeOffset to)
    {
        var filters = new Dictionary<UsageDimension, string> { [UsageDimension.Environment] = key.Environment.ToString() };
        if (key.AgentId is { } agent)
        {
            filters[UsageDimension.Agent] = agent;
        }

        if (key.Feature is { } feature)
        {
            filters[UsageDimension.Feature] = RateCard.CodeOf(feature);
        }

        var answer = UsageQuery.Read(snapshot, tenant, new UsageQuestion(
            from, to, [UsageDimension.Model, UsageDimension.Tool, UsageDimension.Channel, UsageDimension.User], UsageGranularity.None, filters));
        return new UseMix(
            [.. answer.Groups.Select(group => new MixPart(group.Keys[0], group.Keys[1], group.Keys[2], group.Keys[3], group.Sums.Billed, group.Sums.Events))],
            (to - from).TotalHours);
    }

    private static IEnumerable<UsageNumbers> Ask(ReadSnapshot snapshot, TenantRow tenant, DateTimeOffset from, DateTimeOffset to, UsageGranularity granularity) =>
        UsageQuery.ReadNumbers(snapshot, tenant, new UsageQuestion(from, to, s_series, granularity, new Dictionary<UsageDimension, string>()));

    private sealed class Counted
    {
        public long[] Days { get; } = new long[UseSeries.HistoryDays];

        public long[] SameHours { get; } = new long[Weeks * 3];

        public long Today { get; set; }

        public long LastHour { get; set; }
    }

    // Series by their numbers: an environment's, with an agent's or a feature's.
    private sealed class Sheet
    {
        private readonly Dictionary<(int Environment, int Agent, int Feature), Counted> _series = [];

        public void Add(in UsageNumbers row, Action<Counted, long> count)
        {
            var (environment, agent, feature) = (row.Numbers[0], row.Numbers[1], row.Numbers[2]);
            if (agent != 0)
            {
                count(Of((environment, agent, 0)), row.Sums.Billed);
            }

            if (feature != 0)
            {
                count(Of((environment, 0, feature)), row.Sums.Billed);
            }
        }

        public List<UseSeries> Named(ReadSnapshot snapshot, TenantRow tenant, HashSet<SeriesKey> wanted)
        {
            var environments = snapshot.Context.Environments.Where(row => row.TenantKey == tenant.Key && row.RetiredAt == null)
                .Select(row => new { row.Key, row.Id }).ToDictionary(row => row.Key, row => row.Id);
            var worth = _series.Where(pair => environments.ContainsKey(pair.Key.Environment)
                && (wanted.Count > 0 || pair.Value.Today >= WorthLeast || pair.Value.LastHour >= WorthLeast)).ToList();
            var agents = worth.Select(pair => pair.Key.Agent).Where(agent => agent != 0).Distinct().ToList();
            var ids = new UsageNames(snapshot, tenant.Key).Labels(agents);
            var names = AgentNames.ReadOf(snapshot, tenant.Key, agents);
            var found = new List<UseSeries>();
            foreach (var ((environment, agent, feature), counted) in worth)
            {
                var id = environments[environment];
                var agentId = agent == 0 ? null : ids[agent];
                var key = new SeriesKey(new EnvironmentId(id), agentId, feature == 0 ? null : (Feature)feature);
                if (counted.Today >= WorthLeast || counted.LastHour >= WorthLeast || wanted.Contains(key))
                {
                    found.Add(new UseSeries
                    {
                        Key = key,
                        Name = agentId is null ? RateCard.CodeOf((Feature)feature) : names.Of(id, agentId) ?? agentId,
                        Days = counted.Days,
                        Today = counted.Today,
                        SameHours = counted.SameHours,
                        LastHour = counted.LastHour,
                    });
                }
            }

            return found;
        }

        private Counted Of((int Environment, int Agent, int Feature) key)
        {
            if (!_series.TryGetValue(key, out var counted))
            {
                _series.Add(key, counted = new Counted());
            }

            return counted;
        }
    }
}
