using System.Globalization;
using System.Text.Json;
using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Rating;
using CopilotCapacity.Portal.Hosting.Json;

namespace CopilotCapacity.Portal.Features.Usage.CloudEvents;

/// <summary>Reads one CloudEvent 1.0 into a fact.</summary>
internal static class CloudEventReader
{
    private const string TypePrefix = "copilot.";
    private const string CompoundType = "copilot.usage";

    /// <summary>Reads a structured event.</summary>
    public static ParsedEvent Read(JsonElement element, DateTimeOffset now)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            return new ParsedEvent(null, null, null, Refusal.Invalid("", "invalid_event", "An event is a JSON object."));
        }

        var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
        var data = default(JsonElement);
        try
        {
            foreach (var member in element.EnumerateObject())
            {
                if (member.NameEquals("data"u8))
                {
                    data = member.Value;
                }
                else if (member.Value.ValueKind != JsonValueKind.Null)
                {
                    attributes.Add(member.Name, AttributeText(member));
                }
            }
        }
        catch (EventFault fault)
        {
            return Refused(attributes, fault);
        }
        catch (InvalidOperationException)
        {
            return Refused(attributes, EventFault.Invalid("", "A text of the event is not Unicode."));
        }

        return Read(attributes, data, now);
    }

    /// <summary>Reads an event from its attributes and its data.</summary>
    public static ParsedEvent Read(Dictionary<string, string> attributes, JsonElement data, DateTimeOffset now)
    {
        try
        {
            var usage = ReadUsage(attributes, data, now);
            return new ParsedEvent(usage.Id, usage.Source, usage, null);
        }
        catch (EventFault fault)
        {
            return Refused(attributes, fault);
        }
        catch (InvalidOperationException)
        {
            // A lone surrogate is legal JSON, but no text.
            return Refused(attributes, EventFault.Invalid("data", "A text of the event is not Unicode."));
        }
    }

    private static ParsedEvent Refused(Dictionary<string, string> attributes, EventFault fault) => new(
        attributes.GetValueOrDefault("id"), attributes.GetValueOrDefault("source"), null, fault.Refusal);

    private static UsageEvent ReadUsage(Dictionary<string, string> attributes, JsonElement data, DateTimeOffset now)
    {
        if (!string.Equals(Required(attributes, "specversion"), "1.0", StringComparison.Ordinal))
        {
            throw EventFault.Invalid("specversion", "The specversion is 1.0.");
        }

        CheckDataForm(attributes, data);
        var id = Required(attributes, "id");
        var source = Required(attributes, "source");
        var type = Required(attributes, "type");
        var subject = Required(attributes, "subject");
        var time = TimeOf(attributes);
        var items = EventItems.Read(ItemTypeOf(type), data);
        if (!Guid.TryParse(subject, out var subjectId))
        {
            throw new EventFault("subject", "unknown_subject", "The subject is the id of an environment or a linked application.");
        }

        var reader = new EventData(data);
        return new UsageEvent
        {
            Id = id,
            Source = source,
            Subject = subjectId,
            Time = time ?? now,
            Items = items,
            ContentHash = HashOf(attributes, data, time),
            AgentId = reader.Text("agent", "id"),
            AgentName = reader.Text("agent", "name"),
            UserId = reader.Text("user", "id"),
            CopilotLicensed = reader.Flag("user", "copilotLicensed"),
            Trigger = reader.Text("trigger"),
            Channel = reader.Text("channel"),
            Product = reader.Text("product"),
            Model = reader.Text("model"),
            Tool = reader.Text("tool"),
            KnowledgeSource = reader.Text("knowledgeSource"),
            CostCenter = reader.Text("costCenter"),
        };
    }

    private static void CheckDataForm(Dictionary<string, string> attributes, JsonElement data)
    {
        if (attributes.ContainsKey("data_base64"))
        {
            throw EventFault.Invalid("data_base64", "The data is JSON, not base64.");
        }

        if (attributes.TryGetValue("datacontenttype", out var type) && !type.Contains("json", StringComparison.OrdinalIgnoreCase))
        {
            throw EventFault.Invalid("datacontenttype", "The data is JSON.");
        }

        if (data.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null or JsonValueKind.Object))
        {
            throw EventFault.Invalid("data", "The data is a JSON object.");
        }
    }

    private static string Required(Dictionary<string, string> attributes, string name)
    {
        if (!attributes.TryGetValue(name, out var value) || value.Length == 0)
        {
            throw EventFault.Invalid(name, $"The event has no {name}.");
        }

        return value.Length <= UsageEvent.TextLengthMax
            ? value
            : throw EventFault.Invalid(name, $"At most {UsageEvent.TextLengthMax} characters.");
    }

    private static DateTimeOffset? TimeOf(Dictionary<string, string> attributes)
    {
        if (!attributes.TryGetValue("time", out var text))
        {
            return null;
        }

        return InstantJsonConverter.TryParse(text, out var time)
            ? time
            : throw new EventFault("time", "invalid_time", "A time is written like 2026-11-22T10:00:00Z.");
    }

    // Null for the compound type, whose features are its items'.
    private static FeatureRate? ItemTypeOf(string type)
    {
        if (string.Equals(type, CompoundType, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        return type.StartsWith(TypePrefix, StringComparison.OrdinalIgnoreCase) && RateCard.Find(type[TypePrefix.Length..]) is { } rate
            ? rate
            : throw new EventFault("type", "unknown_feature", "The type is copilot. and a feature code, or copilot.usage.");
    }

    // The attributes of the standard are texts; an extension may be a number or a truth value, too.
    private static string AttributeText(JsonProperty attribute) => attribute.Value.ValueKind switch
    {
        JsonValueKind.String => attribute.Value.GetString()!,
        _ when attribute.Name is "specversion" or "id" or "source" or "type" or "subject" or "time" or "datacontenttype" or "dataschema" =>
            throw EventFault.Invalid(attribute.Name, "A text is needed."),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        JsonValueKind.Number => NumberText(attribute.Value),
        _ => throw EventFault.Invalid(attribute.Name, "An attribute is a text, a number or true or false."),
    };

    // 1.0 says what 1 says, which is what the header of the same event in binary mode holds.
    private static string NumberText(JsonElement number) => number.TryGetInt64(out _) || !number.TryGetDecimal(out var value)
        ? number.GetRawText()
        : value.ToString("0.############################", CultureInfo.InvariantCulture);

    private static UInt128 HashOf(Dictionary<string, string> attributes, JsonElement data, DateTimeOffset? time)
    {
        var sum = data.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null
            ? UInt128.Zero
            : ContentHasher.OfMember("data", ContentHasher.Of(data));
        foreach (var (name, value) in attributes)
        {
            if (name is "specversion" or "datacontenttype")
            {
                continue;
            }

            var hash = name is "time" ? ContentHasher.OfInstant(time!.Value) : ContentHasher.OfText(value);
            sum = unchecked(sum + ContentHasher.OfMember(name, hash));
        }

        return sum;
    }
}
