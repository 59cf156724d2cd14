using CopilotCapacity.Domain.Alerts;
using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Portal.Components;
using CopilotCapacity.Portal.Components.Layout;
using CopilotCapacity.Portal.Components.Shared;
using CopilotCapacity.Portal.Features.Overview;
using CopilotCapacity.Storage.Queries;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace CopilotCapacity.Portal.Features.Environments;

/// <summary>One environment, live: what it uses, who pays for it, and what belongs to it.</summary>
public sealed partial class EnvironmentPage
{
    private static readonly TimeSpan s_refreshInterval = TimeSpan.FromSeconds(1);
    private static readonly DialogOptions s_dialog = new() { MaxWidth = MaxWidth.Small, FullWidth = true, CloseOnEscapeKey = true };

    private (Guid Tenant, Guid Environment)? _asked;
    private IDialogReference? _dialog;
    private string? _opened;
    private BurnDown? _left;

    [Parameter]
    public Guid TenantId { get; set; }

    [Parameter]
    public Guid EnvironmentId { get; set; }

    [CascadingParameter]
    public ShellContext? Shell { get; set; }

    [SupplyParameterFromQuery(Name = "chart")]
    private string? ChartView { get; set; }

    [SupplyParameterFromQuery(Name = "left")]
    private string? LeftView { get; set; }

    /// <summary>The dialog that is open: of the allocation, of what the environment is called, or of an application to link.</summary>
    [SupplyParameterFromQuery(Name = "open")]
    private string? OpenText { get; set; }

    [Inject]
    private IEnvironmentReader Reader { get; set; } = default!;

    [Inject]
    private IEnvironmentEditor Editor { get; set; } = default!;

    [Inject]
    private IAllocationEditor Allocations { get; set; } = default!;

    [Inject]
    private IDialogService Dialogs { get; set; } = default!;

    [Inject]
    private ISnackbar Snackbar { get; set; } = default!;

    private TenantId Tenant => new(TenantId);

    private EnvironmentId Id => new(EnvironmentId);

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

        if (_asked != (TenantId, EnvironmentId))
        {
            _asked = (TenantId, EnvironmentId);
            Follow(Tenant, s_refreshInterval);
            Forget();
            await RefreshAsync();
        }

        await ShowDialogOfAddressAsync();
    }

    protected override Task<EnvironmentDetail?> ReadAsync(CancellationToken cancellationToken) => Reader.ReadAsync(Tenant, Id, cancellationToken);

    protected override void OnRead(EnvironmentDetail view)
    {
        Shell?.Show(view.Period);
        _left = DetailText.LeftOf(view);
    }

    private void Show(string what, bool asTable) => Navigation.NavigateTo(Navigation.GetUriWithQueryParameter(what, asTable ? "table" : null));

    private void Open(string? dialog) => Navigation.NavigateTo(Navigation.GetUriWithQueryParameter("open", dialog));

    // The back button leads out of the dialog, and a link leads into it.
    private async Task ShowDialogOfAddressAsync()
    {
        if (string.Equals(_opened, OpenText, StringComparison.Ordinal) || Shown is not { } detail)
        {
            return;
        }

        _opened = OpenText;
        _dialog?.Close();

        // Every change of the address closes MudBlazor's dialogs; this one comes after that.
        await Task.Yield();
        if (await DialogOfAddressAsync(detail) is not { } dialog)
        {
            return;
        }

        _dialog = dialog;
        await dialog.Result;
        if (Left.IsCancellationRequested || !ReferenceEquals(dialog, _dialog))
        {
            return;
        }

        _opened = null;
        if (OpenText is not null)
        {
            Navigation.NavigateTo(Navigation.GetUriWithQueryParameter("open", (string?)null), replace: true);
        }

        await RefreshAsync();
    }

    private async Task<IDialogReference?> DialogOfAddressAsync(EnvironmentDetail detail) => OpenText switch
    {
        "allocation" when detail.MayChangeCapacity =>
            await new AllocationPane(Dialogs, Allocations, Snackbar, Loggers.CreateLogger<EnvironmentPage>()).OpenAsync(Tenant, detail.Environment, detail.TenantCredits),
        "edit" when detail.MayChange => await Dialogs.ShowAsync<EnvironmentDialog>(title: null, new DialogParameters<EnvironmentDialog>
        {
            { d => d.Environment, detail.Environment },
            { d => d.Save, (description, _) => AskAsync(() => Editor.DescribeAsync(Tenant, Id, description, detail.Version, CancellationToken.None)) },
        }, s_dialog),
        "link" when detail.MayChange => await LinkAsync(detail),
        _ => null,
    };

    // Its own words are of the moment it was raised; what is left now stands beside it.
    private static bool IsOfQuota(StoredAlert alert) => alert.Kind is AlertKind.QuotaLow or AlertKind.QuotaDepleted;

    private static string Fix(EnvironmentDetail detail) =>
        Overview.AllocationChange.Suggest(detail.Environment, detail.TenantCredits.PoolLeft) is { IsPositive: true } suggested
            ? $"Move {Formats.Credits(suggested)} from the pool…"
            : "Change the allocation…";

    private Task SwitchAsync((bool DrawsOnPool, bool PayAsYouGo) wanted) =>
        TellAsync(() => Allocations.SetAsync(
            Tenant,
            Id,
            Shown!.Environment.Settings with { DrawsOnPool = wanted.DrawsOnPool, PayAsYouGo = wanted.PayAsYouGo },
            Shown.Environment.AllocationVersion,
            CancellationToken.None), "Saved. It counts from the next use on.");

    private async Task SetWhenUnreachableAsync()
    {
        var detail = Shown!;
        _dialog = await Dialogs.ShowAsync<UnreachableDialog>(title: null, new DialogParameters<UnreachableDialog>
        {
            { d => d.Rule, detail.WhenUnreachable },
            { d => d.Save, rule => AskAsync(() => Editor.SetWhenUnreachableAsync(Tenant, Id, rule, detail.Version, CancellationToken.None)) },
        }, s_dialog);
        await _dialog.Result;
        await RefreshAsync();
    }

    private async Task RetireAsync()
    {
        var detail = Shown!;
        var isSure = await Dialogs.ShowMessageBoxAsync(
            $"Retire {detail.Environment.Name}?",
            "It accepts no use from now on, and cannot be brought back. What it has not used of its allocation returns to the tenant pool; its history stays.",
            yesText: "Retire",
            cancelText: "Cancel");
        if (isSure is true && await AskAsync(() => Editor.RetireAsync(Tenant, Id, detail.Version, CancellationToken.None)) is var refusal)
        {
            Snackbar.Add(refusal ?? $"{detail.Environment.Name} is retired.", refusal is null ? Severity.Normal : Severity.Error, options => options.HideIcon = true);
            if (refusal is null)
            {
                Navigation.NavigateTo(PortalUrls.Environments(Tenant));
            }
        }
    }

    private Task<IDialogReference> LinkAsync(EnvironmentDetail detail)
    {
        var id = new LinkedApplicationId(Guid.NewGuid());
        return Dialogs.ShowAsync<LinkApplicationDialog>(title: null, new DialogParameters<LinkApplicationDialog>
        {
            { d => d.Environment, detail.Environment },
            { d => d.Id, id },
            { d => d.Save, application => AskAsync(() => Editor.LinkAsync(Tenant, Id, application, CancellationToken.None)) },
        }, s_dialog);
    }

    private async Task UnlinkAsync(ApplicationDto application)
    {
        var isSure = await Dialogs.ShowMessageBoxAsync(
            $"Unlink {EnvironmentText.NameOf(application.Application)}?",
            "What it uses from now on is kept aside, charged to nobody, until it is linked again.",
            yesText: "Unlink",
            cancelText: "Cancel");
        if (isSure is true)
        {
            await TellAsync(() => Editor.UnlinkAsync(Tenant, Id, new LinkedApplicationId(application.Id), CancellationToken.None), "The application is unlinked.");
        }
    }

    private async Task TellAsync(Func<Task<string?>> change, string done)
    {
        var refusal = await AskAsync(change);
        Snackbar.Add(refusal ?? done, refusal is null ? Severity.Normal : Severity.Error, options => options.HideIcon = true);
        await RefreshAsync();
    }
}
