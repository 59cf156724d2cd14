using CopilotCapacity.Portal.Features.Replay;

namespace CopilotCapacity.Portal.Tests.Features.Replay;

public sealed class ReplaySummaryTests
{
    [Fact]
    public void Plus_EveryOutcome_AddsUpApart()
    {
        var summary = ReplaySummary.Empty
            .Plus(
            [
                new() { Outcome = UsageOutcome.Recorded, Credits = 3.5m, Burn = new BurnDto(1, 1.5m, 0.75m, 0.25m) },
                new() { Outcome = UsageOutcome.Recorded, Credits = 0, NonBilled = new NonBilledDto(2) },
                new() { Outcome = UsageOutcome.Duplicate, Credits = 100, Burn = new BurnDto(100, 0, 0, 0) },
            ])
            .Plus(
            [
                new() { Outcome = UsageOutcome.Recorded, Credits = 0.13m, Burn = new BurnDto(0, 0.13m, 0, 0) },
                new() { Outcome = UsageOutcome.Conflict },
                new() { Outcome = UsageOutcome.Rejected, Code = "too_late" },
                new() { Outcome = UsageOutcome.Rejected, Code = "in_the_future" },
                new() { Outcome = UsageOutcome.Rejected, Code = "too_late" },
            ])
            .PlusUnanswered(4);

        Assert.Equal((3, 1, 4, 8, 4), (summary.Recorded, summary.AlreadyRecorded, summary.Refused, summary.Answered, summary.Unanswered));
        Assert.Equal((3.63m, 2m, 100m), (summary.Billed, summary.NonBilled, summary.AlreadyBilled));
        Assert.Equal(new BurnDto(1, 1.63m, 0.75m, 0.25m), summary.Burn);
        Assert.Equal(1, summary.Conflicts["event_conflict"]);
        Assert.Equal([KeyValuePair.Create("in_the_future", 1), KeyValuePair.Create("too_late", 2)], summary.Rejected);
    }
}
