using System.Globalization;
using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Quota;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Portal.Components;
using CopilotCapacity.Portal.Components.Layout;
using CopilotCapacity.Portal.Components.Shared;
using CopilotCapacity.Portal.Features.Overview;
using CopilotCapacity.Storage.Queries;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace CopilotCapacity.Portal.Features.Environments;

/// <summary>
/// A tenant's environments, live: filtered, sorted and paged as the address says, with some of them chosen to be changed at once.
/// </summary>
public sealed partial class EnvironmentsPage
{
    // Many rows are put together for a page, so it follows the ledger a little slower than the overview.
    private static readonly TimeSpan s_refreshInterval = TimeSpan.FromSeconds(1);
    private static readonly DialogOptions s_dialog = new() { MaxWidth = MaxWidth.Medium, FullWidth = true, CloseOnEscapeKey = true };

    private string? _asked;
    private string? _openCreate;
    private string? _openFix;
    private IDialogReference? _dialog;

    [Parameter]
    public Guid TenantId { get; set; }

    [CascadingParameter]
    public ShellContext? Shell { get; set; }

    [SupplyParameterFromQuery(Name = "q")]
    private string? FilterText { get; set; }

    [SupplyParameterFromQuery(Name = "status")]
    private string? StatusText { get; set; }

    [SupplyParameterFromQuery(Name = "type")]
    private string? TypeText { get; set; }

    [SupplyParameterFromQuery(Name = "region")]
    private string? RegionText { get; set; }

    [SupplyParameterFromQuery(Name = "costCenter")]
    private string? CostCenterText { get; set; }

    [SupplyParameterFromQuery(Name = "sort")]
    private string? SortText { get; set; }

    [SupplyParameterFromQuery(Name = "page")]
    private string? PageText { get; set; }

    [SupplyParameterFromQuery(Name = "create")]
    private string? CreateText { get; set; }

    /// <summary>1 for the proposal to rebalance.</summary>
    [SupplyParameterFromQuery(Name = "rebalance")]
    private string? RebalanceText { get; set; }

    /// <summary>The application to link.</summary>
    [SupplyParameterFromQuery(Name = "link")]
    private string? LinkText { get; set; }

    [Inject]
    private IEnvironmentDesk Desk { get; set; } = default!;

    [Inject]
    private IEnvironmentEditor EnvironmentEditor { get; set; } = default!;

    [Inject]
    private IDialogService Dialogs { get; set; } = default!;

    [Inject]
    private ISnackbar Snackbar { get; set; } = default!;

    private OverviewView View => OverviewView.Parse(
        FilterText,
        StatusText,
        SortText,
        int.TryParse(PageText, NumberStyles.None, CultureInfo.InvariantCulture, out var page) ? page : null).Of(TypeText, RegionText, CostCenterText);

    private string CsvUrl => PortalUrls.EnvironmentsCsv(new TenantId(TenantId)) + new Uri(Navigation.Uri).Query;

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

        var asked = string.Join('\n', TenantId, FilterText, StatusText, TypeText, RegionText, CostCenterText, SortText, PageText);
        Follow(new TenantId(TenantId), s_refreshInterval);
        if (!string.Equals(_asked, asked, StringComparison.Ordinal))
        {
            _asked = asked;
            await RefreshAsync();
        }

        await ShowDialogOfAddressAsync();
        await ShowFixOfAddressAsync();
    }

    protected override Task<EnvironmentList?> ReadAsync(CancellationToken cancellationToken) => Desk.ReadAsync(new TenantId(TenantId), View, cancellationToken);

    // What was chosen in another tenant is not there.
    protected override void OnRead(EnvironmentList view)
    {
        Shell?.Show(view.Period);
        if (_chosenIn != TenantId)
        {
            _chosenIn = TenantId;
            _chosen.Clear();
        }
    }

    private void SetFilter(string? filter) => Go(replace: true, ("q", string.IsNullOrWhiteSpace(filter) ? null : filter), ("page", null));

    private void SetStatus(QuotaStatus? status) => Go(("status", status is { } some ? OverviewView.NameOf(some) : null), ("page", null));

    private void SetType(EnvironmentType? type) => Go(("type", type is { } some ? OverviewView.NameOf(some) : null), ("page", null));

    private void SetRegion(string? region) => Go(("region", region), ("page", null));

    private void SetCostCenter(string? costCenter) => Go(("costCenter", costCenter), ("page", null));

    private void SetSort(EnvironmentColumn column) => Go(("sort", View.SortAfterPressing(column)), ("page", null));

    private void SetPage(int page) => Go(("page", page > 1 ? page : null));

    private void ClearFilter() => Go(("q", null), ("status", null), ("type", null), ("region", null), ("costCenter", null), ("page", null));

    private void Go(params ReadOnlySpan<(string Name, object? Value)> changes) => Go(replace: false, changes);

    private void Go(bool replace, params ReadOnlySpan<(string Name, object? Value)> changes)
    {
        var query = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var (name, value) in changes)
        {
            query[name] = value;
        }

        Navigation.NavigateTo(Navigation.GetUriWithQueryParameters(query), replace: replace);
    }

    private async Task LinkAsync(UnlinkedApplicationView unlinked)
    {
        var tenant = new TenantId(TenantId);
        _dialog = await Dialogs.ShowAsync<LinkUnlinkedDialog>(title: null, new DialogParameters<LinkUnlinkedDialog>
        {
            { d => d.Unlinked, unlinked },
            { d => d.Find, FindAsync },
            { d => d.Save, environment => AskAsync(() => EnvironmentEditor.LinkAsync(tenant, environment, unlinked.Application, CancellationToken.None)) },
        }, s_dialog with { MaxWidth = MaxWidth.Small });
        if (await _dialog.Result is { Canceled: false })
        {
            Snackbar.Add("Linked. What waited is charged.", Severity.Normal, options => options.HideIcon = true);
        }

        await RefreshAsync();
    }

    private async Task<IReadOnlyList<OverviewEnvironment>> FindAsync(string? text, CancellationToken cancellationToken) =>
        (await Desk.ReadAsync(new TenantId(TenantId), OverviewView.Parse(text, null, "name", null), cancellationToken))?.Rows.Rows ?? [];

    // An alert leads here: its address is that of the page again once the pane is closed.
    private async Task ShowFixOfAddressAsync()
    {
        var asked = RebalanceText ?? LinkText;
        if (string.Equals(_openFix, asked, StringComparison.Ordinal) || Shown is not { } list)
        {
            return;
        }

        _openFix = asked;
        if (asked is null)
        {
            return;
        }

        // Every change of the address closes MudBlazor's dialogs; this one comes after that.
        await Task.Yield();
        if (RebalanceText is not null && list.MayChangeCapacity)
        {
            await OpenRebalanceAsync();
        }
        else if (list.MayChangeCapacity
            && list.Unlinked.FirstOrDefault(unlinked => string.Equals(unlinked.Application.Id.ToString(), LinkText, StringComparison.OrdinalIgnoreCase)) is { } found)
        {
            await LinkAsync(found);
        }

        if (!Left.IsCancellationRequested && (RebalanceText ?? LinkText) is not null)
        {
            _openFix = null;
            Go(replace: true, ("rebalance", null), ("link", null));
        }
    }

    private async Task ShowDialogOfAddressAsync()
    {
        if (string.Equals(_openCreate, CreateText, StringComparison.Ordinal) || Shown is not { MayChangeCapacity: true })
        {
            return;
        }

        _openCreate = CreateText;
        _dialog?.Close();
        if (CreateText is null)
        {
            return;
        }

        // Every change of the address closes MudBlazor's dialogs; this one comes after that.
        await Task.Yield();
        var tenant = new TenantId(TenantId);
        var id = new EnvironmentId(Guid.NewGuid());
        var parameters = new DialogParameters<EnvironmentDialog>
        {
            { d => d.Save, (description, drawsOnPool) => AskAsync(() => Desk.CreateAsync(tenant, id, description, drawsOnPool, CancellationToken.None)) },
        };
        var dialog = _dialog = await Dialogs.ShowAsync<EnvironmentDialog>(title: null, parameters, s_dialog with { MaxWidth = MaxWidth.Small });
        var result = await dialog.Result;
        if (Left.IsCancellationRequested)
        {
            return;
        }

        _openCreate = null;
        if (result is { Canceled: false })
        {
            Navigation.NavigateTo(PortalUrls.Environment(tenant, id));
        }
        else if (CreateText is not null)
        {
            Go(replace: true, ("create", null));
        }
    }
}
