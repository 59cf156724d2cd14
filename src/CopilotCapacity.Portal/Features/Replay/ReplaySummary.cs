using System.Collections.Immutable;

namespace CopilotCapacity.Portal.Features.Replay;

/// <summary>What became of the events of a run so far. Every sum is of this run alone; what was booked before stands apart.</summary>
public sealed record ReplaySummary
{
    public static readonly ReplaySummary Empty = new();

    /// <summary>Events this run booked.</summary>
    public int Recorded { get; private init; }

    /// <summary>Events an earlier run had booked.</summary>
    public int AlreadyRecorded { get; private init; }

    /// <summary>Refused because the same identity was booked with other content, by code.</summary>
    public ImmutableSortedDictionary<string, int> Conflicts { get; private init; } = ImmutableSortedDictionary<string, int>.Empty;

    /// <summary>Refused for any other reason, by code.</summary>
    public ImmutableSortedDictionary<string, int> Rejected { get; private init; } = ImmutableSortedDictionary<string, int>.Empty;

    /// <summary>Events that were sent but whose answer did not arrive: they may be booked or not.</summary>
    public int Unanswered { get; private init; }

    /// <summary>Credits this run was billed.</summary>
    public decimal Billed { get; private init; }

    /// <summary>Who paid <see cref="Billed"/>.</summary>
    public BurnDto Burn { get; private init; } = BurnDto.Zero;

    /// <summary>Credits of this run that were not billed.</summary>
    public decimal NonBilled { get; private init; }

    /// <summary>Credits earlier runs were billed for the events of <see cref="AlreadyRecorded"/>.</summary>
    public decimal AlreadyBilled { get; private init; }

    public int Refused => Conflicts.Values.Sum() + Rejected.Values.Sum();

    public int Answered => Recorded + AlreadyRecorded + Refused;

    public ReplaySummary Plus(IEnumerable<UsageResultDto> results) => results.Aggregate(this, (sum, result) => sum.Plus(result));

    public ReplaySummary PlusUnanswered(int events) => this with { Unanswered = Unanswered + events };

    private ReplaySummary Plus(UsageResultDto result) => result.Outcome switch
    {
        UsageOutcome.Recorded => this with
        {
            Recorded = Recorded + 1,
            Billed = Billed + result.Credits,
            Burn = Burn.Plus(result.Burn ?? BurnDto.Zero),
            NonBilled = NonBilled + (result.NonBilled?.Credits ?? 0),
        },
        UsageOutcome.Duplicate => this with
        {
            AlreadyRecorded = AlreadyRecorded + 1,
            AlreadyBilled = AlreadyBilled + result.Credits,
        },
        UsageOutcome.Conflict => this with { Conflicts = CountOne(Conflicts, result.Code ?? "event_conflict") },
        _ => this with { Rejected = CountOne(Rejected, result.Code ?? "no_code") },
    };

    private static ImmutableSortedDictionary<string, int> CountOne(ImmutableSortedDictionary<string, int> counts, string code) =>
        counts.SetItem(code, counts.GetValueOrDefault(code) + 1);
}
