using System.Text.Json;
using System.Text.Json.Serialization;
using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Time;
using CopilotCapacity.Domain.Units;

namespace CopilotCapacity.Storage.Ledger;

/// <summary>How journal entries are written. It is a file format: what was written once must stay readable.</summary>
public static class JournalJson
{
    /// <summary>camelCase; credits in thousandths, prices and money in millionths, months as <c>yyyy-MM</c>.</summary>
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters =
        {
            new JsonStringEnumConverter(JsonNamingPolicy.CamelCase),
            new Wrapped<Credits, long>(value => value.Thousandths, value => new Credits(value)),
            new Wrapped<CreditPrice, long>(value => value.MicrosPerCredit, value => new CreditPrice(value)),
            new Wrapped<Period, string>(value => value.ToString(), ParsePeriod),
            new Wrapped<EnvironmentId, Guid>(value => value.Value, value => new EnvironmentId(value)),
            new Wrapped<LinkedApplicationId, Guid>(value => value.Value, value => new LinkedApplicationId(value)),
            new Wrapped<GrantId, Guid>(value => value.Value, value => new GrantId(value)),
            new Wrapped<BillingPlanId, Guid>(value => value.Value, value => new BillingPlanId(value)),
            new Wrapped<HoldId, Guid>(value => value.Value, value => new HoldId(value)),
            new Wrapped<CapId, Guid>(value => value.Value, value => new CapId(value)),
            new Wrapped<RequestId, Guid>(value => value.Value, value => new RequestId(value)),
            new Wrapped<ReallocationId, Guid>(value => value.Value, value => new ReallocationId(value)),
        },
    };

    private static Period ParsePeriod(string text) => Period.TryParse(text, out var period)
        ? period
        : throw new JsonException($"'{text}' is no month.");

    private sealed class Wrapped<T, TPlain>(Func<T, TPlain> unwrap, Func<TPlain, T> wrap) : JsonConverter<T>
    {
        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            wrap(JsonSerializer.Deserialize<TPlain>(ref reader, options)!);

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
            JsonSerializer.Serialize(writer, unwrap(value), options);
    }
}
