using Bunit;
using CopilotCapacity.Portal.Components.Shared;

namespace CopilotCapacity.Portal.Tests.Components.Shared;

public sealed class DisplayZoneTests : MudTestContext
{
    private static readonly DateTimeOffset s_winter = new(2026, 11, 24, 23, 30, 5, TimeSpan.Zero);

    [Theory]
    [InlineData("UTC", "24\u00a0Nov\u00a02026, 23:30:05\u00a0UTC")]
    [InlineData("Europe/Berlin", "25\u00a0Nov\u00a02026, 00:30:05\u00a0UTC+1")]
    [InlineData("America/New_York", "24\u00a0Nov\u00a02026, 18:30:05\u00a0UTC\u22125")]
    [InlineData("Asia/Kolkata", "25\u00a0Nov\u00a02026, 05:00:05\u00a0UTC+5:30")]
    public void Instant_IsSaidInItsZone_WithItsDistanceFromUtc(string zone, string said) =>
        Assert.Equal(said, DisplayZone.Find(zone)!.Full(s_winter));

    [Fact]
    public void SummerTime_IsKept() =>
        Assert.Equal("14:00:00\u00a0UTC+2", DisplayZone.Find("Europe/Berlin")!.Time(new DateTimeOffset(2026, 7, 1, 12, 0, 0, TimeSpan.Zero)));

    [Theory]
    [InlineData("Mars/Olympus")]
    [InlineData("")]
    [InlineData(null)]
    public void UnknownZone_IsNone(string? zone) => Assert.Null(DisplayZone.Find(zone));

    [Fact]
    public void Search_FindsByPartsOfNames_UtcFirst()
    {
        Assert.Contains("America/New_York", DisplayZone.Search("new york"), StringComparer.Ordinal);
        Assert.Equal("UTC", DisplayZone.Search(null).First());
    }

    [Fact]
    public void Instant_HasUtcInItsTooltip_AndWithoutAZoneInItsText()
    {
        var inBerlin = Render<Instant>(p => p.Add(i => i.At, s_winter).AddCascadingValue(DisplayZone.Find("Europe/Berlin")!)).Find("time");
        var inUtc = Render<Instant>(p => p.Add(i => i.At, s_winter).Add(i => i.IsTimeOnly, true)).Find("time");

        Assert.Equal(("25\u00a0Nov\u00a02026, 00:30:05\u00a0UTC+1", "24 November 2026, 23:30:05 UTC"), (inBerlin.TextContent, inBerlin.GetAttribute("title")));
        Assert.Equal("23:30:05\u00a0UTC", inUtc.TextContent);
    }
}
