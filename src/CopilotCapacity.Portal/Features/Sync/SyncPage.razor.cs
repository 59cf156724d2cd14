using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Portal.Components.Live;
using CopilotCapacity.Storage.Model;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace CopilotCapacity.Portal.Features.Sync;

/// <summary>Where the sync of a tenant stands, what differs, and what was decided. It moves on by itself while a run does.</summary>
public sealed partial class SyncPage
{
    private static readonly TimeSpan s_refreshInterval = TimeSpan.FromMilliseconds(500);

    private TenantId? _asked;
    private IDisposable? _following;
    private CallbackThrottle? _throttle;
    private bool _isBusy;

    [Parameter]
    public Guid TenantId { get; set; }

    [Inject]
    private ISyncDesk Desk { get; set; } = default!;

    [Inject]
    private ISnackbar Snackbar { get; set; } = default!;

    [Inject]
    private TimeProvider Clock { get; set; } = default!;

    private TenantId Tenant => new(TenantId);

    protected override void Dispose(bool isDisposing)
    {
        _following?.Dispose();
        _throttle?.Dispose();
        base.Dispose(isDisposing);
    }

    protected override async Task OnParametersSetAsync()
    {
        // Prerendering shows the skeleton: reading there as well would ask the database twice for every visit.
        if (!RendererInfo.IsInteractive || _asked == Tenant)
        {
            return;
        }

        _asked = Tenant;
        Forget();
        _following?.Dispose();
        _throttle?.Dispose();
        var throttle = _throttle = new CallbackThrottle(Clock, s_refreshInterval, () => InvokeAsync(RefreshAsync));
        _following = Desk.Follow(Tenant, throttle.Signal);
        await RefreshAsync();
    }

    protected override Task<SyncView?> ReadAsync(CancellationToken cancellationToken) => Desk.ReadAsync(Tenant, cancellationToken);

    private Task StartAsync() => TellAsync(() => Desk.StartAsync(Tenant, CancellationToken.None), null);

    private Task CancelAsync() => TellAsync(() => Desk.CancelAsync(Tenant, CancellationToken.None), null);

    private Task SetWriteBackAsync(bool isAllowed) => TellAsync(
        () => Desk.SetWriteBackAsync(Tenant, isAllowed, CancellationToken.None), isAllowed ? "Reviewed differences may be written to the services now." : "Services are read only now.");

    private async Task TellAsync(Func<Task<string?>> change, string? done)
    {
        if (_isBusy)
        {
            return;
        }

        _isBusy = true;
        var refusal = await AskAsync(change);
        _isBusy = false;
        if (refusal is not null || done is not null)
        {
            Snackbar.Add(refusal ?? done!, refusal is null ? Severity.Normal : Severity.Error, options => options.HideIcon = true);
        }

        await RefreshAsync();
    }
}

internal static partial class SyncPageLog
{
    [LoggerMessage(EventId = 3601, Level = LogLevel.Error, Message = "A decision about a difference of the tenant {Tenant} failed")]
    public static partial void DecisionFailed(ILogger logger, Exception exception, TenantId tenant);
}
