using System.Globalization;
using System.Text;
using System.Text.Json;

namespace CopilotCapacity.Portal.Features.Usage.CloudEvents;

/// <summary>
/// An event's attributes as they are read, one after the other: those with a meaning as texts, the others in the hash only.
/// </summary>
internal sealed class EventAttributes
{
    public string? SpecVersion { get; private set; }

    public string? Id { get; private set; }

    public string? Source { get; private set; }

    public string? Type { get; private set; }

    public string? Subject { get; private set; }

    public string? Time { get; private set; }

    public string? DataContentType { get; private set; }

    public bool HasBase64 { get; private set; }

    /// <summary>
    /// What the attributes add to the hash of the content, but for the time, which counts by its instant, and the content type,
    /// which a sender in binary mode writes in another place.
    /// </summary>
    public UInt128 Hash { get; private set; }

    /// <summary>Takes up a member of a structured event; null is as good as absent.</summary>
    public void Add(JsonProperty member)
    {
        if (member.Value.ValueKind == JsonValueKind.Null)
        {
            return;
        }

        var name = ContentHasher.NameOf(member);
        if (member.Value.ValueKind == JsonValueKind.String)
        {
            Set(name, member.Value.GetString()!, ContentHasher.Of(member.Value));
        }
        else
        {
            var text = OtherText(member);
            Set(name, text, ContentHasher.OfText(text));
        }
    }

    /// <summary>Takes up a header of binary mode.</summary>
    public void Add(string name, string text) => Set(Encoding.UTF8.GetBytes(name), text, ContentHasher.OfText(text));

    private void Set(ReadOnlySpan<byte> name, string text, UInt128 hash)
    {
        switch (name)
        {
            case var _ when name.SequenceEqual("specversion"u8):
                SpecVersion = text;
                return;
            case var _ when name.SequenceEqual("datacontenttype"u8):
                DataContentType = text;
                return;
            case var _ when name.SequenceEqual("time"u8):
                Time = text;
                return;
            case var _ when name.SequenceEqual("id"u8):
                Id = text;
                break;
            case var _ when name.SequenceEqual("source"u8):
                Source = text;
                break;
            case var _ when name.SequenceEqual("type"u8):
                Type = text;
                break;
            case var _ when name.SequenceEqual("subject"u8):
                Subject = text;
                break;
            case var _ when name.SequenceEqual("data_base64"u8):
                HasBase64 = true;
                break;
        }

        Hash = unchecked(Hash + ContentHasher.OfMember(name, hash));
    }

    // The attributes of the standard are texts; an extension may be a number or a truth value, too.
    private static string OtherText(JsonProperty attribute) => attribute.Value.ValueKind switch
    {
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
}
