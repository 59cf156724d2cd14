using System.Text.Json;
using System.Text.Json.Serialization;
using CopilotCapacity.Domain.Quota;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Portal.Hosting.Json;

namespace CopilotCapacity.Portal.Features.Quota;

/// <summary>Writes what a client does while the portal cannot be reached as <c>"refuse"</c>, <c>"allow"</c> or <c>{"allow": credits}</c>.</summary>
internal sealed class UnreachableJsonConverter : JsonConverter<UnreachableRule>
{
    private const string Expected = "The rule is \"refuse\", \"allow\", or {\"allow\": credits} with a number above zero.";

    public override UnreachableRule Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            var name = reader.GetString();
            return string.Equals(name, "refuse", StringComparison.OrdinalIgnoreCase) ? UnreachableRule.Refuse
                : string.Equals(name, "allow", StringComparison.OrdinalIgnoreCase) ? UnreachableRule.Allow
                : throw new JsonException(Expected);
        }

        if (reader.TokenType != JsonTokenType.StartObject || !reader.Read() || !reader.ValueTextEquals("allow") || !reader.Read())
        {
            throw new JsonException(Expected);
        }

        // Read here, so that what is wrong is said of the field and not of a part of it.
        return reader.TokenType == JsonTokenType.Number && reader.ValueSpan.Length <= ApiJson.NumberLengthMax
            && reader.TryGetDecimal(out var number) && Credits.TryFrom(number, out var limit) && limit.IsPositive
            && reader.Read() && reader.TokenType == JsonTokenType.EndObject
                ? UnreachableRule.AllowUpTo(limit)
                : throw new JsonException(Expected);
    }

    public override void Write(Utf8JsonWriter writer, UnreachableRule value, JsonSerializerOptions options)
    {
        if (value.Limit is { IsPositive: true } limit)
        {
            writer.WriteStartObject();
            writer.WritePropertyName("allow");
            JsonSerializer.Serialize(writer, limit, options);
            writer.WriteEndObject();
            return;
        }

        writer.WriteStringValue(value.Limit is null ? "allow" : "refuse");
    }
}
