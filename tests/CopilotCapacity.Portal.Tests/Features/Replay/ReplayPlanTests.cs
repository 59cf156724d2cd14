using System.Globalization;
using System.Text.Json;
using CopilotCapacity.Portal.Features.Replay;

namespace CopilotCapacity.Portal.Tests.Features.Replay;

public sealed class ReplayPlanTests
{
    private static readonly Guid s_environment = Guid.Parse("3c5f0000-0000-0000-0000-000000000001");
    private static readonly DateTimeOffset s_start = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void EventFor_Row_IsTheCloudEventOfTheContract()
    {
        var plan = PlanOf(new DateTimeOffset(2023, 11, 16, 18, 0, 0, TimeSpan.Zero));

        var json = JsonSerializer.Serialize<IReadOnlyList<UsageEventDto>>(
            [plan.EventFor(new TraceRow(7, plan.First.AddSeconds(1.5), 374, 44))],
            ReplayJson.Default.IReadOnlyListUsageEventDto);

        Assert.Equal(
            """[{"specversion":"1.0","id":"7","source":"urn:test","type":"copilot.usage","subject":"3c5f0000-0000-0000-0000-000000000001","time":"2026-11-01T00:00:01.5Z","data":{"items":[{"feature":"generativeAnswer","quantity":1},{"feature":"aiToolStandard","quantity":418}]}}]""",
            json);
    }

    [Fact]
    public void EventFor_RowWithoutTokens_LeavesThatItemOut()
    {
        var usage = PlanOf(s_start).EventFor(new TraceRow(1, s_start, 0, 0));

        Assert.Equal([new UsageItemDto("generativeAnswer", 1)], usage.Data.Items);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(60)]
    [InlineData(58.36)]
    [InlineData(0.5)]
    public async Task Events_OfRealTrace_KeepOrderSpacingAndIdentity(double divisor)
    {
        await using var file = File.OpenRead(TestTrace.RealFile);
        var facts = await TraceReader.InspectAsync(file, default);
        var plan = PlanOf(facts.First) with { Divisor = divisor };

        var rows = await TraceReader.RowsAsync(file, default).ToListAsync();
        var events = rows.ConvertAll(plan.EventFor);

        Assert.Equal(s_start.UtcDateTime, events[0].Time);
        Assert.Equal(rows.Count, events.Select(e => e.Id).Distinct(StringComparer.Ordinal).Count());
        Assert.All(events.Zip(events.Skip(1)), pair => Assert.True(pair.First.Time <= pair.Second.Time));
        Assert.All(events.Zip(rows), pair => Assert.InRange(
            ((pair.Second.At - facts.First) / divisor) - (pair.First.Time - s_start.UtcDateTime),
            TimeSpan.Zero,
            TimeSpan.FromMicroseconds(1.1)));
    }

    [Theory]
    [InlineData(null, 3502, 58.3666666)]
    [InlineData(null, 30, 1)]
    [InlineData(4.0, 3502, 4)]
    public void DivisorFromNow_AtFullSpeed_MakesTheTraceLastAMinuteAtMost(double? speed, int seconds, double expected) =>
        Assert.Equal(expected, ReplayPlan.DivisorFromNow(new ReplaySpeed(speed), TimeSpan.FromSeconds(seconds)), 1e-6);

    [Fact]
    public void SourceOf_OtherFileEnvironmentOrTime_IsAnother()
    {
        var trace = new TraceFacts("0123456789abcdef", 1, s_start, s_start);
        string[] sources =
        [
            ReplayPlan.SourceOf(trace, s_environment, null, null),
            ReplayPlan.SourceOf(trace with { Fingerprint = "fedcba9876543210" }, s_environment, null, null),
            ReplayPlan.SourceOf(trace, Guid.Empty, null, null),
            ReplayPlan.SourceOf(trace, s_environment, s_start, null),
            ReplayPlan.SourceOf(trace, s_environment, s_start.AddMilliseconds(1), null),
            ReplayPlan.SourceOf(trace, s_environment, null, s_start),
        ];

        Assert.Equal("urn:copilotcapacity:replay:0123456789abcdef:3c5f0000-0000-0000-0000-000000000001:from-20261101T000000Z", sources[3]);
        Assert.Equal(sources.Length, sources.Distinct(StringComparer.Ordinal).Count());
        Assert.All(sources, source => Assert.True(Uri.IsWellFormedUriString(source, UriKind.Absolute)));
    }

    [Theory]
    [InlineData("max", null)]
    [InlineData("60", 60.0)]
    [InlineData("1.5x", 1.5)]
    public void Speed_OfText_IsRead(string text, double? expected)
    {
        Assert.True(ReplaySpeed.TryParse(text, out var speed));
        Assert.Equal(expected, speed.Factor);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("fast")]
    [InlineData("NaN")]
    [InlineData("10000000")]
    public void Speed_OutsideItsLimits_IsRefused(string text) => Assert.False(ReplaySpeed.TryParse(text, out _));

    [Theory]
    [InlineData("now", null)]
    [InlineData("2026-11-01", "2026-11-01T00:00:00Z")]
    [InlineData("2026-11-01T01:00+01:00", "2026-11-01T00:00:00Z")]
    [InlineData("2026-11-01T00:00:00.25Z", "2026-11-01T00:00:00.25Z")]
    public void From_OfText_IsReadInUtc(string text, string? expected)
    {
        Assert.True(ReplayFrom.TryParse(text, out var from));
        Assert.Equal(expected is null ? null : DateTimeOffset.Parse(expected, CultureInfo.InvariantCulture), from.Time);
    }

    private static ReplayPlan PlanOf(DateTimeOffset first) => new()
    {
        Source = "urn:test",
        Environment = s_environment,
        First = first,
        Start = s_start,
        Divisor = 1,
    };
}
