using System.Buffers;
using System.Buffers.Binary;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace CopilotCapacity.Portal.Features.Usage.CloudEvents;

/// <summary>
/// A 128-bit hash of JSON that looks at what is said, not at how: the order of members, escapes in strings and the spelling of
/// numbers (1, 1.0, 1e0) make no difference.
/// </summary>
internal static class ContentHasher
{
    private const int HashBytes = 16;
    private const char TextTag = '"';

    public static UInt128 Of(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => OfObject(element),
        JsonValueKind.Array => OfArray(element),
        JsonValueKind.String => OfString(element),
        JsonValueKind.Number => OfNumber(element),
        JsonValueKind.True => XxHash128.HashToUInt128("t"u8),
        JsonValueKind.False => XxHash128.HashToUInt128("f"u8),
        _ => XxHash128.HashToUInt128("0"u8),
    };

    public static UInt128 OfText(string text) => OfTagged(TextTag, text);

    public static UInt128 OfInstant(DateTimeOffset instant)
    {
        Span<byte> tagged = stackalloc byte[sizeof(long) + 1];
        tagged[0] = (byte)'i';
        BinaryPrimitives.WriteInt64BigEndian(tagged[1..], instant.UtcTicks);
        return XxHash128.HashToUInt128(tagged);
    }

    /// <summary>A member's part of its object; the parts are added, so that their order makes no difference.</summary>
    public static UInt128 OfMember(ReadOnlySpan<byte> name, UInt128 value)
    {
        Span<byte> bytes = stackalloc byte[HashBytes];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, value);
        return XxHash128.HashToUInt128(bytes, unchecked((long)XxHash3.HashToUInt64(name)));
    }

    /// <summary>A member's name, where it stands if it is written without escapes.</summary>
    public static ReadOnlySpan<byte> NameOf(JsonProperty member)
    {
        var raw = JsonMarshal.GetRawUtf8PropertyName(member);
        return raw.Contains((byte)'\\') ? Encoding.UTF8.GetBytes(member.Name) : raw;
    }

    private static UInt128 OfObject(JsonElement element)
    {
        var sum = UInt128.Zero;
        foreach (var member in element.EnumerateObject())
        {
            sum = unchecked(sum + OfMember(NameOf(member), Of(member.Value)));
        }

        Span<byte> tagged = stackalloc byte[HashBytes + 1];
        tagged[0] = (byte)'o';
        BinaryPrimitives.WriteUInt128BigEndian(tagged[1..], sum);
        return XxHash128.HashToUInt128(tagged);
    }

    // Without escapes a text is hashed where it stands, with its opening quote as the tag.
    private static UInt128 OfString(JsonElement element)
    {
        var raw = JsonMarshal.GetRawUtf8Value(element);
        return raw.Contains((byte)'\\') ? OfText(element.GetString()!) : XxHash128.HashToUInt128(raw[..^1]);
    }

    private static UInt128 OfArray(JsonElement element)
    {
        var bytes = new byte[(element.GetArrayLength() * HashBytes) + 1];
        bytes[0] = (byte)'a';
        var position = 1;
        foreach (var item in element.EnumerateArray())
        {
            BinaryPrimitives.WriteUInt128BigEndian(bytes.AsSpan(position), Of(item));
            position += HashBytes;
        }

        return XxHash128.HashToUInt128(bytes);
    }

    private static UInt128 OfTagged(char tag, string text)
    {
        var length = Encoding.UTF8.GetMaxByteCount(text.Length) + 1;
        var rented = length > 512 ? ArrayPool<byte>.Shared.Rent(length) : null;
        var buffer = rented ?? stackalloc byte[512];
        buffer[0] = (byte)tag;
        var written = Encoding.UTF8.GetBytes(text, buffer[1..]) + 1;
        var hash = XxHash128.HashToUInt128(buffer[..written]);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }

        return hash;
    }

    private static UInt128 OfNumber(JsonElement element)
    {
        // The most common number is a single digit, and canonical but for its power.
        var raw = JsonMarshal.GetRawUtf8Value(element);
        return raw.Length == 1 && raw[0] != (byte)'0'
            ? XxHash128.HashToUInt128([(byte)'n', raw[0], (byte)'e', (byte)'0'])
            : OfTagged('n', CanonicalNumber(element.GetRawText()));
    }

    // The digits without zeros at either end, and the power of ten of the last one.
    private static string CanonicalNumber(string raw)
    {
        var isNegative = raw[0] == '-';
        var exponentAt = raw.AsSpan().IndexOfAny('e', 'E');
        var mantissa = (exponentAt < 0 ? raw : raw[..exponentAt]).TrimStart('-');
        var power = 0L;
        if (exponentAt >= 0 && !long.TryParse(
            raw.AsSpan(exponentAt + 1), System.Globalization.NumberStyles.AllowLeadingSign, System.Globalization.CultureInfo.InvariantCulture, out power))
        {
            throw EventFault.Invalid("data", "A number has an exponent that nobody means.");
        }

        var point = mantissa.IndexOf('.', StringComparison.Ordinal);
        var digits = mantissa.Replace(".", "", StringComparison.Ordinal).TrimStart('0');
        var trimmed = digits.TrimEnd('0');
        if (trimmed.Length == 0)
        {
            return "0";
        }

        var decimals = point < 0 ? 0 : mantissa.Length - point - 1;
        var lastPower = (Int128)power - decimals + (digits.Length - trimmed.Length);
        return $"{(isNegative ? "-" : "")}{trimmed}e{lastPower}";
    }
}
