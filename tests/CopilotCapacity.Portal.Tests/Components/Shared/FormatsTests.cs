using System.Globalization;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Portal.Components.Shared;

namespace CopilotCapacity.Portal.Tests.Components.Shared;

public sealed class FormatsTests
{
    private static readonly DateTimeOffset s_now = new(2026, 11, 22, 14, 7, 31, TimeSpan.Zero);

    public FormatsTests() => CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("en-US");

    [Theory]
    [InlineData(41_173_000, "41,173")]
    [InlineData(41_173_500, "41,173.5")]
    [InlineData(130, "0.13")]
    [InlineData(0, "0")]
    public void Credits_ShowDecimals_OnlyWhenNotWhole(long thousandths, string expected) =>
        Assert.Equal(expected, Formats.Credits(new Credits(thousandths)));

    [Theory]
    [InlineData(41_173, "41.2k")]
    [InlineData(999, "999")]
    [InlineData(999_949, "999.9k")]
    [InlineData(999_950, "1M")]
    [InlineData(3_400_000, "3.4M")]
    [InlineData(-4_200, "-4.2k")]
    public void Brief_RoundsToOneDecimal(long credits, string expected) =>
        Assert.Equal(expected, Formats.Brief(Credits.Of(credits)));

    [Theory]
    [InlineData("EUR", "€\u00A0214.60")]
    [InlineData("USD", "USD\u00A0214.60")]
    public void Money_NamesItsCurrency(string code, string expected) =>
        Assert.Equal(expected, Formats.Money(new Money(214_600_000, new CurrencyCode(code))));

    [Fact]
    public void Credits_InGerman_UseItsSeparators()
    {
        CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("de-DE");

        Assert.Equal("41.173,5", Formats.Credits(new Credits(41_173_500)));
    }

    [Fact]
    public void Percent_OfSomething_IsNeverZero() => Assert.Equal(
        ("<\u00A01\u00A0%", "1\u00A0%"), (Formats.Percent(Credits.Of(4), Credits.Of(1_000)), Formats.Percent(Credits.Of(5), Credits.Of(1_000))));

    [Fact]
    public void Percent_OfNothing_IsZero() => Assert.Equal("0\u00A0%", Formats.Percent(Credits.Zero, Credits.Zero));

    [Fact]
    public void Time_NamesItsZone() => Assert.Equal("14:07:31\u00A0UTC", Formats.Time(s_now));

    [Theory]
    [InlineData(20, "just now")]
    [InlineData(5 * 60, "5 min ago")]
    [InlineData(3 * 3600, "3 h ago")]
    [InlineData(21 * 3600, "yesterday 17:07 UTC")]
    [InlineData(10 * 86400, "12\u00A0Nov")]
    public void Ago_ReadsAsPeopleSayIt(int seconds, string expected) =>
        Assert.Equal(expected, Formats.Ago(s_now, s_now.AddSeconds(-seconds)));

    [Theory]
    [InlineData(0.5, "less than an hour")]
    [InlineData(7, "about 7 hours")]
    [InlineData(120, "5 days")]
    public void Until_ReadsAsPeopleSayIt(double hours, string expected) =>
        Assert.Equal(expected, Formats.Until(s_now, s_now.AddHours(hours)));
}
