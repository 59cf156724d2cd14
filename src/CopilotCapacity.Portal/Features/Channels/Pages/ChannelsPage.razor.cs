using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Portal.Components.Live;
using CopilotCapacity.Portal.Features.Channels.Sending;
using CopilotCapacity.Storage.Model;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace CopilotCapacity.Portal.Features.Channels.Pages;

/// <summary>A tenant's channels. The one that is set up or changed stands in the address.</summary>
public sealed partial class ChannelsPage
{
    private static readonly TimeSpan s_refreshInterval = TimeSpan.FromSeconds(1);
    private static readonly DialogOptions s_dialog = new() { MaxWidth = MaxWidth.Small, FullWidth = true, CloseOnEscapeKey = true };

    private string? _shownDialog;
    private IDialogReference? _dialog;
    private TenantId? _tenant;
    private CallbackThrottle? _throttle;
    private IDisposable? _subscription;
    private bool _isAsking;

    [Parameter]
    public Guid TenantId { get; set; }

    /// <summary>What a new channel is: webhook or email.</summary>
    [SupplyParameterFromQuery(Name = "add")]
    private string? Add { get; set; }

    /// <summary>The channel to change.</summary>
    [SupplyParameterFromQuery(Name = "change")]
    private string? Change { get; set; }

    [Inject]
    private IChannelDesk Desk { get; set; } = default!;

    [Inject]
    private DeliveryFeed Deliveries { get; set; } = default!;

    [Inject]
    private TimeProvider Clock { get; set; } = default!;

    [Inject]
    private IDialogService Dialogs { get; set; } = default!;

    [Inject]
    private ISnackbar Snackbar { get; set; } = default!;

    private TenantId Tenant => new(TenantId);

    protected override void Dispose(bool isDisposing)
    {
        _subscription?.Dispose();
        _throttle?.Dispose();
        _dialog?.Close();
        base.Dispose(isDisposing);
    }

    protected override async Task OnParametersSetAsync()
    {
        // Prerendering shows the skeleton: reading there as well would ask the database twice for every visit.
        if (!RendererInfo.IsInteractive)
        {
            return;
        }

        if (_tenant != Tenant)
        {
            FollowDeliveries();
            await RefreshAsync();
        }

        await ShowDialogOfAddressAsync();
    }

    protected override Task<ChannelList?> ReadAsync(CancellationToken cancellationToken) => Desk.ReadAsync(Tenant, cancellationToken);

    private void FollowDeliveries()
    {
        _subscription?.Dispose();
        _throttle?.Dispose();
        _tenant = Tenant;
        Forget();
        var throttle = _throttle = new CallbackThrottle(Clock, s_refreshInterval, () => InvokeAsync(RefreshAsync));
        _subscription = Deliveries.Subscribe(Tenant, throttle.Signal);
    }

    private void Go(string name, string? value) =>
        Navigation.NavigateTo(Navigation.GetUriWithQueryParameters(new Dictionary<string, object?>(StringComparer.Ordinal) { [name] = value }));

    private async Task ShowDialogOfAddressAsync()
    {
        var asked = Add ?? Change;
        if (string.Equals(_shownDialog, asked, StringComparison.Ordinal) || Shown is not { } list)
        {
            return;
        }

        _shownDialog = asked;
        _dialog?.Close();
        var channel = list.Channels.FirstOrDefault(view => string.Equals(view.Id.ToString(), Change, StringComparison.OrdinalIgnoreCase));
        var isMail = string.Equals(Add, "email", StringComparison.OrdinalIgnoreCase);
        if (asked is null || (Add is null ? channel is null : isMail && !list.HasMail))
        {
            return;
        }

        // Every change of the address closes MudBlazor's dialogs; this one comes after that.
        await Task.Yield();
        var id = channel?.Id ?? Guid.NewGuid();
        var dialog = _dialog = await Dialogs.ShowAsync<ChannelDialog>(title: null, new DialogParameters<ChannelDialog>
        {
            { d => d.List, list },
            { d => d.Channel, Add is null ? channel : null },
            { d => d.Kind, isMail ? ChannelKind.Email : ChannelKind.Webhook },
            { d => d.Save, settings => AskAsync(
                () => channel is null || Add is not null
                    ? Desk.CreateAsync(Tenant, id, settings, CancellationToken.None)
                    : Desk.ChangeAsync(Tenant, id, settings, channel.Version, CancellationToken.None),
                sentence => new ChannelOutcome(null, sentence)) },
        }, s_dialog);
        await dialog.Result;
        if (Left.IsCancellationRequested || !ReferenceEquals(dialog, _dialog))
        {
            return;
        }

        _shownDialog = null;
        if ((Add ?? Change) is not null)
        {
            Navigation.NavigateTo(Navigation.GetUriWithQueryParameters(new Dictionary<string, object?>(StringComparer.Ordinal) { ["add"] = null, ["change"] = null }), replace: true);
        }

        await RefreshAsync();
    }

    private async Task RotateAsync(ChannelView view)
    {
        var dialog = await Dialogs.ShowAsync<RotateDialog>(title: null, new DialogParameters<RotateDialog>
        {
            { d => d.Name, view.Settings.Name },
            { d => d.Rotate, overlap => AskAsync(
                () => Desk.RotateAsync(Tenant, view.Id, overlap, CancellationToken.None), sentence => new ChannelOutcome(null, sentence)) },
        }, s_dialog);
        await dialog.Result;
        await RefreshAsync();
    }

    private Task TestAsync(ChannelView view) => DoAsync(
        () => Desk.TestAsync(Tenant, view.Id, CancellationToken.None), $"A test is on its way through {view.Settings.Name}.");

    private Task SwitchAsync(ChannelView view)
    {
        var isOn = !view.Settings.IsEnabled;
        return DoAsync(
            async () => (await Desk.ChangeAsync(Tenant, view.Id, view.Settings with { IsEnabled = isOn }, view.Version, CancellationToken.None)).Refusal,
            isOn ? $"{view.Settings.Name} tells what is raised from now on." : $"{view.Settings.Name} is off.");
    }

    private async Task DeleteAsync(ChannelView view)
    {
        var isSure = await Dialogs.ShowMessageBoxAsync(
            $"Delete {view.Settings.Name}?",
            "It tells nothing from now on, and its secret is gone. To stop it for a while, turn it off instead.",
            yesText: "Delete it",
            cancelText: "Cancel");
        if (isSure is true)
        {
            await DoAsync(() => Desk.DeleteAsync(Tenant, view.Id, view.Version, CancellationToken.None), $"{view.Settings.Name} is deleted.");
        }
    }

    // A click may wait in the queue while the first one works.
    private async Task DoAsync(Func<Task<string?>> change, string done)
    {
        if (_isAsking)
        {
            return;
        }

        _isAsking = true;
        var refusal = await AskAsync(change);
        _isAsking = false;
        Snackbar.Add(refusal ?? done, refusal is null ? Severity.Normal : Severity.Error, options => options.HideIcon = true);
        await RefreshAsync();
    }
}
