using CopilotCapacity.Domain.Quota;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Time;
using CopilotCapacity.Portal.Components.Shared;
using Microsoft.AspNetCore.Components;

namespace CopilotCapacity.Portal.Features.Overview;

/// <summary>The environments of a tenant. It shows a view and tells what was asked for; the page keeps it in the address.</summary>
public sealed partial class EnvironmentTable
{
    private static readonly QuotaStatus[] s_worstFirst = [QuotaStatus.Depleted, QuotaStatus.Low, QuotaStatus.Available];

    private static readonly Dictionary<string, object?> s_allLabel = new(StringComparer.Ordinal) { ["aria-label"] = "Choose all environments on this page" };

    [Parameter, EditorRequired]
    public required TenantId Tenant { get; set; }

    /// <summary>The rows of the page, and how many match.</summary>
    [Parameter, EditorRequired]
    public required EnvironmentRows Rows { get; set; }

    /// <summary>How many environments there are, whether they match or not.</summary>
    [Parameter, EditorRequired]
    public required int Total { get; set; }

    [Parameter, EditorRequired]
    public required Period Period { get; set; }

    [Parameter, EditorRequired]
    public required DateTimeOffset AsOf { get; set; }

    [Parameter, EditorRequired]
    public required OverviewView View { get; set; }

    /// <summary>Whether each row shows type, region, cost centre and plan, and what it used as a number.</summary>
    [Parameter]
    public bool ShowPlace { get; set; }

    /// <summary>The environments that are chosen; null where none can be.</summary>
    [Parameter]
    public IReadOnlySet<EnvironmentId>? Selected { get; set; }

    [Parameter]
    public EventCallback<(OverviewEnvironment Environment, bool On)> OnSelect { get; set; }

    [Parameter]
    public EventCallback<bool> OnSelectPage { get; set; }

    /// <summary>Filters beyond the text and the status.</summary>
    [Parameter]
    public RenderFragment? MoreFilters { get; set; }

    /// <summary>What can be done with the chosen ones; shown above the rows.</summary>
    [Parameter]
    public RenderFragment? Toolbar { get; set; }

    /// <summary>What can be done while there is no environment.</summary>
    [Parameter]
    public RenderFragment? EmptyAction { get; set; }

    [Parameter]
    public EventCallback<string> OnFilter { get; set; }

    [Parameter]
    public EventCallback<QuotaStatus?> OnStatus { get; set; }

    [Parameter]
    public EventCallback<EnvironmentColumn> OnSort { get; set; }

    [Parameter]
    public EventCallback<int> OnPage { get; set; }

    [Parameter]
    public EventCallback OnClear { get; set; }

    [Parameter]
    public EventCallback<EnvironmentId> OnAllocate { get; set; }

    private string Matches => View.IsFiltered
        ? $"{Rows.Matches} of {Formats.Count(Total, "environment", "environments")}"
        : Formats.Count(Total, "environment", "environments");

    private bool IsPageSelected => Rows.Rows.Count > 0 && Rows.Rows.All(row => Selected?.Contains(row.Id) == true);

    private static Dictionary<string, object?> AllLabel => s_allLabel;

    private static string WordOf(QuotaStatus? status) => status is { } some ? StatusLook.Of(some).Word : "Any status";

    private static string TitleOf(EnvironmentColumn column) => column switch
    {
        EnvironmentColumn.Name => "Environment",
        EnvironmentColumn.Used => "Used of what it can reach",
        EnvironmentColumn.Allocated => "Allocated",
        EnvironmentColumn.Left => "Left",
        EnvironmentColumn.RunsOut => "Runs out",
        EnvironmentColumn.Place => "Type, region, cost centre",
        _ => "Status",
    };

    private static bool IsNumber(EnvironmentColumn column) => column is EnvironmentColumn.Allocated or EnvironmentColumn.Left;
}
