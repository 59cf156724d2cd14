using System.Buffers;
using System.Buffers.Binary;
using System.IO.Hashing;
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

    public static UInt128 Of(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => OfObject(element),
        JsonValueKind.Array => OfArray(element),
        JsonValueKind.String => OfText(element.GetString()!),
        JsonValueKind.Number => OfTagged('n', CanonicalNumber(element.GetRawText())),
        JsonValueKind.True => OfTagged('t', ""),
        JsonValueKind.False => OfTagged('f', ""),
        _ => OfTagged('0', ""),
    };

    public static UInt128 OfText(string text) => OfTagged('s', text);

    public static UInt128 OfInstant(DateTimeOffset instant) => OfTagged('i', instant.UtcTicks.ToString(System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>A member's part of its object; the parts are added, so that their order makes no difference.</summary>
    public static UInt128 OfMember(string name, UInt128 value)
    {
        Span<byte> pair = stackalloc byte[2 * HashBytes];
        BinaryPrimitives.WriteUInt128BigEndian(pair, OfTagged('m', name));
        BinaryPrimitives.WriteUInt128BigEndian(pair[HashBytes..], value);
        return XxHash128.HashToUInt128(pair);
    }

    private static UInt128 OfObject(JsonElement element)
    {
        var sum = UInt128.Zero;
        foreach (var member in element.EnumerateObject())
        {
            sum = unchecked(sum + OfMember(member.Name, Of(member.Value)));
        }

        Span<byte> tagged = stackalloc byte[HashBytes + 1];
        tagged[0] = (byte)'o';
        BinaryPrimitives.WriteUInt128BigEndian(tagged[1..], sum);
        return XxHash128.HashToUInt128(tagged);
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
