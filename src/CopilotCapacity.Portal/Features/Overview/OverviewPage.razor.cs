using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Metering.Feed;
using CopilotCapacity.Portal.Components.Layout;
using CopilotCapacity.Portal.Components.Live;
using CopilotCapacity.Portal.Components.Shared;
using Microsoft.AspNetCore.Components;

namespace CopilotCapacity.Portal.Features.Overview;

/// <summary>
/// What is left of a tenant's credits, live. The page subscribes to the ledger, then reads, and reads again when the ledger
/// has grown beyond what it shows; without a commit it asks for nothing.
/// </summary>
public sealed partial class OverviewPage : IDisposable
{
    /// <summary>The least time between two reads: ten a second are live to the eye.</summary>
    public static readonly TimeSpan RefreshInterval = TimeSpan.FromMilliseconds(100);

    private readonly CancellationTokenSource _disposal = new();
    private CallbackThrottle? _throttle;
    private IDisposable? _subscription;
    private Task _reading = Task.CompletedTask;
    private TenantId? _tenant;
    private TenantOverview? _overview;
    private BurnDown? _burnDown;
    private long _committed;
    private bool _hasFailed;

    [Parameter]
    public Guid TenantId { get; set; }

    [CascadingParameter]
    public ShellContext? Shell { get; set; }

    [Inject]
    private IOverviewReader Reader { get; set; } = default!;

    [Inject]
    private LedgerFeed Feed { get; set; } = default!;

    [Inject]
    private TimeProvider Time { get; set; } = default!;

    [Inject]
    private ILogger<OverviewPage> Logger { get; set; } = default!;

    public void Dispose()
    {
        _subscription?.Dispose();
        _throttle?.Dispose();
        _dialog?.Close();
        _disposal.Cancel();
        _disposal.Dispose();
    }

    protected override async Task OnParametersSetAsync()
    {
        // Prerendering shows the skeleton: reading there as well would ask the database twice for every visit.
        var tenant = new TenantId(TenantId);
        if (!RendererInfo.IsInteractive)
        {
            return;
        }

        if (_tenant != tenant)
        {
            Follow(tenant);
            await RefreshAsync();
        }

        await ShowDialogOfAddressAsync();
    }

    private void Follow(TenantId tenant)
    {
        _subscription?.Dispose();
        _throttle?.Dispose();
        _tenant = tenant;
        _overview = null;
        _burnDown = null;
        _hasFailed = false;
        Interlocked.Exchange(ref _committed, 0);
        var throttle = _throttle = new CallbackThrottle(Time, RefreshInterval, () => InvokeAsync(CatchUpAsync));
        _subscription = Feed.Subscribe(tenant, commit =>
        {
            Interlocked.Exchange(ref _committed, commit.Sequence);
            throttle.Signal();
        });
    }

    // A commit that came while a read was under way may already be in what that read has brought.
    private async Task CatchUpAsync()
    {
        await _reading;
        if (_disposal.IsCancellationRequested || (_overview is { } shown && !_hasFailed && Interlocked.Read(ref _committed) <= shown.Sequence))
        {
            return;
        }

        await RefreshAsync();
    }

    private async Task RefreshAsync()
    {
        await _reading;
        _reading = ReadAsync();
        await _reading;
        StateHasChanged();
    }

    private async Task ReadAsync()
    {
        if (_tenant is not { } tenant)
        {
            return;
        }

        try
        {
            var overview = await Reader.ReadAsync(tenant, _disposal.Token);
            if (tenant == _tenant)
            {
                Show(overview);
            }
        }
        catch (OperationCanceledException) when (_disposal.IsCancellationRequested)
        {
            // The tab was closed.
        }
        catch (Exception exception)
        {
            // Whatever failed, what is on the screen stays, and the reader is told.
            OverviewLog.ReadFailed(Logger, exception, tenant.Value);
            _hasFailed = tenant == _tenant;
        }
    }

    private void Show(TenantOverview? overview)
    {
        _hasFailed = false;
        if (overview is null)
        {
            Navigation.NotFound();
            return;
        }

        _overview = overview;
        _burnDown = OverviewText.BurnDown(overview);
        Shell?.Show(overview.Period);
    }
}
