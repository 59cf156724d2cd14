using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace CopilotCapacity.Portal.Hosting.Http;

/// <summary>One page of a list.</summary>
/// <param name="Items">What is on it.</param>
/// <param name="Next">The cursor of the next page; null on the last.</param>
public sealed record PageDto<T>(IReadOnlyList<T> Items, string? Next);

/// <summary>Where a page begins and how long it is.</summary>
/// <param name="Offset">How many items come before it.</param>
/// <param name="Limit">How many it holds at most.</param>
internal readonly record struct PageRange(int Offset, int Limit)
{
    public const int LimitMax = 1_000;
    private const int LimitDefault = 100;

    /// <summary>Reads <c>limit</c> and <c>cursor</c>; the result is the problem with them, or null.</summary>
    /// <param name="request">The request.</param>
    /// <param name="list">Names the list, so that a cursor of another one is refused.</param>
    /// <param name="range">The page.</param>
    public static IResult? Read(HttpRequest request, string list, out PageRange range)
    {
        var problem = ReadLimit(request, out var limit);
        range = new PageRange(0, limit);
        if (problem is not null)
        {
            return problem;
        }

        if (request.Query.TryGetValue("cursor", out var cursor) && cursor.ToString().Length > 0)
        {
            if (!TryDecode(cursor.ToString(), list, out var offset))
            {
                return Problems.Invalid("cursor", "The cursor is not one of this list.", "invalid_cursor");
            }

            range = range with { Offset = offset };
        }

        return null;
    }

    /// <summary>Reads <c>limit</c> alone, for lists with a cursor of their own.</summary>
    public static IResult? ReadLimit(HttpRequest request, out int limit)
    {
        limit = LimitDefault;
        return !request.Query.TryGetValue("limit", out var text)
            || (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit) && limit is >= 1 and <= LimitMax)
            ? null
            : Problems.Invalid("limit", $"The limit is a number from 1 to {LimitMax}.");
    }

    /// <summary>Cuts the page out of a list.</summary>
    public PageDto<T> Cut<T>(IReadOnlyList<T> all, string list)
    {
        var items = all.Skip(Offset).Take(Limit).ToList();
        return new PageDto<T>(items, Offset + items.Count < all.Count ? Encode(Offset + items.Count, list) : null);
    }

    /// <summary>A cursor that stands for a place in a list.</summary>
    public static string Encode(int offset, string list) =>
        Base64Url.EncodeToString(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{offset}:{list}")));

    private static bool TryDecode(string cursor, string list, out int offset)
    {
        offset = 0;
        var buffer = new byte[cursor.Length];
        if (Base64Url.DecodeFromChars(cursor, buffer, out _, out var length) != OperationStatus.Done)
        {
            return false;
        }

        var parts = Encoding.UTF8.GetString(buffer, 0, length).Split(':', 2);
        return parts.Length == 2
            && string.Equals(parts[1], list, StringComparison.Ordinal)
            && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out offset);
    }
}
