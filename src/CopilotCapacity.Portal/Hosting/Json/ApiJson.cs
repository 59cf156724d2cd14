using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using CopilotCapacity.Domain.Units;

namespace CopilotCapacity.Portal.Hosting.Json;

/// <summary>How the API writes and reads JSON.</summary>
internal static class ApiJson
{
    public static JsonSerializerOptions Options { get; } = Configure(new JsonSerializerOptions(JsonSerializerDefaults.Web));

    public static JsonSerializerOptions Configure(JsonSerializerOptions options)
    {
        options.NumberHandling = JsonNumberHandling.Strict;
        options.AllowDuplicateProperties = false;
        options.MaxDepth = 32;
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false));
        options.Converters.Add(new CreditsJsonConverter());
        options.Converters.Add(new InstantJsonConverter());
        return options;
    }
}

/// <summary>Credits are JSON numbers with at most three decimals.</summary>
internal sealed class CreditsJsonConverter : JsonConverter<Credits>
{
    public override Credits Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.Number || !reader.TryGetDecimal(out var value) || !Credits.TryFrom(value, out var credits))
        {
            throw new JsonException("A number of credits has at most three decimals.");
        }

        return credits;
    }

    public override void Write(Utf8JsonWriter writer, Credits value, JsonSerializerOptions options)
    {
        var (whole, rest) = Math.DivRem(value.Thousandths, Credits.PerCredit);
        if (rest == 0)
        {
            writer.WriteNumberValue(whole);
        }
        else
        {
            writer.WriteRawValue(value.ToString());
        }
    }
}

/// <summary>Instants are RFC 3339 in UTC; a time without a zone is refused, since it could mean any.</summary>
internal sealed class InstantJsonConverter : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && TryParse(reader.GetString(), out var instant)
            ? instant
            : throw new JsonException("A time is written like 2026-11-22T10:00:00Z.");

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture));

    public static bool TryParse(string? text, out DateTimeOffset instant)
    {
        instant = default;
        var hasZone = text is { Length: >= 20 } && text[10] is 'T' or 't' && (text[^1] is 'Z' or 'z' || text[^6] is '+' or '-');
        if (!hasZone || !DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var parsed))
        {
            return false;
        }

        instant = parsed.ToUniversalTime();
        return true;
    }
}

/// <summary>Money: the amount as a decimal string, beside its currency.</summary>
/// <param name="Amount">For example <c>12.30</c>.</param>
/// <param name="Currency">An ISO 4217 code.</param>
public sealed record MoneyDto(string Amount, string Currency)
{
    /// <summary>Writes a sum of money.</summary>
    public static MoneyDto From(long micros, string currency) =>
        new(new Money(micros, new CurrencyCode(currency)).ToAmountString(), currency);

    /// <summary>Reads a sum of money that is not below zero; false when it is none.</summary>
    public bool TryToMoney(out Money money)
    {
        money = default;
        return decimal.TryParse(Amount, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount)
            && CurrencyCode.TryParse(Currency, out var currency)
            && Money.TryFrom(amount, currency, out money);
    }
}
