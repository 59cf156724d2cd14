using System.Runtime.InteropServices;
using System.Text.Json;
using CopilotCapacity.Domain.Rating;
using CopilotCapacity.Portal.Hosting.Json;

namespace CopilotCapacity.Portal.Features.Usage.CloudEvents;

/// <summary>
/// The members of an event's data, found in one pass; each is checked for its type when it is asked for.
/// </summary>
internal readonly ref struct EventData
{
    private readonly JsonElement _data;

    public EventData(JsonElement data)
    {
        _data = data;
        if (data.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        foreach (var member in data.EnumerateObject())
        {
            var name = ContentHasher.NameOf(member);
            switch (name)
            {
                case var _ when name.SequenceEqual("quantity"u8):
                    Quantity = member.Value;
                    break;
                case var _ when name.SequenceEqual("items"u8):
                    Items = member.Value;
                    break;
                case var _ when name.SequenceEqual("agent"u8):
                    Agent = member.Value;
                    break;
                case var _ when name.SequenceEqual("user"u8):
                    User = member.Value;
                    break;
                case var _ when name.SequenceEqual("trigger"u8):
                    Trigger = member.Value;
                    break;
                case var _ when name.SequenceEqual("channel"u8):
                    Channel = member.Value;
                    break;
                case var _ when name.SequenceEqual("product"u8):
                    Product = member.Value;
                    break;
                case var _ when name.SequenceEqual("model"u8):
                    Model = member.Value;
                    break;
                case var _ when name.SequenceEqual("tool"u8):
                    Tool = member.Value;
                    break;
                case var _ when name.SequenceEqual("knowledgeSource"u8):
                    KnowledgeSource = member.Value;
                    break;
                case var _ when name.SequenceEqual("costCenter"u8):
                    CostCenter = member.Value;
                    break;
            }
        }
    }

    /// <summary>What the data adds to the hash of the content.</summary>
    public UInt128 Hash => IsThere(_data) ? ContentHasher.OfMember("data"u8, ContentHasher.Of(_data)) : UInt128.Zero;

    public JsonElement Quantity { get; }

    public JsonElement Items { get; }

    public JsonElement Agent { get; }

    public JsonElement User { get; }

    public JsonElement Trigger { get; }

    public JsonElement Channel { get; }

    public JsonElement Product { get; }

    public JsonElement Model { get; }

    public JsonElement Tool { get; }

    public JsonElement KnowledgeSource { get; }

    public JsonElement CostCenter { get; }

    /// <summary>False for a member that is absent, or null, which counts as absent.</summary>
    public static bool IsThere(JsonElement value) => value.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null);

    public static string? Text(JsonElement value, string field)
    {
        if (!IsThere(value))
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

    public static string? Text(JsonElement parent, string parentField, string name) =>
        Member(parent, parentField, name) is var value && IsThere(value) ? Text(value, $"{parentField}.{name}") : null;

    public static bool Flag(JsonElement parent, string parentField, string name) => Member(parent, parentField, name).ValueKind switch
    {
        JsonValueKind.Undefined or JsonValueKind.Null or JsonValueKind.False => false,
        JsonValueKind.True => true,
        _ => throw EventFault.Invalid($"{parentField}.{name}", "True or false is needed."),
    };

    private static JsonElement Member(JsonElement parent, string field, string name)
    {
        if (!IsThere(parent))
        {
            return default;
        }

        if (parent.ValueKind != JsonValueKind.Object)
        {
            throw EventFault.Invalid(field, "An object is needed.");
        }

        return parent.TryGetProperty(name, out var value) ? value : default;
    }
}

/// <summary>Reads what an event used, and how much of it.</summary>
internal static class EventItems
{
    private const long QuantityMax = 1_000_000_000;
    private const long Thousand = 1_000;

    public static UsageItem[] Read(FeatureRate? single, EventData data)
    {
        if (single is not null)
        {
            return [new UsageItem(single.Feature, Quantity(data.Quantity, single, "data.quantity"))];
        }

        var items = data.Items;
        if (items.ValueKind != JsonValueKind.Array || items.GetArrayLength() is < 1 or > UsageEvent.ItemsMax)
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
        var feature = Member(item, "feature");
        if (feature.ValueKind != JsonValueKind.String || RateCard.Find(feature.GetString()!) is not { } rate)
        {
            throw new EventFault($"{field}.feature", "unknown_feature", "The feature is a code of the rate card.");
        }

        return new UsageItem(rate.Feature, Quantity(Member(item, "quantity"), rate, $"{field}.quantity"));
    }

    private static JsonElement Member(JsonElement item, string name) =>
        item.ValueKind == JsonValueKind.Object && item.TryGetProperty(name, out var value) ? value : default;

    private static long Quantity(JsonElement value, FeatureRate rate, string field)
    {
        if (!EventData.IsThere(value))
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
