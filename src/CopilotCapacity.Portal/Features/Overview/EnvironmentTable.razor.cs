using CopilotCapacity.Domain.Quota;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Portal.Components.Shared;
using Microsoft.AspNetCore.Components;

namespace CopilotCapacity.Portal.Features.Overview;

/// <summary>The environments of a tenant. It shows a view and tells what was asked for; the page keeps it in the address.</summary>
public sealed partial class EnvironmentTable
{
    private static readonly QuotaStatus[] s_worstFirst = [QuotaStatus.Depleted, QuotaStatus.Low, QuotaStatus.Available];

    private EnvironmentRows _rows = new([], 0, 1, 1);

    [Parameter, EditorRequired]
    public required TenantOverview Overview { get; set; }

    [Parameter, EditorRequired]
    public required OverviewView View { get; set; }

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
        ? $"{_rows.Matches} of {Formats.Count(Overview.Environments.Count, "environment", "environments")}"
        : Formats.Count(Overview.Environments.Count, "environment", "environments");

    protected override void OnParametersSet() => _rows = View.Apply(Overview.Environments);

    private static string WordOf(QuotaStatus? status) => status is { } some ? StatusLook.Of(some).Word : "Any status";

    private static string TitleOf(EnvironmentColumn column) => column switch
    {
        EnvironmentColumn.Name => "Environment",
        EnvironmentColumn.Used => "Used of what it can reach",
        EnvironmentColumn.Allocated => "Allocated",
        EnvironmentColumn.Left => "Left",
        EnvironmentColumn.RunsOut => "Runs out",
        _ => "Status",
    };

    private static bool IsNumber(EnvironmentColumn column) => column is EnvironmentColumn.Allocated or EnvironmentColumn.Left;
}
