using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Portal.Components;
using Microsoft.AspNetCore.Components;

namespace CopilotCapacity.Portal.Features.Usage.Pages;

/// <summary>A tenant's usage, live. What is shown stands in the address.</summary>
public sealed partial class UsagePage
{
    // Roll-ups of weeks are added up for a page, so it follows the ledger slowly.
    private static readonly TimeSpan s_refreshInterval = TimeSpan.FromSeconds(5);

    private (Guid Tenant, UsageView View)? _asked;

    [Parameter]
    public Guid TenantId { get; set; }

    [SupplyParameterFromQuery(Name = "range")]
    private string? RangeText { get; set; }

    [SupplyParameterFromQuery(Name = "from")]
    private string? FromText { get; set; }

    [SupplyParameterFromQuery(Name = "to")]
    private string? ToText { get; set; }

    [SupplyParameterFromQuery(Name = "group")]
    private string? GroupText { get; set; }

    [SupplyParameterFromQuery(Name = "environment")]
    private string? EnvironmentText { get; set; }

    [SupplyParameterFromQuery(Name = "sort")]
    private string? SortText { get; set; }

    [SupplyParameterFromQuery(Name = "page")]
    private string? PageText { get; set; }

    [SupplyParameterFromQuery(Name = "chart")]
    private string? ChartView { get; set; }

    [Inject]
    private IUsageReader Reader { get; set; } = default!;

    private UsageView View => UsageView.Parse(RangeText, GroupText, EnvironmentText, SortText, PageText, FromText, ToText);

    // The export asks the same question; it is a download, so it is no place in the app.
    private string CsvUrl => PortalUrls.UsageCsv(new TenantId(TenantId)) + new Uri(Navigation.Uri).Query;

    protected override async Task OnParametersSetAsync()
    {
        // Prerendering shows the skeleton: reading there as well would ask the database twice for every visit.
        if (!RendererInfo.IsInteractive)
        {
            return;
        }

        Follow(new TenantId(TenantId), s_refreshInterval);
        if (_asked != (TenantId, View))
        {
            _asked = (TenantId, View);
            await RefreshAsync();
        }
    }

    protected override Task<UsageOverview?> ReadAsync(CancellationToken cancellationToken) => Reader.ReadAsync(new TenantId(TenantId), View, cancellationToken);

    // Choosing days begins with those that are shown.
    private void GoRange(string range)
    {
        var days = string.Equals(range, UsageView.OwnDays, StringComparison.Ordinal) && Shown is { } usage ? (First: usage.First, usage.Last) : ((DateOnly First, DateOnly Last)?)null;
        Go(
            ("range", string.Equals(range, "month", StringComparison.Ordinal) ? null : range),
            ("from", days is { } from ? UsageView.NameOf(from.First) : null),
            ("to", days is { } to ? UsageView.NameOf(to.Last) : null),
            ("page", null));
    }

    private void Go(params ReadOnlySpan<(string Name, object? Value)> changes)
    {
        var query = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var (name, value) in changes)
        {
            query[name] = value;
        }

        Navigation.NavigateTo(Navigation.GetUriWithQueryParameters(query));
    }
}
