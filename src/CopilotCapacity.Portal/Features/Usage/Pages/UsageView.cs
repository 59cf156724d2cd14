using System.Globalization;
using CopilotCapacity.Domain.Time;
using CopilotCapacity.Storage.Queries;

namespace CopilotCapacity.Portal.Features.Usage.Pages;

/// <summary>A column of the table of usage that can be sorted by.</summary>
public enum UsageColumn
{
    /// <summary>What was billed.</summary>
    Billed,

    /// <summary>The name of the group.</summary>
    Name,

    /// <summary>What was not billed.</summary>
    NonBilled,

    /// <summary>How many uses.</summary>
    Uses,

    /// <summary>What it cost as you go.</summary>
    Money,
}

/// <summary>
/// What of usage is shown. All of it comes from the query string, so that a link, the back button and a reload show the same; what
/// cannot be read falls back to the default. Ranges that are relative stay so.
/// </summary>
public sealed record UsageView
{
    /// <summary>How many rows a page has.</summary>
    public const int PageSize = 25;

    /// <summary>How many days can be looked at together; longer ranges lose their first days.</summary>
    public const int DaysMax = 366;

    /// <summary>The range whose days are chosen one by one.</summary>
    public const string OwnDays = "days";

    /// <summary>The group of days; all others are dimensions of a use.</summary>
    public const string ByDay = "day";

    private static readonly Dictionary<string, UsageDimension> s_groups = new(StringComparer.Ordinal)
    {
        ["environment"] = UsageDimension.Environment,
        ["agent"] = UsageDimension.Agent,
        ["feature"] = UsageDimension.Feature,
        ["costCenter"] = UsageDimension.CostCenter,
    };

    /// <summary>The ranges to choose from, by their name in an address.</summary>
    public static IReadOnlyList<(string Name, string Words)> Ranges { get; } =
        [("month", "This month"), ("last-month", "Last month"), ("7d", "Last 7 days"), ("30d", "Last 30 days"), ("90d", "Last 90 days"), (OwnDays, "Other days…")];

    /// <summary>The groups to choose from, by their name in an address.</summary>
    public static IReadOnlyList<(string Name, string Words)> Groups { get; } =
        [("environment", "Environment"), ("agent", "Agent"), ("feature", "Feature"), ("costCenter", "Cost centre"), (ByDay, "Day")];

    /// <summary>The range's name.</summary>
    public string Range { get; init; } = "month";

    /// <summary>The first day and the last of a range of <see cref="OwnDays"/>, UTC; null for other ranges.</summary>
    public (DateOnly First, DateOnly Last)? Chosen { get; init; }

    /// <summary>The group's name.</summary>
    public string Group { get; init; } = "environment";

    /// <summary>The environment to count alone; null for all.</summary>
    public Guid? Environment { get; init; }

    /// <summary>The column to sort by.</summary>
    public UsageColumn Sort { get; init; }

    /// <summary>Whether the sorting is the other way round; numbers begin with the largest.</summary>
    public bool IsReversed { get; init; }

    /// <summary>From 1.</summary>
    public int Page { get; init; } = 1;

    /// <summary>What rows are of; null when each is of a day.</summary>
    public UsageDimension? Dimension => s_groups.TryGetValue(Group, out var dimension) ? dimension : null;

    /// <summary>Reads the query string's parts.</summary>
    public static UsageView Parse(string? range, string? group, string? environment, string? sort, string? page, string? from = null, string? to = null)
    {
        var chosen = string.Equals(range, OwnDays, StringComparison.Ordinal) ? DaysOf(from, to) : null;
        var isKnown = Ranges.Any(known => string.Equals(known.Name, range, StringComparison.Ordinal));
        var isByDay = string.Equals(group, ByDay, StringComparison.Ordinal);
        return new UsageView
        {
            Range = isKnown && (chosen is not null || !string.Equals(range, OwnDays, StringComparison.Ordinal)) ? range! : "month",
            Chosen = chosen,
            Group = isByDay || (group is not null && s_groups.ContainsKey(group)) ? group! : "environment",
            Environment = Guid.TryParse(environment, out var id) ? id : null,
            Sort = sort is null && isByDay ? UsageColumn.Name : ColumnOf(sort?.TrimStart('-')),

            // Days begin with the newest.
            IsReversed = sort is null ? isByDay : sort.StartsWith('-'),
            Page = int.TryParse(page, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? Math.Max(1, number) : 1,
        };
    }

    /// <summary>The first day and the last, in UTC.</summary>
    public (DateOnly First, DateOnly Last) DaysAt(DateTimeOffset now)
    {
        if (Chosen is { } chosen)
        {
            return chosen;
        }

        var today = DateOnly.FromDateTime(now.UtcDateTime);
        var month = Period.Of(now);
        return Range switch
        {
            "last-month" => (DayOf(month.Previous.Start), DayOf(month.Start).AddDays(-1)),
            "7d" => (today.AddDays(-6), today),
            "30d" => (today.AddDays(-29), today),
            "90d" => (today.AddDays(-89), today),
            _ => (DayOf(month.Start), today),
        };
    }

    /// <summary>The first instant and the first one after. A month is asked for as a whole, though its last days are to come: it is added up as a whole.</summary>
    public (DateTimeOffset From, DateTimeOffset To) SpanAt(DateTimeOffset now)
    {
        var (first, last) = DaysAt(now);
        return (StartOf(first), Range is "month" ? Period.Of(now).End : StartOf(last.AddDays(1)));
    }

    /// <summary>The <c>sort</c> of the query string after the header of a column was pressed; null is the default.</summary>
    public string? SortAfterPressing(UsageColumn column)
    {
        var isReversed = column == Sort && !IsReversed;
        return column == UsageColumn.Billed && !isReversed && Dimension is not null ? null : (isReversed ? "-" : "") + column.ToString().ToLowerInvariant();
    }

    /// <summary>The value of <c>aria-sort</c> on a column's header.</summary>
    public string? AriaSort(UsageColumn column) => column != Sort ? null : IsReversed == (column == UsageColumn.Name) ? "descending" : "ascending";

    /// <summary>A day as an address writes it.</summary>
    public static string NameOf(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    // Days the wrong way round are meant the other way.
    private static (DateOnly First, DateOnly Last)? DaysOf(string? from, string? to)
    {
        if (!TryParse(from, out var first) || !TryParse(to, out var last))
        {
            return null;
        }

        (first, last) = first <= last ? (first, last) : (last, first);
        return (last.DayNumber - first.DayNumber < DaysMax ? first : last.AddDays(1 - DaysMax), last);
    }

    private static bool TryParse(string? text, out DateOnly day) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out day) && day.Year is >= 2000 and < 2100;

    private static DateTimeOffset StartOf(DateOnly day) => new(day, TimeOnly.MinValue, TimeSpan.Zero);

    private static DateOnly DayOf(DateTimeOffset at) => DateOnly.FromDateTime(at.UtcDateTime);

    private static UsageColumn ColumnOf(string? name) =>
        Enum.TryParse<UsageColumn>(name, ignoreCase: true, out var column) && Enum.IsDefined(column) && !char.IsAsciiDigit(name![0]) ? column : UsageColumn.Billed;
}
