using System.Numerics;

namespace CopilotCapacity.Storage.Ledger;

/// <summary>
/// Segments that are asked together. Their summary is one filter over all of them: of a new identity it says no with one look,
/// where the segments' own filters would each have to be fetched from memory.
/// </summary>
/// <param name="number">Its number within the tenant.</param>
/// <param name="summary">The filter over its segments.</param>
internal sealed class IdentityGroup(int number, BloomFilter summary)
{
    // Each group is twice as large as the one before: few of them are to be asked, and a small tenant needs no large one.
    private const int SmallestSegments = 16;
    private const int Doublings = 3;
    private const int LargestSegments = SmallestSegments << Doublings;

    // The first segment after those groups that are smaller than the largest.
    private const int LargestFrom = (SmallestSegments * ((1 << Doublings) - 1)) + 1;

    // Each mistake costs the looks into the segments.
    private const int SummaryBits = 20;

    private readonly List<IdentitySegment> _segments = [];

    public int Number => number;

    public BloomFilter Summary => summary;

    public IReadOnlyList<IdentitySegment> Segments => _segments;

    /// <summary>The group a segment belongs to.</summary>
    public static int NumberOf(int segment) => segment >= LargestFrom
        ? Doublings + ((segment - LargestFrom) / LargestSegments)
        : BitOperations.Log2((uint)((segment - 1) / SmallestSegments) + 1);

    /// <summary>An empty group for segments of a size.</summary>
    public static IdentityGroup Begin(int number, int segmentEvents) =>
        new(number, new BloomFilter((SmallestSegments << Math.Min(number, Doublings)) * segmentEvents, SummaryBits));

    /// <summary>Takes up a segment whose fingerprints are in the summary already.</summary>
    public void Add(IdentitySegment segment) => _segments.Add(segment);

    /// <summary>Forgets segments that are not asked any more.</summary>
    public void RemoveAll(Predicate<IdentitySegment> isOver) => _segments.RemoveAll(isOver);
}
