using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Metering.Feed;
using CopilotCapacity.Portal.Components;
using CopilotCapacity.Portal.Components.Live;
using CopilotCapacity.Portal.Components.Shared;
using CopilotCapacity.Storage.Queries;
using Microsoft.AspNetCore.Components;

namespace CopilotCapacity.Portal.Features.Alerts.Pages;

/// <summary>
/// What is new in the tenant shown: a number for the eye, words for the ear. It looks when a commit concerns alerts, and at nothing
/// in between.
/// </summary>
public sealed partial class AlertBell : IDisposable
{
    private readonly CancellationTokenSource _disposal = new();
    private readonly AlertNewsWatch _watch = new();
    private CallbackThrottle? _throttle;
    private IDisposable? _subscription;
    private TenantId? _followed;
    private AlertNews? _news;
    private bool _hasFailed;

    [Parameter]
    public TenantId? Tenant { get; set; }

    /// <summary>Told with what was read; null for no tenant.</summary>
    [Parameter]
    public EventCallback<AlertNews?> OnNews { get; set; }

    [Inject]
    private IAlertDesk Desk { get; set; } = default!;

    [Inject]
    private LedgerFeed Feed { get; set; } = default!;

    [Inject]
    private TimeProvider Time { get; set; } = default!;

    [Inject]
    private ILogger<AlertBell> Logger { get; set; } = default!;

    private string Label => _news is { Counts.Unseen: > 0 and var unseen } ? $"Alerts: {Formats.Count(unseen, "is new", "are new")}" : "Alerts: nothing new";

    public void Dispose()
    {
        _subscription?.Dispose();
        _throttle?.Dispose();
        _disposal.Cancel();
        _disposal.Dispose();
    }

    protected override async Task OnParametersSetAsync()
    {
        if (!RendererInfo.IsInteractive || _followed == Tenant)
        {
            return;
        }

        _subscription?.Dispose();
        _throttle?.Dispose();
        (_followed, _news) = (Tenant, null);
        _watch.Forget();
        await OnNews.InvokeAsync(null);
        if (Tenant is { } tenant)
        {
            var throttle = _throttle = new CallbackThrottle(Time, AlertNewsWatch.RefreshInterval, () => InvokeAsync(ReadAsync));
            _subscription = Feed.Subscribe(tenant, commit =>
            {
                if (commit.ConcernsAlerts)
                {
                    throttle.Signal();
                }
            });
            await ReadAsync();
        }
    }

    private async Task ReadAsync()
    {
        if (Tenant is not { } tenant || _disposal.IsCancellationRequested)
        {
            return;
        }

        try
        {
            var news = await Desk.NewsAsync(tenant, _disposal.Token);
            if (tenant != Tenant)
            {
                return;
            }

            (_news, _hasFailed) = (news, false);
            if (news is not null)
            {
                _watch.Take(news);
            }

            await OnNews.InvokeAsync(news);
        }
        catch (OperationCanceledException) when (_disposal.IsCancellationRequested)
        {
            // The tab was closed.
            return;
        }
        catch (Exception exception)
        {
            // The frame stays as it is; the page itself says what cannot be read.
            PageLog.ReadFailed(Logger, exception, PortalUrls.Alerts(tenant));
            _hasFailed = true;
        }

        StateHasChanged();
    }

    private async Task MarkSeenAsync()
    {
        if (Tenant is { } tenant && _news is { } news)
        {
            await Desk.MarkSeenAsync(tenant, news.Counts.Last, CancellationToken.None);
            await ReadAsync();
        }
    }
}
