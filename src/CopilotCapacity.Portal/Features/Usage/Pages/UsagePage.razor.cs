using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Metering.Feed;
using CopilotCapacity.Portal.Components;
using CopilotCapacity.Portal.Components.Live;
using Microsoft.AspNetCore.Components;

namespace CopilotCapacity.Portal.Features.Usage.Pages;

/// <summary>A tenant's usage, live. What is shown stands in the address.</summary>
public sealed partial class UsagePage : IDisposable
{
    // Roll-ups of weeks are added up for a page, so it follows the ledger slowly.
    private static readonly TimeSpan s_refreshInterval = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _disposal = new();
    private CallbackThrottle? _throttle;
    private IDisposable? _subscription;
    private TenantId? _tenant;
    private UsageOverview? _usage;
    private UsageView? _shown;
    private bool _hasFailed;

    [Parameter]
    public Guid TenantId { get; set; }

    [SupplyParameterFromQuery(Name = "range")]
    private string? RangeText { get; set; }

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

    [Inject]
    private LedgerFeed Feed { get; set; } = default!;

    [Inject]
    private TimeProvider Time { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private ILogger<UsagePage> Logger { get; set; } = default!;

    private UsageView View => UsageView.Parse(RangeText, GroupText, EnvironmentText, SortText, PageText);

    // The export asks the same question; it is a download, so it is no place in the app.
    private string CsvUrl => PortalUrls.UsageCsv(new TenantId(TenantId)) + new Uri(Navigation.Uri).Query;

    public void Dispose()
    {
        _subscription?.Dispose();
        _throttle?.Dispose();
        _disposal.Cancel();
        _disposal.Dispose();
    }

    protected override async Task OnParametersSetAsync()
    {
        // Prerendering shows the skeleton: reading there as well would ask the database twice for every visit.
        if (!RendererInfo.IsInteractive)
        {
            return;
        }

        var tenant = new TenantId(TenantId);
        if (_tenant != tenant)
        {
            _subscription?.Dispose();
            _throttle?.Dispose();
            (_tenant, _usage, _shown) = (tenant, null, null);
            var throttle = _throttle = new CallbackThrottle(Time, s_refreshInterval, () => InvokeAsync(RefreshAsync));
            _subscription = Feed.Subscribe(tenant, _ => throttle.Signal());
        }

        if (_shown != View)
        {
            _shown = View;
            await RefreshAsync();
        }
    }

    private async Task RefreshAsync()
    {
        try
        {
            var usage = await Reader.ReadAsync(new TenantId(TenantId), View, _disposal.Token);
            _hasFailed = false;
            if (usage is null)
            {
                Navigation.NotFound();
                return;
            }

            _usage = usage;
        }
        catch (OperationCanceledException) when (_disposal.IsCancellationRequested)
        {
            // The tab was closed.
            return;
        }
        catch (Exception exception)
        {
            UsagePageLog.ReadFailed(Logger, exception, TenantId);
            _hasFailed = true;
        }

        StateHasChanged();
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

/// <summary>The log messages of the page of usage.</summary>
internal static partial class UsagePageLog
{
    [LoggerMessage(EventId = 3801, Level = LogLevel.Error, Message = "The usage of tenant {TenantId} could not be read")]
    public static partial void ReadFailed(ILogger logger, Exception exception, Guid tenantId);
}
