using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.PayAsYouGo;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Portal.Components;
using CopilotCapacity.Portal.Components.Layout;
using CopilotCapacity.Portal.Components.Shared;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace CopilotCapacity.Portal.Features.BillingPlans.Pages;

/// <summary>One billing plan, live: what it spends, its budget, and the environments on it. The budget's pane stands in the address.</summary>
public sealed partial class PlanPage
{
    private static readonly TimeSpan s_refreshInterval = TimeSpan.FromSeconds(1);
    private static readonly DialogOptions s_dialog = new() { MaxWidth = MaxWidth.Small, FullWidth = true, CloseOnEscapeKey = true };

    private (Guid Tenant, Guid Plan)? _asked;
    private string? _shownBudget;
    private IDialogReference? _dialog;

    [Parameter]
    public Guid TenantId { get; set; }

    [Parameter]
    public Guid PlanId { get; set; }

    [CascadingParameter]
    public ShellContext? Shell { get; set; }

    [SupplyParameterFromQuery(Name = "chart")]
    private string? ChartView { get; set; }

    [SupplyParameterFromQuery(Name = "bill")]
    private string? BillView { get; set; }

    /// <summary>1 while the budget is changed.</summary>
    [SupplyParameterFromQuery(Name = "budget")]
    private string? BudgetText { get; set; }

    [Inject]
    private IAzureDirectory Azure { get; set; } = default!;

    [Inject]
    private IBillingPlanDesk Desk { get; set; } = default!;

    [Inject]
    private IDialogService Dialogs { get; set; } = default!;

    [Inject]
    private ISnackbar Snackbar { get; set; } = default!;

    private TenantId Tenant => new(TenantId);

    private BillingPlanId Id => new(PlanId);

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

        if (_asked != (TenantId, PlanId))
        {
            _asked = (TenantId, PlanId);
            Follow(Tenant, s_refreshInterval);
            Forget();
            await RefreshAsync();
        }

        await ShowBudgetOfAddressAsync();
    }

    protected override Task<PlanDetail?> ReadAsync(CancellationToken cancellationToken) => Desk.ReadAsync(Tenant, Id, cancellationToken);

    protected override void OnRead(PlanDetail view) => Shell?.Show(view.Period);

    private void Go(string name, string? value) => Navigation.NavigateTo(Navigation.GetUriWithQueryParameter(name, value));

    private async Task ShowBudgetOfAddressAsync()
    {
        if (string.Equals(_shownBudget, BudgetText, StringComparison.Ordinal) || Shown is not { MayChange: true } detail)
        {
            return;
        }

        _shownBudget = BudgetText;
        _dialog?.Close();
        if (BudgetText is null)
        {
            return;
        }

        // Every change of the address closes MudBlazor's dialogs; this one comes after that.
        await Task.Yield();
        var dialog = _dialog = await Dialogs.ShowAsync<BudgetDialog>(title: null, new DialogParameters<BudgetDialog>
        {
            { d => d.Detail, detail },
            { d => d.Save, (budget, reason) => AskAsync(() => Desk.SetBudgetAsync(Tenant, Id, budget, detail.Version, reason, CancellationToken.None)) },
        }, s_dialog);
        var result = await dialog.Result;
        if (Left.IsCancellationRequested || !ReferenceEquals(dialog, _dialog))
        {
            return;
        }

        _shownBudget = null;
        if (BudgetText is not null)
        {
            Navigation.NavigateTo(Navigation.GetUriWithQueryParameter("budget", (string?)null), replace: true);
        }

        if (result is { Canceled: false })
        {
            Snackbar.Add("The budget is set. It counts from the next use on.", Severity.Normal, options => options.HideIcon = true);
        }

        await RefreshAsync();
    }

    private async Task EditAsync()
    {
        if (Shown is not { } detail)
        {
            return;
        }

        _dialog = await Dialogs.ShowAsync<PlanDialog>(title: null, new DialogParameters<PlanDialog>
        {
            { d => d.Detail, detail },
            { d => d.Save, description => AskAsync(() => Desk.ChangeAsync(Tenant, Id, description, detail.Version, CancellationToken.None)) },
        }, s_dialog);
        await _dialog.Result;
        await RefreshAsync();
    }

    private async Task PlanPricesAsync()
    {
        if (Shown is not { } detail)
        {
            return;
        }

        _dialog = await Dialogs.ShowAsync<PriceDialog>(title: null, new DialogParameters<PriceDialog>
        {
            { d => d.Detail, detail },
            { d => d.Save, prices => AskAsync(() => Desk.PlanPricesAsync(Tenant, Id, prices, detail.Version, CancellationToken.None)) },
        }, s_dialog);
        await _dialog.Result;
        await RefreshAsync();
    }

    private async Task SwitchAsync()
    {
        if (Shown is not { } detail)
        {
            return;
        }

        var isSure = !detail.Plan.IsEnabled || await Dialogs.ShowMessageBoxAsync(
            $"Disable {detail.Plan.Name}?",
            $"It pays for nothing from the next use on, until it is enabled again. {Formats.Count(detail.Plan.Environments, "environment stops", "environments stop")} where prepaid credits are used up.",
            yesText: "Disable it",
            cancelText: "Cancel") is true;
        if (isSure)
        {
            var description = DescriptionOf(detail) with { IsEnabled = !detail.Plan.IsEnabled };
            await TellAsync(() => Desk.ChangeAsync(Tenant, Id, description, detail.Version, CancellationToken.None), detail.Plan.IsEnabled ? "The plan is disabled." : "The plan is enabled.");
        }
    }

    private async Task DeleteAsync()
    {
        if (Shown is not { } detail)
        {
            return;
        }

        var isSure = await Dialogs.ShowMessageBoxAsync(
            $"Delete {detail.Plan.Name}?",
            $"{Formats.Count(detail.Plan.Environments, "environment leaves", "environments leave")} it and {(detail.Plan.Environments == 1 ? "stops" : "stop")} where prepaid credits are used up. What it spent stays on record. "
                + "This cannot be taken back. " + LeftBehind(detail),
            yesText: "Delete it",
            cancelText: "Cancel");
        if (isSure is true)
        {
            var refusal = await AskAsync(() => Desk.DeleteAsync(Tenant, Id, detail.Version, CancellationToken.None));
            Snackbar.Add(refusal ?? $"{detail.Plan.Name} is deleted.", refusal is null ? Severity.Normal : Severity.Error, options => options.HideIcon = true);
            if (refusal is null)
            {
                Navigation.NavigateTo(PortalUrls.PayAsYouGo(Tenant));
            }
        }
    }

    private async Task JoinAsync()
    {
        if (Shown is not { } detail || await Desk.ChoicesAsync(Tenant, Left) is not { } choices)
        {
            return;
        }

        _dialog = await Dialogs.ShowAsync<JoinPlanDialog>(title: null, new DialogParameters<JoinPlanDialog>
        {
            { d => d.Plan, detail.Plan },
            { d => d.Environments, [.. choices.Environments.Where(environment => !detail.Members.Any(member => member.Id == environment.Id))] },
            { d => d.Save, environment => AskAsync(() => Desk.JoinAsync(Tenant, Id, environment, CancellationToken.None)) },
        }, s_dialog);
        await _dialog.Result;
        await RefreshAsync();
    }

    private async Task LeaveAsync(PlanMember member)
    {
        var version = Shown!.Version;
        var isSure = await Dialogs.ShowMessageBoxAsync(
            $"Take {member.Name} off {Shown.Plan.Name}?",
            "From the next use on this plan does not pay for it: it stops once its prepaid credits are used up. What was spent stays on record.",
            yesText: "Take it off",
            cancelText: "Cancel");
        if (isSure is true)
        {
            await TellAsync(() => Desk.LeaveAsync(Tenant, Id, member.Id, version, CancellationToken.None), $"{member.Name} is on no plan now.", () => Desk.JoinAsync(Tenant, Id, member.Id, CancellationToken.None));
        }
    }

    private static string LeftBehind(PlanDetail detail) => detail.Azure?.Brief.Resource is { } resource
        ? $"Azure keeps the account resource {resource}: delete it in the Azure portal."
        : "An account resource that Azure has for the plan stays there: delete it in the Azure portal.";

    private static PlanDescription DescriptionOf(PlanDetail detail) => new(
        detail.Plan.Name, detail.Plan.SubscriptionId, detail.Plan.ResourceGroup, detail.Plan.Region, detail.Price, detail.Plan.IsEnabled);

    private async Task TellAsync(Func<Task<string?>> change, string done, Func<Task<string?>>? undo = null)
    {
        var refusal = await AskAsync(change);
        Snackbar.Add(refusal ?? done, refusal is null ? Severity.Normal : Severity.Error, options =>
        {
            options.HideIcon = true;
            if (refusal is null && undo is not null)
            {
                options.Action = "Undo";
                options.VisibleStateDuration = 10_000;
                options.OnClick = _ => InvokeAsync(() => TellAsync(undo, "It is as it was."));
            }
        });
        await RefreshAsync();
    }
}
