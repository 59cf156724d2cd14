using System.Text;
using System.Text.Json;
using CopilotCapacity.Portal.Features.Usage.CloudEvents;

namespace CopilotCapacity.Portal.Tests.Features.Usage.CloudEvents;

public sealed class CloudEventReaderTests
{
    private static readonly DateTimeOffset s_now = new(2026, 11, 15, 12, 0, 0, TimeSpan.Zero);
    private static readonly Guid s_subject = Guid.Parse("3c5f0000-0000-0000-0000-000000000001");

    [Theory]
    [InlineData("2026-11-22T10:00:00Z", "2026-11-22T10:00:00Z")]
    [InlineData("2026-11-22t10:00:00z", "2026-11-22T10:00:00Z")]
    [InlineData("2026-11-22T10:00:00+02:00", "2026-11-22T08:00:00Z")]
    [InlineData("2026-11-22T10:00:00-00:30", "2026-11-22T10:30:00Z")]
    [InlineData("2026-11-22T10:00:00-00:00", "2026-11-22T10:00:00Z")]
    [InlineData("2026-11-22T10:00:00.5Z", "2026-11-22T10:00:00.5Z")]
    [InlineData("2026-11-22T10:00:00.1234567Z", "2026-11-22T10:00:00.1234567Z")]
    [InlineData("2026-11-22T10:00:00.123456789Z", "2026-11-22T10:00:00.1234567Z")]
    [InlineData("2024-02-29T23:59:59.999+14:00", "2024-02-29T09:59:59.999Z")]
    public void Read_TimeOfRfc3339_IsThatInstant(string text, string instant)
    {
        var parsed = Read(EventText.Of(s_subject, "1", time: text));

        Assert.Equal(DateTimeOffset.Parse(instant, System.Globalization.CultureInfo.InvariantCulture), parsed.Usage!.Time);
    }

    [Theory]
    [InlineData("")]
    [InlineData("2026-11-22")]
    [InlineData("2026-11-22T10:00:00")]
    [InlineData("2026-11-22 10:00:00Z")]
    [InlineData("2026-11-22T10:00Z")]
    [InlineData("2026-11-22T10:00:00 Z")]
    [InlineData("2026-11-22T10:00:00 +02:00")]
    [InlineData("2026-11-22T10:00:00+0200")]
    [InlineData("2026-11-22T10:00:00.Z")]
    [InlineData("2026-11-22T24:00:00Z")]
    [InlineData("2026-11-22T10:60:00Z")]
    [InlineData("2026-02-29T10:00:00Z")]
    [InlineData("2026-11-31T10:00:00Z")]
    [InlineData("2026-13-01T10:00:00Z")]
    [InlineData("0000-01-01T00:00:00Z")]
    [InlineData("0001-01-01T00:00:00+02:00")]
    [InlineData("9999-12-31T23:59:59-02:00")]
    [InlineData("2026-11-22T10:00:00+24:00")]
    [InlineData("Sun, 22 Nov 2026 10:00:00 GMT")]
    [InlineData("\\u0662026-11-22T10:00:00Z")]
    public void Read_TimeThatIsNone_IsInvalid(string text)
    {
        var parsed = Read(EventText.Of(s_subject, "1", time: text));

        Assert.Equal("invalid_time", parsed.Refusal?.Code);
        Assert.Equal("1", parsed.Id);
    }

    [Theory]
    [InlineData("generativeAnswer", "{}", 1_000)]
    [InlineData("GENERATIVEANSWER", "{\"quantity\": null}", 1_000)]
    [InlineData("generativeAnswer", "{\"quantity\": 3.0}", 3_000)]
    [InlineData("generativeAnswer", "{\"quantity\": 3e0}", 3_000)]
    [InlineData("credits", "{\"quantity\": 0.001}", 1)]
    [InlineData("credits", "{\"quantity\": 1e-3}", 1)]
    [InlineData("credits", "{\"quantity\": 1.2500000}", 1_250)]
    [InlineData("voiceGenerative", "{\"quantity\": 0.5}", 500)]
    [InlineData("aiToolBasic", "{\"quantity\": 1000000000}", 1_000_000_000_000)]
    public void Read_Quantity_IsThousandthsOfTheUnit(string feature, string data, long thousandths)
    {
        var parsed = Read(EventText.Of(s_subject, "1", feature, data));

        Assert.Equal(thousandths, Assert.Single(parsed.Usage!.Items).QuantityThousandths);
    }

    [Theory]
    [InlineData("generativeAnswer", "0")]
    [InlineData("generativeAnswer", "-1")]
    [InlineData("generativeAnswer", "-0")]
    [InlineData("generativeAnswer", "0.5")]
    [InlineData("generativeAnswer", "1.0000000000000000000000000000000001")]
    [InlineData("generativeAnswer", "0.9999999999999999999999999999999999")]
    [InlineData("generativeAnswer", "\"1\"")]
    [InlineData("generativeAnswer", "true")]
    [InlineData("generativeAnswer", "[1]")]
    [InlineData("generativeAnswer", "{}")]
    [InlineData("generativeAnswer", "1e400")]
    [InlineData("generativeAnswer", "1e99999999999999999999999")]
    [InlineData("generativeAnswer", "99999999999999999999999999999999999999")]
    [InlineData("credits", "0.0005")]
    [InlineData("credits", "1e-400")]
    [InlineData("voicePremium", "0.12345")]
    [InlineData("agentFlowActions", "1.5")]
    [InlineData("contentProcessing", "0.999")]
    public void Read_QuantityThatIsNone_IsInvalid(string feature, string quantity)
    {
        var parsed = Read(EventText.Of(s_subject, "1", feature, $"{{\"quantity\": {quantity}}}"));

        Assert.Null(parsed.Usage);
        Assert.Equal("invalid_quantity", parsed.Refusal?.Code);
        Assert.Equal("data.quantity", parsed.Refusal?.Field);
    }

    [Theory]
    [InlineData("1", "invalid_event")]
    [InlineData("null", "invalid_event")]
    [InlineData("\"text\"", "invalid_event")]
    [InlineData("[]", "invalid_event")]
    [InlineData("{}", "invalid_event")]
    [InlineData("{\"specversion\": \"0.3\", \"id\": \"1\", \"source\": \"s\", \"type\": \"copilot.credits\", \"subject\": \"x\"}", "invalid_event")]
    [InlineData("{\"specversion\": 1.0, \"id\": \"1\", \"source\": \"s\", \"type\": \"copilot.credits\", \"subject\": \"x\"}", "invalid_event")]
    [InlineData("{\"specversion\": \"1.0\", \"id\": 1, \"source\": \"s\", \"type\": \"copilot.credits\", \"subject\": \"x\"}", "invalid_event")]
    [InlineData("{\"specversion\": \"1.0\", \"id\": \"\", \"source\": \"s\", \"type\": \"copilot.credits\", \"subject\": \"x\"}", "invalid_event")]
    [InlineData("{\"specversion\": \"1.0\", \"id\": null, \"source\": \"s\", \"type\": \"copilot.credits\", \"subject\": \"x\"}", "invalid_event")]
    [InlineData("{\"specversion\": \"1.0\", \"id\": {}, \"source\": \"s\", \"type\": \"copilot.credits\", \"subject\": \"x\"}", "invalid_event")]
    [InlineData("{\"specversion\": \"1.0\", \"id\": \"\\ud800\", \"source\": \"s\", \"type\": \"copilot.credits\", \"subject\": \"x\"}", "invalid_event")]
    [InlineData("{\"specversion\": \"1.0\", \"id\": \"1\", \"source\": \"s\", \"type\": \"copilot.credits\", \"subject\": \"x\"}", "unknown_subject")]
    [InlineData("{\"specversion\": \"1.0\", \"id\": \"1\", \"source\": \"s\", \"type\": \"copilot.nothing\", \"subject\": \"x\"}", "unknown_feature")]
    [InlineData("{\"specversion\": \"1.0\", \"id\": \"1\", \"source\": \"s\", \"type\": \"generativeAnswer\", \"subject\": \"x\"}", "unknown_feature")]
    [InlineData("{\"specversion\": \"1.0\", \"id\": \"1\", \"source\": \"s\", \"type\": \"copilot.usage\", \"subject\": \"x\"}", "invalid_event")]
    public void Read_EventThatIsNone_SaysWhy(string json, string code)
    {
        var parsed = Read(json);

        Assert.Null(parsed.Usage);
        Assert.Equal(code, parsed.Refusal?.Code);
    }

    [Theory]
    [InlineData("\"data\": 5")]
    [InlineData("\"data\": []")]
    [InlineData("\"data\": \"{}\"")]
    [InlineData("\"data_base64\": \"e30=\"")]
    [InlineData("\"datacontenttype\": \"text/xml\"")]
    [InlineData("\"data\": {\"user\": \"u-42\"}")]
    [InlineData("\"data\": {\"user\": {\"copilotLicensed\": \"true\"}}")]
    [InlineData("\"data\": {\"agent\": {\"id\": 7}}")]
    [InlineData("\"data\": {\"trigger\": 1}")]
    [InlineData("\"data\": {\"anything\": \"\\ud800\"}")]
    [InlineData("\"data\": {\"anything\": 1e99999999999999999999}")]
    [InlineData("\"extension\": {}")]
    [InlineData("\"extension\": \"\\ud800\"")]
    public void Read_MemberOfAnotherForm_IsInvalid(string member)
    {
        var json = $$"""{"specversion":"1.0","id":"1","source":"s","type":"copilot.credits","subject":"{{s_subject}}",{{member}}}""";

        Assert.Equal("invalid_event", Read(json).Refusal?.Code);
    }

    [Theory]
    [InlineData("[]", "data.items")]
    [InlineData("{}", "data.items")]
    [InlineData("[1]", "data.items[0].feature")]
    [InlineData("[{\"feature\": \"credits\"}, {\"feature\": \"none\"}]", "data.items[1].feature")]
    [InlineData("[{\"feature\": \"usage\"}]", "data.items[0].feature")]
    [InlineData("[{\"feature\": \"credits\", \"quantity\": 0}]", "data.items[0].quantity")]
    public void Read_ItemsThatAreNone_NameTheField(string items, string field)
    {
        var parsed = Read(EventText.Of(s_subject, "1", "usage", $"{{\"items\": {items}}}"));

        Assert.Equal(field, parsed.Refusal?.Field);
    }

    [Fact]
    public void Read_MissingTime_IsTheTimeOfArrival()
    {
        Assert.Equal(s_now, Read(EventText.Of(s_subject, "1", time: null)).Usage!.Time);
    }

    /// <summary>Whatever is sent, there is an event or a reason; what is no JSON is told by the parser's own exception.</summary>
    [Fact]
    public void Read_OfMutatedEvents_NeverThrows()
    {
        var random = new Random(20261115);
        string[] tokens =
        [
            "null", "true", "{}", "[]", "\"\"", "-0", "1e400", "1e-400", "0.0005", "\"\\ud800\"", "\"\\u0000\"", "[[[[]]]]", "1E+2",
            "99999999999999999999", "\"2026-02-30T00:00:00Z\"", "\"9999-12-31T23:59:59Z\"", "\"copilot.usage\"", "\"items\"", ",", "}", "{",
        ];
        var seed = EventText.Of(
            s_subject, "1", "usage",
            "{\"quantity\": 1.5, \"items\": [{\"feature\": \"credits\", \"quantity\": 2}], \"user\": {\"copilotLicensed\": true}, \"agent\": {\"id\": \"a\"}}");
        var understood = 0;
        for (var round = 0; round < 20_000; round++)
        {
            var text = new StringBuilder(seed);
            for (var change = random.Next(1, 4); change > 0; change--)
            {
                Mutate(text, random, tokens);
            }

            try
            {
                var parsed = Read(text.ToString());
                Assert.True(parsed.Usage is null != parsed.Refusal is null, text.ToString());
                understood += parsed.Usage is null ? 0 : 1;
            }
            catch (JsonException)
            {
                // No JSON: the request as a whole is answered 400.
            }
        }

        Assert.InRange(understood, 500, 19_500);
    }

    private static void Mutate(StringBuilder text, Random random, string[] tokens)
    {
        var at = random.Next(text.Length);
        switch (random.Next(4))
        {
            case 0:
                text.Remove(at, Math.Min(random.Next(1, 12), text.Length - at));
                text.Append(text.Length == 0 ? "{}" : "");
                break;
            case 1:
                text.Insert(at, tokens[random.Next(tokens.Length)]);
                break;
            case 2:
                text[at] = (char)random.Next(32, 127);
                break;
            default:
                ReplaceValue(text, random, tokens[random.Next(tokens.Length)]);
                break;
        }
    }

    // Keeps the JSON whole, so that the fuzz gets past the parser.
    private static void ReplaceValue(StringBuilder text, Random random, string token)
    {
        var all = text.ToString();
        var colons = Enumerable.Range(0, all.Length).Where(index => all[index] == ':').ToList();
        if (colons.Count == 0)
        {
            return;
        }

        var from = colons[random.Next(colons.Count)] + 1;
        var to = all.AsSpan(from).IndexOfAny(",}]");
        if (to > 0)
        {
            text.Remove(from, to).Insert(from, token);
        }
    }

    private static ParsedEvent Read(string json)
    {
        using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 32, AllowDuplicateProperties = false });
        return CloudEventReader.Read(document.RootElement, s_now);
    }
}
