using CopilotCapacity.Domain.Alerts;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Storage.Queries;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace CopilotCapacity.Portal.Features.Alerts.Pages;

/// <summary>A tenant's alerts by stories, live. What is looked for stands in the address.</summary>
public sealed partial class AlertsPage
{
    private const int UndoMilliseconds = 10_000;

    private static readonly IReadOnlyList<(string Name, string Words)> s_kinds =
        [.. Enum.GetValues<AlertKind>().Select(kind => (AlertWords.KindOf(kind), StoryText.KindOf(kind)))];

    private (Guid Tenant, AlertView View)? _asked;

    [Parameter]
    public Guid TenantId { get; set; }

    [SupplyParameterFromQuery(Name = "state")]
    private string? StateText { get; set; }

    [SupplyParameterFromQuery(Name = "severity")]
    private string? SeverityText { get; set; }

    [SupplyParameterFromQuery(Name = "kind")]
    private string? KindText { get; set; }

    [SupplyParameterFromQuery(Name = "range")]
    private string? RangeText { get; set; }

    [SupplyParameterFromQuery(Name = "environment")]
    private string? EnvironmentText { get; set; }

    [SupplyParameterFromQuery(Name = "plan")]
    private string? PlanText { get; set; }

    [SupplyParameterFromQuery(Name = "before")]
    private string? BeforeText { get; set; }

    [Inject]
    private IAlertDesk Desk { get; set; } = default!;

    [Inject]
    private ISnackbar Snackbar { get; set; } = default!;

    private AlertView View => AlertView.Parse(StateText, SeverityText, KindText, RangeText, EnvironmentText, PlanText, BeforeText);

    protected override async Task OnParametersSetAsync()
    {
        // Prerendering shows the skeleton: reading there as well would ask the database twice for every visit.
        if (!RendererInfo.IsInteractive || _asked == (TenantId, View))
        {
            return;
        }

        _asked = (TenantId, View);
        Follow(new TenantId(TenantId), AlertNewsWatch.RefreshInterval, commit => commit.ConcernsAlerts);
        await RefreshAsync();
    }

    protected override Task<AlertPage?> ReadAsync(CancellationToken cancellationToken) =>
        Desk.ReadAsync(new TenantId(TenantId), View.Filter, AlertView.PageSize, cancellationToken);

    private static string NameOf(StoryState? state) => StoryText.States.Where(known => known.State == state).Select(known => known.Name).FirstOrDefault("");

    private static string NameOf(AlertSeverity? severity) =>
        StoryText.Severities.Where(known => known.Severity == severity).Select(known => known.Name).FirstOrDefault("");

    private static string WordsOf(IEnumerable<(string Name, string Words)> all, string? name) =>
        all.Where(known => string.Equals(known.Name, name, StringComparison.Ordinal)).Select(known => known.Words).FirstOrDefault("All");

    // Another choice begins with its newest.
    private void Go(params ReadOnlySpan<(string Name, string? Value)> changes)
    {
        var query = new Dictionary<string, object?>(StringComparer.Ordinal) { ["before"] = null };
        foreach (var (name, value) in changes)
        {
            query[name] = string.IsNullOrEmpty(value) ? null : value;
        }

        Navigation.NavigateTo(Navigation.GetUriWithQueryParameters(query));
    }

    private Task TakeAsync(StoryView view) =>
        TellAsync(view, desk => desk.AcknowledgeAsync(new TenantId(TenantId), view.Story.Number, CancellationToken.None), "You are on it: others see that.");

    private Task SnoozeAsync((StoryView View, DateTimeOffset Until) asked) => TellAsync(
        asked.View,
        desk => desk.SnoozeAsync(new TenantId(TenantId), asked.View.Story.Number, asked.Until, CancellationToken.None),
        "Set aside. It comes back by itself, and at once when it gets worse.");

    private async Task ReleaseAsync(StoryView view)
    {
        var refusal = await AskAsync(() => Desk.ReleaseAsync(new TenantId(TenantId), view.Story.Number, CancellationToken.None));
        Snackbar.Add(refusal ?? "Taken back: it needs somebody again.", refusal is null ? Severity.Normal : Severity.Error, options => options.HideIcon = true);
        await RefreshAsync();
    }

    private async Task TellAsync(StoryView view, Func<IAlertDesk, Task<string?>> change, string done)
    {
        var refusal = await AskAsync(() => change(Desk));
        Snackbar.Add(refusal ?? done, refusal is null ? Severity.Normal : Severity.Error, options =>
        {
            options.HideIcon = true;
            if (refusal is null)
            {
                options.Action = "Undo";
                options.VisibleStateDuration = UndoMilliseconds;
                options.OnClick = _ => InvokeAsync(() => ReleaseAsync(view));
            }
        });
        await RefreshAsync();
    }
}
