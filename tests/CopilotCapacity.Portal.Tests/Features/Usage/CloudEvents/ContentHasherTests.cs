using System.Text.Json;
using CopilotCapacity.Portal.Features.Usage.CloudEvents;

namespace CopilotCapacity.Portal.Tests.Features.Usage.CloudEvents;

public sealed class ContentHasherTests
{
    private static readonly Guid s_subject = Guid.Parse("3c5f0000-0000-0000-0000-000000000001");

    [Theory]
    [InlineData("1", "1.0")]
    [InlineData("1", "1e0")]
    [InlineData("100", "1E+2")]
    [InlineData("0", "-0")]
    [InlineData("0", "0.000e7")]
    [InlineData("-1.50", "-15e-1")]
    [InlineData("\"a\"", "\"\\u0061\"")]
    [InlineData("\"/\"", "\"\\/\"")]
    [InlineData("{\"a\":1,\"b\":[2]}", "{ \"b\": [2.0], \"a\": 1e0 }")]
    public void Of_TheSameContentWrittenOtherwise_IsTheSame(string left, string right) => Assert.Equal(Hash(left), Hash(right));

    [Theory]
    [InlineData("1", "2")]
    [InlineData("1", "-1")]
    [InlineData("1", "10")]
    [InlineData("1", "\"1\"")]
    [InlineData("true", "\"true\"")]
    [InlineData("null", "{}")]
    [InlineData("{}", "[]")]
    [InlineData("[1,2]", "[2,1]")]
    [InlineData("[[1],2]", "[1,[2]]")]
    [InlineData("{\"a\":1}", "{\"a\":1,\"b\":null}")]
    [InlineData("{\"a\":\"b\"}", "{\"b\":\"a\"}")]
    [InlineData("{\"a\":{\"b\":1}}", "{\"a\":1,\"b\":1}")]
    [InlineData("12345678901234567890123456789", "12345678901234567890123456788")]
    [InlineData("0.1", "0.10000000000000000001")]
    public void Of_OtherContent_IsAnother(string left, string right) => Assert.NotEqual(Hash(left), Hash(right));

    [Theory]
    [InlineData("", "\"datacontenttype\": \"application/json\",")]
    [InlineData("\"extra\": 1,", "\"extra\": 1.0,")]
    [InlineData("\"extra\": 1,", "\"extra\": \"1\",")]
    [InlineData("\"extra\": null,", "")]
    public void Event_ThatSaysTheSame_HasTheSameContent(string left, string right) =>
        Assert.Equal(EventHash(EventText.Of(s_subject, "1", extra: left)), EventHash(EventText.Of(s_subject, "1", extra: right)));

    [Fact]
    public void Event_AtTheSameInstantInAnotherZone_HasTheSameContent() => Assert.Equal(
        EventHash(EventText.Of(s_subject, "1", time: "2026-11-15T10:00:00Z")),
        EventHash(EventText.Of(s_subject, "1", time: "2026-11-15T12:00:00.000+02:00")));

    [Theory]
    [InlineData("\"extra\": 1,", "")]
    [InlineData("\"extra\": 1,", "\"extra\": 2,")]
    [InlineData("\"extra\": \"a\",", "\"other\": \"a\",")]
    [InlineData("\"dataschema\": \"x\",", "")]
    public void Event_ThatSaysOtherwise_HasOtherContent(string left, string right) =>
        Assert.NotEqual(EventHash(EventText.Of(s_subject, "1", extra: left)), EventHash(EventText.Of(s_subject, "1", extra: right)));

    [Fact]
    public void Event_WithAndWithoutTime_HasOtherContent() => Assert.NotEqual(
        EventHash(EventText.Of(s_subject, "1")), EventHash(EventText.Of(s_subject, "1", time: null)));

    private static UInt128 Hash(string json) => ContentHasher.Of(JsonDocument.Parse(json).RootElement);

    private static UInt128 EventHash(string json) =>
        CloudEventReader.Read(JsonDocument.Parse(json).RootElement, DateTimeOffset.UnixEpoch).Usage!.ContentHash;
}
