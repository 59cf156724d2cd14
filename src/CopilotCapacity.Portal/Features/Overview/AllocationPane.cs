using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Portal.Components.Shared;
using MudBlazor;

namespace CopilotCapacity.Portal.Features.Overview;

/// <summary>Opens the pane of one allocation on any page, saves what is typed there, and offers to take it back.</summary>
internal sealed class AllocationPane(IDialogService dialogs, IAllocationEditor editor, ISnackbar snackbar, ILogger logger)
{
    private const int UndoMilliseconds = 10_000;

    private static readonly DialogOptions s_options = new() { MaxWidth = MaxWidth.Small, FullWidth = true, CloseOnEscapeKey = true };

    /// <summary>Opens the pane.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="environment">The environment as the page shows it; its version guards against a stale edit.</param>
    /// <param name="credits">The tenant's credits.</param>
    public Task<IDialogReference> OpenAsync(TenantId tenant, OverviewEnvironment environment, TenantCredits credits) =>
        dialogs.ShowAsync<AllocationDialog>(
            title: null,
            new DialogParameters<AllocationDialog>
            {
                { d => d.Environment, environment },
                { d => d.Tenant, credits },
                { d => d.Save, settings => SaveAsync(tenant, environment, settings) },
            },
            s_options);

    private async Task<string?> SaveAsync(TenantId tenant, OverviewEnvironment environment, AllocationSettings settings)
    {
        var refusal = await SetAsync(tenant, environment.Id, settings, environment.AllocationVersion);
        if (refusal is null)
        {
            snackbar.Add(AllocationText.Done(environment, settings), Severity.Normal, options =>
            {
                options.Action = "Undo";
                options.HideIcon = true;
                options.VisibleStateDuration = UndoMilliseconds;
                options.OnClick = _ => UndoAsync(tenant, environment);
            });
        }

        return refusal;
    }

    // Undo is one more change, so that history keeps both; setting them has raised the version by one.
    private async Task UndoAsync(TenantId tenant, OverviewEnvironment environment)
    {
        var refusal = await SetAsync(tenant, environment.Id, environment.Settings, environment.AllocationVersion + 1);
        snackbar.Add(
            refusal ?? AllocationText.Undone(environment),
            refusal is null ? Severity.Normal : Severity.Error);
    }

    private async Task<string?> SetAsync(TenantId tenant, EnvironmentId environment, AllocationSettings settings, int version)
    {
        try
        {
            return await editor.SetAsync(tenant, environment, settings, version, CancellationToken.None);
        }
        catch (Exception exception)
        {
            OverviewLog.SetFailed(logger, exception, environment.Value);
            return "The change could not be saved. It may or may not have taken effect; look at the table before you try again.";
        }
    }
}
