using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Portal.Components.Layout;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace CopilotCapacity.Portal.Features.MessagePacks;

/// <summary>A tenant's prepaid credits. The order that is being recorded stands in the address.</summary>
public sealed partial class MessagePacksPage
{
    private static readonly TimeSpan s_refreshInterval = TimeSpan.FromSeconds(2);
    private static readonly DialogOptions s_dialog = new() { MaxWidth = MaxWidth.Small, FullWidth = true, CloseOnEscapeKey = true };

    private string? _shownRecord;
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
    private IDialogService Dialogs { get; set; } = default!;

    [Inject]
    private ISnackbar Snackbar { get; set; } = default!;

    protected override void Dispose(bool isDisposing)
    {
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

        Follow(new TenantId(TenantId), s_refreshInterval);
        if (Shown is null)
        {
            await RefreshAsync();
        }

        await ShowDialogOfAddressAsync();
    }

    protected override Task<MessagePacksView?> ReadAsync(CancellationToken cancellationToken) => Desk.ReadAsync(new TenantId(TenantId), cancellationToken);

    protected override void OnRead(MessagePacksView view) => Shell?.Show(view.Period);

    private void Go(string? record) => Navigation.NavigateTo(Navigation.GetUriWithQueryParameter("record", record));

    private async Task ShowDialogOfAddressAsync()
    {
        if (string.Equals(_shownRecord, Record, StringComparison.Ordinal) || Shown is not { MayChange: true } view)
        {
            return;
        }

        _shownRecord = Record;
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
        if (Left.IsCancellationRequested || !ReferenceEquals(dialog, _dialog))
        {
            return;
        }

        _shownRecord = null;
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
}
