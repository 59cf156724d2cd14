using System.Globalization;
using CopilotCapacity.Domain.Quota;
using CopilotCapacity.Domain.Tenancy;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace CopilotCapacity.Portal.Features.Overview;

/// <summary>What of the page is in its address, and the dialog an address can open.</summary>
public sealed partial class OverviewPage
{
    private const string TableView = "table";

    private IDialogReference? _dialog;
    private EnvironmentId? _dialogOf;

    [SupplyParameterFromQuery(Name = "q")]
    private string? FilterText { get; set; }

    [SupplyParameterFromQuery(Name = "status")]
    private string? StatusText { get; set; }

    [SupplyParameterFromQuery(Name = "sort")]
    private string? SortText { get; set; }

    [SupplyParameterFromQuery(Name = "page")]
    private string? PageText { get; set; }

    [SupplyParameterFromQuery(Name = "chart")]
    private string? ChartView { get; set; }

    [SupplyParameterFromQuery(Name = "allocate")]
    private string? AllocateText { get; set; }

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private IAllocationEditor Editor { get; set; } = default!;

    [Inject]
    private IDialogService Dialogs { get; set; } = default!;

    [Inject]
    private ISnackbar Snackbar { get; set; } = default!;

    private OverviewView View => OverviewView.Parse(
        FilterText,
        StatusText,
        SortText,
        int.TryParse(PageText, NumberStyles.None, CultureInfo.InvariantCulture, out var page) ? page : null);

    // A word typed letter by letter is one step back, not ten.
    private void SetFilter(string? filter) => Go(replace: true, ("q", NullIfEmpty(filter)), ("page", null));

    private void SetStatus(QuotaStatus? status) =>
        Go(replace: false, ("status", status is { } some ? OverviewView.NameOf(some) : null), ("page", null));

    private void SetSort(EnvironmentColumn column) => Go(replace: false, ("sort", View.SortAfterPressing(column)), ("page", null));

    private void SetPage(int page) => Go(replace: false, ("page", page > 1 ? page : null));

    private void ClearFilter() => Go(replace: false, ("q", null), ("status", null), ("page", null));

    private void ShowTable(bool show) => Go(replace: false, ("chart", show ? TableView : null));

    // Whoever may not allocate is offered no way to.
    private EventCallback<EnvironmentId> Allocate =>
        _overview is { MayChangeCapacity: true } ? EventCallback.Factory.Create<EnvironmentId>(this, OpenAllocation) : default;

    private void OpenAllocation(EnvironmentId environment) => Go(replace: false, ("allocate", environment.Value));

    private void Go(bool replace, params ReadOnlySpan<(string Name, object? Value)> changes)
    {
        var query = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var (name, value) in changes)
        {
            query[name] = value;
        }

        Navigation.NavigateTo(Navigation.GetUriWithQueryParameters(query), replace: replace);
    }

    private async Task ShowDialogOfAddressAsync()
    {
        EnvironmentId? asked = Guid.TryParse(AllocateText, out var id) ? new EnvironmentId(id) : null;
        if (asked == _dialogOf || _overview is not { } overview)
        {
            return;
        }

        // The back button leads out of the dialog.
        _dialog?.Close();
        _dialog = null;
        _dialogOf = asked;
        var environment = overview.Environments.FirstOrDefault(e => e.Id == asked);
        if (environment is null || !overview.MayChangeCapacity)
        {
            return;
        }

        _dialog = await new AllocationPane(Dialogs, Editor, Snackbar, Logger).OpenAsync(overview.Tenant, environment, overview.TenantCredits);
        _ = ForgetWhenClosedAsync(_dialog, environment.Id);
    }

    private async Task ForgetWhenClosedAsync(IDialogReference dialog, EnvironmentId environment)
    {
        await dialog.Result;
        if (_dialogOf == environment && !_disposal.IsCancellationRequested)
        {
            _dialog = null;
            _dialogOf = null;
            Go(replace: true, ("allocate", null));
        }
    }

    private static string? NullIfEmpty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;
}
