using System.Runtime.InteropServices;
using System.Text.Json;
using CopilotCapacity.Domain.Rating;
using CopilotCapacity.Portal.Hosting.Json;

namespace CopilotCapacity.Portal.Features.Usage.CloudEvents;

/// <summary>Reads members of an event's data, each of the type it must have.</summary>
internal readonly struct EventData(JsonElement data)
{
    public string? Text(string name) => TextOf(data, name, $"data.{name}");

    public string? Text(string parent, string name) => TextOf(Parent(parent), name, $"data.{parent}.{name}");

    public bool Flag(string parent, string name)
    {
        if (!TryGet(Parent(parent), name, out var value))
        {
            return false;
        }

        return value.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? value.GetBoolean()
            : throw EventFault.Invalid($"data.{parent}.{name}", "True or false is needed.");
    }

    /// <summary>Looks a member up; one that is null counts as absent.</summary>
    public static bool TryGet(JsonElement element, string name, out JsonElement value)
    {
        value = default;
        return element.ValueKind == JsonValueKind.Object
            && element.TryGetProperty(name, out value)
            && value.ValueKind != JsonValueKind.Null;
    }

    private static string? TextOf(JsonElement element, string name, string field)
    {
        if (!TryGet(element, name, out var value))
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.String)
        {
            throw EventFault.Invalid(field, "A text is needed.");
        }

        var text = value.GetString()!;
        if (text.Length > UsageEvent.TextLengthMax)
        {
            throw EventFault.Invalid(field, $"At most {UsageEvent.TextLengthMax} characters.");
        }

        return text.Length == 0 ? null : text;
    }

    private JsonElement Parent(string name)
    {
        if (!TryGet(data, name, out var value))
        {
            return default;
        }

        return value.ValueKind == JsonValueKind.Object
            ? value
            : throw EventFault.Invalid($"data.{name}", "An object is needed.");
    }
}

/// <summary>Reads what an event used, and how much of it.</summary>
internal static class EventItems
{
    private const long QuantityMax = 1_000_000_000;
    private const long Thousand = 1_000;

    public static UsageItem[] Read(FeatureRate? single, JsonElement data)
    {
        if (single is not null)
        {
            return [new UsageItem(single.Feature, Quantity(data, single, "data.quantity"))];
        }

        var isArray = EventData.TryGet(data, "items", out var items) && items.ValueKind == JsonValueKind.Array;
        if (!isArray || items.GetArrayLength() is < 1 or > UsageEvent.ItemsMax)
        {
            throw EventFault.Invalid("data.items", $"copilot.usage has 1 to {UsageEvent.ItemsMax} items.");
        }

        var read = new UsageItem[items.GetArrayLength()];
        for (var index = 0; index < read.Length; index++)
        {
            read[index] = ReadItem(items[index], $"data.items[{index}]");
        }

        return read;
    }

    private static UsageItem ReadItem(JsonElement item, string field)
    {
        var isText = EventData.TryGet(item, "feature", out var feature) && feature.ValueKind == JsonValueKind.String;
        if (!isText || RateCard.Find(feature.GetString()!) is not { } rate)
        {
            throw new EventFault($"{field}.feature", "unknown_feature", "The feature is a code of the rate card.");
        }

        return new UsageItem(rate.Feature, Quantity(item, rate, $"{field}.quantity"));
    }

    private static long Quantity(JsonElement parent, FeatureRate rate, string field)
    {
        if (!EventData.TryGet(parent, "quantity", out var value))
        {
            return Thousand;
        }

        // A longer number would be rounded to a decimal, and pass for what it is not.
        var isExact = value.ValueKind == JsonValueKind.Number && JsonMarshal.GetRawUtf8Value(value).Length <= ApiJson.NumberLengthMax;
        if (!isExact || !value.TryGetDecimal(out var quantity) || quantity <= 0 || quantity > QuantityMax)
        {
            throw new EventFault(field, "invalid_quantity", $"A quantity is a number above 0 and at most {QuantityMax}.");
        }

        var thousandths = quantity * Thousand;
        var unit = rate.AllowsFractions ? 1 : Thousand;
        return thousandths % unit == 0
            ? (long)thousandths
            : throw new EventFault(
                field, "invalid_quantity", rate.AllowsFractions ? "A quantity has at most three decimals." : $"A quantity of {rate.Code} is whole.");
    }
}
