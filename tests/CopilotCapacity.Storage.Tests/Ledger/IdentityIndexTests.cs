using CopilotCapacity.Domain.Rating;
using CopilotCapacity.Metering.Ingest;
using CopilotCapacity.Testing;

namespace CopilotCapacity.Storage.Tests.Ledger;

/// <summary>Identities with segments of a few events, so that every test crosses their boundaries.</summary>
public sealed class IdentityIndexTests
{
    private const int SegmentEvents = 4;

    [Fact]
    public async Task Record_AcrossSegments_KnowsEveryEventAlsoAfterARestart()
    {
        await using var file = await BeginAsync();
        var events = Enumerable.Range(0, 30).Select(number => Make.Usage($"{number}")).ToArray();
        var sequences = new List<long>();
        foreach (var part in events.Chunk(3))
        {
            sequences.AddRange((await file.RecordAsync(1, part)).Select(outcome => outcome.Answer!.Sequence));
        }

        await AssertKnownAsync(file, events, sequences);
        await file.RestartAsync();
        await AssertKnownAsync(file, events, sequences);
        Assert.Equal(5, file.Number("SELECT COUNT(*) FROM identity_segments"));
        Assert.Equal(30, file.Number("SELECT COUNT(*) FROM usage_events"));
    }

    // Groups have 16, 32 and 64 segments of 4 events.
    [Theory]
    [InlineData(40)]
    [InlineData(64)]
    [InlineData(100)]
    [InlineData(192)]
    [InlineData(320)]
    public async Task Record_AcrossGroups_KnowsEveryEventWhereverARestartComes(int restartAfter)
    {
        await using var file = await BeginAsync();
        var events = Enumerable.Range(0, 480).Select(number => Make.Usage($"{number}")).ToArray();
        var done = 0;
        foreach (var part in events.Chunk(4))
        {
            await file.RecordAsync(1, part);
            done += part.Length;
            if (done == restartAfter)
            {
                await file.RestartAsync();
            }
        }

        Assert.All(await file.RecordAsync(1, events), outcome => Assert.Equal(RecordResult.Duplicate, outcome.Result));
        Assert.Equal(3, file.Number("SELECT COUNT(*) FROM identity_summaries"));
        await file.RestartAsync();
        Assert.All(await file.RecordAsync(1, events), outcome => Assert.Equal(RecordResult.Duplicate, outcome.Result));
        Assert.Equal(480, file.Number("SELECT COUNT(*) FROM usage_events"));
    }

    // As in a file from before there were summaries.
    [Fact]
    public async Task Record_WithoutKeptSummaries_KnowsEveryEvent()
    {
        await using var file = await BeginAsync();
        var events = Enumerable.Range(0, 80).Select(number => Make.Usage($"{number}")).ToArray();
        foreach (var part in events.Chunk(4))
        {
            await file.RecordAsync(1, part);
        }

        file.Execute("DELETE FROM identity_summaries");
        await file.RestartAsync();
        Assert.All(await file.RecordAsync(1, events), outcome => Assert.Equal(RecordResult.Duplicate, outcome.Result));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(9)]
    public async Task Record_GroupsOfAnySize_AreKnownAfterwards(int size)
    {
        await using var file = await BeginAsync();
        var events = Enumerable.Range(0, 20).Select(number => Make.Usage($"{number}")).ToArray();
        foreach (var part in events.Chunk(size))
        {
            await file.RecordAsync(1, part);
            Assert.All(await file.RecordAsync(1, part), outcome => Assert.Equal(RecordResult.Duplicate, outcome.Result));
        }

        await file.RestartAsync();
        Assert.All(await file.RecordAsync(1, events), outcome => Assert.Equal(RecordResult.Duplicate, outcome.Result));
        Assert.Equal(20, file.Number("SELECT COUNT(*) FROM usage_events"));
    }

    [Fact]
    public async Task Record_TheSameIdentityWithOtherContentOrTime_IsAConflictInEverySegment()
    {
        await using var file = await BeginAsync();
        var events = Enumerable.Range(0, 10).Select(number => Make.Usage($"{number}")).ToArray();
        await file.RecordAsync(1, events[..5]);
        await file.RecordAsync(1, events[5..]);

        var others = events.Select((usage, index) => index % 2 == 0
            ? Make.Usage(usage.Id, thousandths: 2_000)
            : Make.Usage(usage.Id, time: Make.At("2026-01-03")));
        Assert.All(await file.RecordAsync(1, [.. others]), outcome => Assert.Equal(RecordResult.Conflict, outcome.Result));
        var elsewhere = await file.RecordAsync(1, [.. events.Select(usage => Make.Usage(usage.Id, source: "/other"))]);
        Assert.All(elsewhere, outcome => Assert.Equal(RecordResult.Recorded, outcome.Result));
    }

    [Fact]
    public async Task Record_TheSameIdInAnotherTenant_IsAnotherEvent()
    {
        await using var file = await BeginAsync();
        await BeginAsync(file, tenant: 2);
        var events = Enumerable.Range(0, 9).Select(number => Make.Usage($"{number}")).ToArray();
        await file.RecordAsync(1, events);
        Assert.All(await file.RecordAsync(2, events), outcome => Assert.Equal(RecordResult.Recorded, outcome.Result));
        await file.RestartAsync();
        Assert.All(await file.RecordAsync(1, events), outcome => Assert.Equal(RecordResult.Duplicate, outcome.Result));
        Assert.All(await file.RecordAsync(2, events), outcome => Assert.Equal(RecordResult.Duplicate, outcome.Result));
    }

    [Fact]
    public async Task Record_WhenTheCommitWithASegmentFails_TakesTheEventsOnceAfterwards()
    {
        await using var file = await BeginAsync();
        await file.RecordAsync(1, Make.Usage("0"), Make.Usage("1"));
        file.Execute("CREATE TRIGGER stop BEFORE INSERT ON identity_segments BEGIN SELECT RAISE(ABORT, 'stop'); END");
        var events = Enumerable.Range(0, 8).Select(number => Make.Usage($"{number}")).ToArray();
        await Assert.ThrowsAnyAsync<Exception>(() => file.RecordAsync(1, events));
        Assert.Equal(0, file.Number("SELECT COUNT(*) FROM identity_blocks"));
        file.Execute("DROP TRIGGER stop");

        var outcomes = await file.RecordAsync(1, events);
        Assert.Equal(2, outcomes.Count(outcome => outcome.Result == RecordResult.Duplicate));
        Assert.Equal(6, outcomes.Count(outcome => outcome.Result == RecordResult.Recorded));
        Assert.All(await file.RecordAsync(1, events), outcome => Assert.Equal(RecordResult.Duplicate, outcome.Result));
        Assert.Equal(8, file.Number("SELECT COUNT(*) FROM usage_events"));
    }

    [Fact]
    public async Task Record_OfAMonthThatIsOver_NeedsNoSegmentToBeRefused()
    {
        await using var file = await BeginAsync();
        var events = Enumerable.Range(0, 8).Select(number => Make.Usage($"{number}")).ToArray();
        await file.RecordAsync(1, events);
        file.Time.SetUtcNow(Make.At("2026-03-04 11:59"));
        await file.RestartAsync();
        Assert.All(await file.RecordAsync(1, events), outcome => Assert.Equal(RecordResult.Duplicate, outcome.Result));

        file.Time.SetUtcNow(Make.At("2026-03-06"));
        await file.RecordAsync(1, Make.Usage("new", time: Make.At("2026-03-06")));
        await file.RestartAsync();
        Assert.All(await file.RecordAsync(1, events), outcome => Assert.Equal("too_late", outcome.Refusal?.Code));
        Assert.Equal(1, file.Number("SELECT COUNT(*) FROM identity_segments"));
    }

    [Fact]
    public async Task Record_WithEarlierMonthsInASegment_KeepsItAsLongAsItsNewestEvent()
    {
        await using var file = await BeginAsync();
        file.Time.SetUtcNow(Make.At("2026-02-10"));
        var old = Enumerable.Range(0, 3).Select(number => Make.Usage($"{number}")).ToArray();
        await file.RecordAsync(1, [.. old, Make.Usage("new", time: Make.At("2026-02-09"))]);
        file.Time.SetUtcNow(Make.At("2026-03-20"));
        await file.RecordAsync(1, Make.Usage("newest", time: Make.At("2026-03-19")));
        await file.RestartAsync();
        Assert.Equal(
            RecordResult.Duplicate, (await file.RecordAsync(1, Make.Usage("new", time: Make.At("2026-02-09"))))[0].Result);
    }

    private static async Task AssertKnownAsync(PortalFile file, UsageEvent[] events, List<long> sequences)
    {
        var again = await file.RecordAsync(1, events);
        Assert.All(again, outcome => Assert.Equal(RecordResult.Duplicate, outcome.Result));
        Assert.Equal(sequences, again.Select(outcome => outcome.Answer!.Sequence));
    }

    private static async Task<PortalFile> BeginAsync(PortalFile? begun = null, int tenant = 1)
    {
        var file = begun ?? new PortalFile(segmentEvents: SegmentEvents);
        await file.CreateAsync(tenant);
        await file.ChangeAsync(
            ledger =>
            {
                ledger.AddEnvironment();
                return ledger.AddGrant(Make.NewGrant(100)).Refusal is null;
            },
            tenant);
        return file;
    }
}
