using System.Globalization;
using CopilotCapacity.Domain.Requests;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Portal.Features.Alerts.Pages;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace CopilotCapacity.Portal.Features.Requests;

/// <summary>Requests for capacity, live. What is being asked for stands in the address.</summary>
public sealed partial class RequestsPage
{
    private static readonly DialogOptions s_dialog = new() { MaxWidth = MaxWidth.Small, FullWidth = true, CloseOnEscapeKey = true };

    private (Guid Tenant, string? Before)? _asked;
    private string? _shownDialog;
    private IDialogReference? _dialog;

    [Parameter]
    public Guid TenantId { get; set; }

    [SupplyParameterFromQuery(Name = "before")]
    private string? BeforeText { get; set; }

    /// <summary>The environment that more credits are asked for; anything else for one to be chosen.</summary>
    [SupplyParameterFromQuery(Name = "ask")]
    private string? AskText { get; set; }

    /// <summary>The plan whose budget is asked about.</summary>
    [SupplyParameterFromQuery(Name = "plan")]
    private string? PlanText { get; set; }

    /// <summary>The alert that is answered.</summary>
    [SupplyParameterFromQuery(Name = "alert")]
    private string? AlertText { get; set; }

    [Inject]
    private IRequestDesk Desk { get; set; } = default!;

    [Inject]
    private IDialogService Dialogs { get; set; } = default!;

    [Inject]
    private ISnackbar Snackbar { get; set; } = default!;

    private TenantId Tenant => new(TenantId);

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

        if (_asked != (TenantId, BeforeText))
        {
            _asked = (TenantId, BeforeText);
            Follow(Tenant, AlertNewsWatch.RefreshInterval, commit => commit.ConcernsAlerts);
            await RefreshAsync();
        }

        await ShowDialogOfAddressAsync();
    }

    protected override Task<RequestPage?> ReadAsync(CancellationToken cancellationToken) =>
        Desk.ReadAsync(Tenant, long.TryParse(BeforeText, NumberStyles.None, CultureInfo.InvariantCulture, out var before) ? before : null, cancellationToken);

    private void Go(string name, string? value) => Navigation.NavigateTo(Navigation.GetUriWithQueryParameter(name, value));

    private async Task ShowDialogOfAddressAsync()
    {
        var asked = AskText ?? PlanText;
        if (string.Equals(_shownDialog, asked, StringComparison.Ordinal) || Shown is not { } page)
        {
            return;
        }

        _shownDialog = asked;
        _dialog?.Close();
        if (asked is null)
        {
            return;
        }

        // Every change of the address closes MudBlazor's dialogs; this one comes after that.
        await Task.Yield();
        var dialog = _dialog = await Dialogs.ShowAsync<AskDialog>(title: null, new DialogParameters<AskDialog>
        {
            { d => d.Choices, page.Choices },
            { d => d.Currency, page.Currency },
            { d => d.Environment, Guid.TryParse(AskText, out var environment) ? new EnvironmentId(environment) : null },
            { d => d.Plan, AskText is null && Guid.TryParse(PlanText, out var plan) ? new BillingPlanId(plan) : null },
            { d => d.Alert, long.TryParse(AlertText, NumberStyles.None, CultureInfo.InvariantCulture, out var alert) ? alert : null },
            { d => d.Save, request => AskAsync(() => Desk.AskAsync(Tenant, request, CancellationToken.None)) },
        }, s_dialog);
        var result = await dialog.Result;
        if (Left.IsCancellationRequested || !ReferenceEquals(dialog, _dialog))
        {
            return;
        }

        _shownDialog = null;
        if (result is { Canceled: false })
        {
            Say(null, "Asked. An administrator sees it now.");
        }

        if ((AskText ?? PlanText) is not null)
        {
            Navigation.NavigateTo(Navigation.GetUriWithQueryParameters(new Dictionary<string, object?>(StringComparer.Ordinal) { ["ask"] = null, ["plan"] = null, ["alert"] = null }), replace: true);
        }

        await RefreshAsync();
    }

    private async Task ApproveAsync(RequestView view)
    {
        Say(await AskAsync(() => Desk.ApproveAsync(Tenant, IdOf(view), view.Subject.Version, CancellationToken.None)), "Granted. It counts from the next use on.");
        await RefreshAsync();
    }

    private async Task DeclineAsync(RequestView view)
    {
        _dialog = await Dialogs.ShowAsync<DeclineDialog>(title: null, new DialogParameters<DeclineDialog>
        {
            { d => d.View, view },
            { d => d.Save, reason => AskAsync(() => Desk.DeclineAsync(Tenant, IdOf(view), reason, CancellationToken.None)) },
        }, s_dialog);
        await _dialog.Result;
        await RefreshAsync();
    }

    private async Task WithdrawAsync(RequestView view)
    {
        Say(await AskAsync(() => Desk.WithdrawAsync(Tenant, IdOf(view), CancellationToken.None)), "Withdrawn.");
        await RefreshAsync();
    }

    private static RequestId IdOf(RequestView view) => new(view.Request.Id);

    private void Say(string? refusal, string done) =>
        Snackbar.Add(refusal ?? done, refusal is null ? Severity.Normal : Severity.Error, options => options.HideIcon = true);
}
