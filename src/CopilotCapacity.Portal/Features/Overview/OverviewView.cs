using System.Globalization;
using CopilotCapacity.Domain.Quota;
using CopilotCapacity.Domain.Tenancy;

namespace CopilotCapacity.Portal.Features.Overview;

/// <summary>A column of the environments table that can be sorted by.</summary>
public enum EnvironmentColumn
{
    Status,
    Name,
    Used,
    Allocated,
    Left,
    RunsOut,

    /// <summary>Its type, then its region, then its cost centre.</summary>
    Place,
}

/// <summary>
/// How the environments are filtered, sorted and paged. All of it comes from the query string, so that a link, the back
/// button and a reload show the same view. What cannot be read falls back to the default.
/// </summary>
public sealed record OverviewView
{
    public const int PageSize = 25;

    /// <summary>Longer filter texts are cut: no environment has such a name.</summary>
    public const int FilterLengthMax = 100;

    public string Filter { get; init; } = string.Empty;

    public QuotaStatus? Status { get; init; }

    /// <summary>The type to show alone; null for all.</summary>
    public EnvironmentType? Type { get; init; }

    /// <summary>The region to show alone; null for all.</summary>
    public string? Region { get; init; }

    /// <summary>The cost centre to show alone; null for all.</summary>
    public string? CostCenter { get; init; }

    public EnvironmentColumn Sort { get; init; }

    public bool IsDescending { get; init; }

    /// <summary>From 1.</summary>
    public int Page { get; init; } = 1;

    public bool IsFiltered => Filter.Length > 0 || Status is not null || Type is not null || Region is not null || CostCenter is not null;

    public static OverviewView Parse(string? filter, string? status, string? sort, int? page)
    {
        var text = (filter ?? string.Empty).Trim();
        var column = sort?.TrimStart('-');
        var isKnown = TryParse<EnvironmentColumn>(column, out var parsed);
        return new OverviewView
        {
            Filter = text.Length > FilterLengthMax ? text[..FilterLengthMax] : text,
            Status = TryParse<QuotaStatus>(status, out var wanted) ? wanted : null,
            Sort = isKnown ? parsed : EnvironmentColumn.Status,
            IsDescending = isKnown && sort!.StartsWith('-'),
            Page = Math.Max(1, page ?? 1),
        };
    }

    /// <summary>The same, of one place alone; what cannot be read falls back to all.</summary>
    public OverviewView Of(string? type, string? region, string? costCenter) => this with
    {
        Type = TryParse<EnvironmentType>(type, out var wanted) ? wanted : null,
        Region = Named(region),
        CostCenter = Named(costCenter),
    };

    /// <summary>The <c>sort</c> of the query string after the header of a column was pressed; null is the default.</summary>
    public string? SortAfterPressing(EnvironmentColumn column)
    {
        var isDescending = column == Sort && !IsDescending;
        if (column == EnvironmentColumn.Status && !isDescending)
        {
            return null;
        }

        return (isDescending ? "-" : string.Empty) + NameOf(column);
    }

    /// <summary>The value of <c>aria-sort</c> on a column's header.</summary>
    public string? AriaSort(EnvironmentColumn column) => column != Sort ? null : IsDescending ? "descending" : "ascending";

    /// <summary>The environments of the page in order, and how many pages and matches there are.</summary>
    public EnvironmentRows Apply(IReadOnlyList<OverviewEnvironment> environments)
    {
        var matches = environments.Where(Matches).ToList();
        var pages = Math.Max(1, (matches.Count + PageSize - 1) / PageSize);
        var page = Math.Min(Page, pages);
        var rows = Ordered(matches).Skip((page - 1) * PageSize).Take(PageSize);
        return new EnvironmentRows([.. rows], matches.Count, page, pages);
    }

    /// <summary>All environments that match, in order.</summary>
    public IEnumerable<OverviewEnvironment> Matching(IEnumerable<OverviewEnvironment> environments) => Ordered(environments.Where(Matches));

    /// <summary>An enum's name as the query string spells it.</summary>
    public static string NameOf<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();

    private bool Matches(OverviewEnvironment environment) =>
        (Status is null || environment.Status == Status)
        && (Type is null || environment.Type == Type)
        && (Region is null || string.Equals(environment.Region, Region, StringComparison.OrdinalIgnoreCase))
        && (CostCenter is null || string.Equals(environment.CostCenter, CostCenter, StringComparison.OrdinalIgnoreCase))
        && (Filter.Length == 0
            || Contains(environment.Name)
            || Contains(EnvironmentText.Applications(environment))
            || Contains(environment.Region)
            || Contains(environment.CostCenter ?? string.Empty)
            || Contains(environment.BillingPlan ?? string.Empty));

    private bool Contains(string text) =>
        CultureInfo.CurrentCulture.CompareInfo.IndexOf(text, Filter, CompareOptions.IgnoreCase | CompareOptions.IgnoreNonSpace) >= 0;

    private IEnumerable<OverviewEnvironment> Ordered(IEnumerable<OverviewEnvironment> environments)
    {
        var ordered = Sort switch
        {
            EnvironmentColumn.Name => By(environments, e => e.Name, StringComparer.CurrentCultureIgnoreCase),
            EnvironmentColumn.Place => By(environments, e => e.Type.ToString(), StringComparer.Ordinal)
                .ThenBy(e => e.Region, StringComparer.OrdinalIgnoreCase).ThenBy(e => e.CostCenter, StringComparer.CurrentCultureIgnoreCase),
            EnvironmentColumn.Used => By(environments, e => EnvironmentText.Shares(e).Used.Thousandths),
            EnvironmentColumn.Allocated => By(environments, e => e.Backed.Thousandths),
            EnvironmentColumn.Left => By(environments, e => e.Reach.IsUnlimited ? long.MaxValue : e.Reach.Left.Thousandths),
            EnvironmentColumn.RunsOut => By(environments, RunsOutOrder),
            // Worst first is what ascending means here: it is the order in which to look.
            _ => By(environments, e => -(int)e.Status).ThenBy(RunsOutOrder),
        };
        return ordered.ThenBy(e => e.Name, StringComparer.CurrentCultureIgnoreCase);
    }

    private IOrderedEnumerable<OverviewEnvironment> By<T>(
        IEnumerable<OverviewEnvironment> environments,
        Func<OverviewEnvironment, T> key,
        IComparer<T>? comparer = null) =>
        IsDescending ? environments.OrderByDescending(key, comparer) : environments.OrderBy(key, comparer);

    private static DateTimeOffset RunsOutOrder(OverviewEnvironment environment) => environment.Status == QuotaStatus.Depleted
        ? DateTimeOffset.MinValue
        : environment.RunsOutAt ?? DateTimeOffset.MaxValue;

    private static string? Named(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    // Enum.TryParse alone would take any number for a name.
    private static bool TryParse<T>(string? text, out T value)
        where T : struct, Enum
    {
        value = default;
        return text is { Length: > 0 } && !char.IsAsciiDigit(text[0]) && Enum.TryParse(text, ignoreCase: true, out value) && Enum.IsDefined(value);
    }
}

/// <summary>One page of environments.</summary>
public sealed record EnvironmentRows(IReadOnlyList<OverviewEnvironment> Rows, int Matches, int Page, int Pages);
