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

        var attributes = new EventAttributes();
        var data = default(JsonElement);
        try
        {
            foreach (var member in element.EnumerateObject())
            {
                if (member.NameEquals("data"u8))
                {
                    data = member.Value;
                }
                else
                {
                    attributes.Add(member);
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
    public static ParsedEvent Read(EventAttributes attributes, JsonElement data, DateTimeOffset now)
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

    private static ParsedEvent Refused(EventAttributes attributes, EventFault fault) => new(
        attributes.Id, attributes.Source, null, fault.Refusal);

    private static UsageEvent ReadUsage(EventAttributes attributes, JsonElement data, DateTimeOffset now)
    {
        if (!string.Equals(Required(attributes.SpecVersion, "specversion"), "1.0", StringComparison.Ordinal))
        {
            throw EventFault.Invalid("specversion", "The specversion is 1.0.");
        }

        CheckDataForm(attributes, data);
        var id = Required(attributes.Id, "id");
        var source = Required(attributes.Source, "source");
        var type = Required(attributes.Type, "type");
        var subject = Required(attributes.Subject, "subject");
        var time = TimeOf(attributes.Time);
        var reader = new EventData(data);
        var items = EventItems.Read(ItemTypeOf(type), reader);
        if (!Guid.TryParse(subject, out var subjectId))
        {
            throw new EventFault("subject", "unknown_subject", "The subject is the id of an environment or a linked application.");
        }

        return new UsageEvent
        {
            Id = id,
            Source = source,
            Subject = subjectId,
            Time = time ?? now,
            Items = items,
            ContentHash = unchecked(attributes.Hash + reader.Hash + HashOf(time)),
            AgentId = EventData.Text(reader.Agent, "data.agent", "id"),
            AgentName = EventData.Text(reader.Agent, "data.agent", "name"),
            UserId = EventData.Text(reader.User, "data.user", "id"),
            CopilotLicensed = EventData.Flag(reader.User, "data.user", "copilotLicensed"),
            Trigger = EventData.Text(reader.Trigger, "data.trigger"),
            Channel = EventData.Text(reader.Channel, "data.channel"),
            Product = EventData.Text(reader.Product, "data.product"),
            Model = EventData.Text(reader.Model, "data.model"),
            Tool = EventData.Text(reader.Tool, "data.tool"),
            KnowledgeSource = EventData.Text(reader.KnowledgeSource, "data.knowledgeSource"),
            CostCenter = EventData.Text(reader.CostCenter, "data.costCenter"),
        };
    }

    private static void CheckDataForm(EventAttributes attributes, JsonElement data)
    {
        if (attributes.HasBase64)
        {
            throw EventFault.Invalid("data_base64", "The data is JSON, not base64.");
        }

        if (attributes.DataContentType?.Contains("json", StringComparison.OrdinalIgnoreCase) == false)
        {
            throw EventFault.Invalid("datacontenttype", "The data is JSON.");
        }

        if (data.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null or JsonValueKind.Object))
        {
            throw EventFault.Invalid("data", "The data is a JSON object.");
        }
    }

    private static string Required(string? value, string name)
    {
        if (value is not { Length: > 0 })
        {
            throw EventFault.Invalid(name, $"The event has no {name}.");
        }

        return value.Length <= UsageEvent.TextLengthMax
            ? value
            : throw EventFault.Invalid(name, $"At most {UsageEvent.TextLengthMax} characters.");
    }

    private static DateTimeOffset? TimeOf(string? text)
    {
        if (text is null)
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

    private static UInt128 HashOf(DateTimeOffset? time) =>
        time is { } instant ? ContentHasher.OfMember("time"u8, ContentHasher.OfInstant(instant)) : UInt128.Zero;
}
