using System.Runtime.InteropServices;
using CopilotCapacity.Domain.Time;

namespace CopilotCapacity.Storage.Queries;

/// <summary>One combination of dimensions in one hour, from a roll-up or from an event.</summary>
internal struct UsageFact
{
    public long Hour;
    public DimensionKeys Keys;
    public long Uses;
    public UsageSums Sums;

    /// <summary>The fact taken back.</summary>
    public readonly UsageFact Taken() => this with { Uses = -Uses, Sums = Sums.Taken() };
}

/// <summary>The number of each dimension's value, in the order of <see cref="UsageDimension"/>.</summary>
[System.Runtime.CompilerServices.InlineArray(Count)]
internal struct DimensionKeys
{
    public const int Count = 9;

    private int _first;
}

/// <summary>Collects facts into the rows a question asks for.</summary>
internal sealed class UsageRows(UsageQuestion question, Dictionary<UsageDimension, int> filters)
{
    private readonly Dictionary<RowKey, UsageSums> _rows = [];
    private UsageSums _totals;

    // By feature, an event counts at each feature it used; otherwise it counts once, at its first.
    private readonly bool _countsUses = question.GroupBy.Contains(UsageDimension.Feature);
    private readonly bool _totalsCountUses = filters.ContainsKey(UsageDimension.Feature);

    public Dictionary<UsageDimension, int> Filters => filters;

    public void Add(in UsageFact fact)
    {
        foreach (var (dimension, key) in filters)
        {
            if (fact.Keys[(int)dimension] != key)
            {
                return;
            }
        }

        var totals = fact.Sums;
        totals.Events = _totalsCountUses ? fact.Uses : totals.Events;
        _totals.Add(totals);

        var row = fact.Sums;
        row.Events = _countsUses || _totalsCountUses ? fact.Uses : row.Events;
        CollectionsMarshal.GetValueRefOrAddDefault(_rows, KeyOf(fact), out _).Add(row);
    }

    public UsageSums Totals => _totals;

    public IEnumerable<UsageNumbers> Groups => _rows.Select(pair => new UsageNumbers(
        [.. question.GroupBy.Select((_, index) => pair.Key.Values[index])], StartOf(pair.Key.Span), pair.Value));

    private RowKey KeyOf(in UsageFact fact)
    {
        var values = default(DimensionKeys);
        for (var index = 0; index < question.GroupBy.Count; index++)
        {
            values[index] = fact.Keys[(int)question.GroupBy[index]];
        }

        return new RowKey(SpanOf(fact.Hour), values);
    }

    private long SpanOf(long hour) => question.Granularity switch
    {
        UsageGranularity.Hour => hour,
        UsageGranularity.Day => hour / 24,
        UsageGranularity.Month => Period.Of(new DateTimeOffset(hour * TimeSpan.TicksPerHour, TimeSpan.Zero)).Index,
        _ => 0,
    };

    private DateTimeOffset? StartOf(long span) => question.Granularity switch
    {
        UsageGranularity.Hour => new DateTimeOffset(span * TimeSpan.TicksPerHour, TimeSpan.Zero),
        UsageGranularity.Day => new DateTimeOffset(span * TimeSpan.TicksPerDay, TimeSpan.Zero),
        UsageGranularity.Month => new Period((int)span).Start,
        _ => null,
    };

    private readonly struct RowKey(long span, DimensionKeys values) : IEquatable<RowKey>
    {
        public long Span { get; } = span;

        public DimensionKeys Values { get; } = values;

        public bool Equals(RowKey other)
        {
            var mine = Values;
            var others = other.Values;
            return Span == other.Span && ((ReadOnlySpan<int>)mine).SequenceEqual(others);
        }

        public override bool Equals(object? obj) => obj is RowKey other && Equals(other);

        public override int GetHashCode()
        {
            var hash = default(HashCode);
            hash.Add(Span);
            var mine = Values;
            hash.AddBytes(MemoryMarshal.AsBytes((ReadOnlySpan<int>)mine));
            return hash.ToHashCode();
        }
    }
}
