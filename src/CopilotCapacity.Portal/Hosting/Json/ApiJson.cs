using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Portal.Features.Quota;

namespace CopilotCapacity.Portal.Hosting.Json;

/// <summary>How the API writes and reads JSON.</summary>
internal static class ApiJson
{
    /// <summary>A number written with at most this many characters is read without rounding.</summary>
    public const int NumberLengthMax = 28;

    public static JsonSerializerOptions Options { get; } = Configure(new JsonSerializerOptions(JsonSerializerDefaults.Web));

    /// <summary>How bodies are read: as they are written, but an enumeration has exactly one of its values.</summary>
    public static JsonSerializerOptions ReadOptions { get; } = CreateReadOptions();

    public static JsonSerializerOptions Configure(JsonSerializerOptions options)
    {
        options.NumberHandling = JsonNumberHandling.Strict;
        options.AllowDuplicateProperties = false;
        options.MaxDepth = 32;
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false));
        options.Converters.Add(new CreditsJsonConverter());
        options.Converters.Add(new InstantJsonConverter());
        options.Converters.Add(new UnreachableJsonConverter());
        return options;
    }

    private static JsonSerializerOptions CreateReadOptions()
    {
        var options = new JsonSerializerOptions(Options);
        options.Converters.Insert(0, new EnumNameConverter());
        return options;
    }
}

/// <summary>Credits are JSON numbers with at most three decimals.</summary>
internal sealed class CreditsJsonConverter : JsonConverter<Credits>
{
    public override Credits Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        // Beyond this a decimal would round what was written.
        var isExact = reader.TokenType == JsonTokenType.Number && reader.ValueSpan.Length <= ApiJson.NumberLengthMax;
        return isExact && reader.TryGetDecimal(out var value) && Credits.TryFrom(value, out var credits)
            ? credits
            : throw new JsonException("A number of credits has at most three decimals.");
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

    public static bool TryParse(string? text, out DateTimeOffset instant) => Rfc3339.TryParse(text, out instant);
}

/// <summary>Reads an enumeration by exactly one of its names, in any case; several joined by commas are none.</summary>
internal sealed class EnumNameConverter : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) => typeToConvert.IsEnum;

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(Converter<>).MakeGenericType(typeToConvert))!;

    private sealed class Converter<T> : JsonConverter<T>
        where T : struct, Enum
    {
        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.String && EnumNames.TryParse<T>(reader.GetString(), out var value)
                ? value
                : throw new JsonException($"One of {string.Join(", ", Enum.GetNames<T>().Select(JsonNamingPolicy.CamelCase.ConvertName))} is needed.");

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
            writer.WriteStringValue(JsonNamingPolicy.CamelCase.ConvertName(value.ToString()));
    }
}

/// <summary>Reads names of enumeration values.</summary>
internal static class EnumNames
{
    public static bool TryParse<T>(string? text, out T value)
        where T : struct, Enum
    {
        foreach (var candidate in Enum.GetValues<T>())
        {
            if (string.Equals(candidate.ToString(), text, StringComparison.OrdinalIgnoreCase))
            {
                value = candidate;
                return true;
            }
        }

        value = default;
        return false;
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
