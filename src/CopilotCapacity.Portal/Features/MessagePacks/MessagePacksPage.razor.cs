using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Metering.Feed;
using CopilotCapacity.Portal.Components.Layout;
using CopilotCapacity.Portal.Components.Live;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace CopilotCapacity.Portal.Features.MessagePacks;

/// <summary>A tenant's prepaid credits. The order that is being recorded stands in the address.</summary>
public sealed partial class MessagePacksPage : IDisposable
{
    private const string NotSaved = "The change could not be saved. It may or may not have taken effect; look at the list before you try again.";

    private static readonly TimeSpan s_refreshInterval = TimeSpan.FromSeconds(2);
    private static readonly DialogOptions s_dialog = new() { MaxWidth = MaxWidth.Small, FullWidth = true, CloseOnEscapeKey = true };

    private readonly CancellationTokenSource _disposal = new();
    private CallbackThrottle? _throttle;
    private IDisposable? _subscription;
    private TenantId? _tenant;
    private MessagePacksView? _view;
    private string? _shown;
    private bool _hasFailed;
    private IDialogReference? _dialog;

    [Parameter]
    public Guid TenantId { get; set; }

    [CascadingParameter]
    public ShellContext? Shell { get; set; }

    /// <summary>1 for a new order, or the id of the grant to renew.</summary>
    [SupplyParameterFromQuery(Name = "record")]
    private string? Record { get; set; }

    [Inject]
    private IMessagePackDesk Desk { get; set; } = default!;

    [Inject]
    private LedgerFeed Feed { get; set; } = default!;

    [Inject]
    private TimeProvider Time { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private IDialogService Dialogs { get; set; } = default!;

    [Inject]
    private ISnackbar Snackbar { get; set; } = default!;

    [Inject]
    private ILogger<MessagePacksPage> Logger { get; set; } = default!;

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
        if (!RendererInfo.IsInteractive)
        {
            return;
        }

        var tenant = new TenantId(TenantId);
        if (_tenant != tenant)
        {
            _subscription?.Dispose();
            _throttle?.Dispose();
            (_tenant, _view) = (tenant, null);
            var throttle = _throttle = new CallbackThrottle(Time, s_refreshInterval, () => InvokeAsync(RefreshAsync));
            _subscription = Feed.Subscribe(tenant, _ => throttle.Signal());
            await RefreshAsync();
        }

        await ShowDialogOfAddressAsync();
    }

    private async Task RefreshAsync()
    {
        try
        {
            var view = await Desk.ReadAsync(new TenantId(TenantId), _disposal.Token);
            _hasFailed = false;
            if (view is null)
            {
                Navigation.NotFound();
                return;
            }

            _view = view;
            Shell?.Show(view.Period);
        }
        catch (OperationCanceledException) when (_disposal.IsCancellationRequested)
        {
            // The tab was closed.
            return;
        }
        catch (Exception exception)
        {
            MessagePackLog.Failed(Logger, exception, TenantId);
            _hasFailed = true;
        }

        StateHasChanged();
    }

    private void Go(string? record) => Navigation.NavigateTo(Navigation.GetUriWithQueryParameter("record", record));

    private async Task ShowDialogOfAddressAsync()
    {
        if (string.Equals(_shown, Record, StringComparison.Ordinal) || _view is not { MayChange: true } view)
        {
            return;
        }

        _shown = Record;
        _dialog?.Close();
        if (Record is null)
        {
            return;
        }

        // Every change of the address closes MudBlazor's dialogs; this one comes after that.
        await Task.Yield();
        var tenant = new TenantId(TenantId);
        var dialog = _dialog = await Dialogs.ShowAsync<RecordGrantDialog>(title: null, new DialogParameters<RecordGrantDialog>
        {
            { d => d.AsOf, view.AsOf },
            { d => d.Renewed, view.Grants.FirstOrDefault(grant => string.Equals(grant.Id.ToString(), Record, StringComparison.OrdinalIgnoreCase)) },
            { d => d.Save, (grant, reason) => AskAsync(() => Desk.RecordAsync(tenant, grant, reason, CancellationToken.None)) },
        }, s_dialog);
        await dialog.Result;
        if (_disposal.IsCancellationRequested || !ReferenceEquals(dialog, _dialog))
        {
            return;
        }

        _shown = null;
        if (Record is not null)
        {
            Navigation.NavigateTo(Navigation.GetUriWithQueryParameter("record", (string?)null), replace: true);
        }

        await RefreshAsync();
    }

    private async Task EndAsync(GrantView grant)
    {
        var isSure = await Dialogs.ShowMessageBoxAsync(
            $"End {GrantText.NameOf(grant)}?",
            "What is left of it is gone at once, and it refills no more. This cannot be taken back. It is refused while allocations rest on it.",
            yesText: "End it",
            cancelText: "Cancel");
        if (isSure is true)
        {
            var refusal = await AskAsync(() => Desk.EndAsync(new TenantId(TenantId), grant.Id, grant.Version, CancellationToken.None));
            Snackbar.Add(refusal ?? $"{GrantText.NameOf(grant)} ended.", refusal is null ? Severity.Normal : Severity.Error, options => options.HideIcon = true);
            await RefreshAsync();
        }
    }

    private async Task<string?> AskAsync(Func<Task<string?>> change)
    {
        try
        {
            return await change();
        }
        catch (Exception exception)
        {
            MessagePackLog.Failed(Logger, exception, TenantId);
            return NotSaved;
        }
    }
}

/// <summary>The log messages of the page of message packs.</summary>
internal static partial class MessagePackLog
{
    [LoggerMessage(EventId = 3701, Level = LogLevel.Error, Message = "The message packs of tenant {TenantId} could not be read or changed")]
    public static partial void Failed(ILogger logger, Exception exception, Guid tenantId);
}
