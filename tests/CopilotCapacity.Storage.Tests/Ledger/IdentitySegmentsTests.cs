using CopilotCapacity.Storage.Ledger;
using CopilotCapacity.Testing;

namespace CopilotCapacity.Storage.Tests.Ledger;

public sealed class IdentitySegmentsTests
{
    [Fact]
    public async Task Find_EveryFingerprint_GivesAllItsSequences()
    {
        await using var file = new PortalFile();
        using var connection = file.Open();
        using var segments = new IdentitySegments(connection);
        var random = new Random(3);
        var entries = Enumerable.Range(1, 1_000)
            .Select(number => new IdentityEntry(random.NextInt64(long.MinValue, long.MaxValue), number))
            .Append(new IdentityEntry(long.MinValue, 2_001)).Append(new IdentityEntry(long.MaxValue, 2_002))
            .Append(new IdentityEntry(0, 2_003)).Append(new IdentityEntry(-1, 2_004))

            // More that share a fingerprint than a block has places.
            .Concat(Enumerable.Range(3_000, 150).Select(number => new IdentityEntry(42, number)))
            .ToArray();
        segments.Write(7, 1, 5_000, Make.Month("2026-01"), [.. entries]);
        segments.Write(8, 1, 5_000, Make.Month("2026-01"), [new IdentityEntry(42, 1)]);

        var segment = Assert.Single(segments.Read(7));
        Assert.Equal((1, 5_000, Make.Month("2026-01")), (segment.Number, segment.LastSequence, segment.Newest));
        foreach (var same in entries.GroupBy(entry => entry.Fingerprint))
        {
            Assert.True(segment.Filter.MayHold(same.Key));
            Assert.Equal(same.Select(entry => entry.Sequence).Order(), Find(segments, segment, same.Key).Order());
        }

        for (var fingerprint = 100L; fingerprint < 200; fingerprint++)
        {
            Assert.Empty(Find(segments, segment, fingerprint));
        }
    }

    [Fact]
    public void Tail_WithASharedFingerprint_KeepsBoth()
    {
        var tail = new IdentityTail();
        tail.Add(new IdentityEntry(5, 1), Make.Month("2026-02"));
        tail.Add(new IdentityEntry(5, 2), Make.Month("2026-01"));
        tail.Add(new IdentityEntry(6, 3), Make.Month("2026-01"));
        var found = new List<long>();
        tail.Find(5, found);
        Assert.Equal([1, 2], found);
        Assert.Equal(3, tail.Count);
        Assert.Equal(Make.Month("2026-02"), tail.Newest);
        Assert.Equal([1, 2, 3], tail.ToArray().Select(entry => entry.Sequence).Order());
    }

    [Theory]
    [InlineData(20, 200)]
    [InlineData(10, 6_000)]
    public void Filter_HoldsWhatWasAdded_AndLittleElse(int bitsPerKey, int mistakesMax)
    {
        const int keys = 20_000;
        var random = new Random(1);
        var added = Enumerable.Range(0, keys).Select(_ => random.NextInt64(long.MinValue, long.MaxValue)).ToList();
        var filter = new BloomFilter(keys, bitsPerKey);
        added.ForEach(filter.Add);
        var again = new BloomFilter(filter.Bytes);

        Assert.All(added, fingerprint => Assert.True(again.MayHold(fingerprint)));
        var mistakes = Enumerable.Range(0, 200_000).Count(_ => again.MayHold(random.NextInt64(long.MinValue, long.MaxValue)));
        Assert.InRange(mistakes, 0, mistakesMax);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(16, 0)]
    [InlineData(17, 1)]
    [InlineData(48, 1)]
    [InlineData(49, 2)]
    [InlineData(112, 2)]
    [InlineData(113, 3)]
    [InlineData(240, 3)]
    [InlineData(241, 4)]
    [InlineData(368, 4)]
    [InlineData(369, 5)]
    public void Groups_DoubleUpToTheLargest(int segment, int group) => Assert.Equal(group, IdentityGroup.NumberOf(segment));

    private static List<long> Find(IdentitySegments segments, IdentitySegment segment, long fingerprint)
    {
        var found = new List<long>();
        segments.Find(7, segment, fingerprint, found);
        return found;
    }
}
