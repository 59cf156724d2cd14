using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace CopilotCapacity.Portal.Features.Overview;

/// <summary>Sets what an environment may draw on, showing what that does while it is typed.</summary>
public sealed partial class AllocationDialog
{
    private static readonly Dictionary<string, object?> s_pool = new(StringComparer.Ordinal) { ["aria-describedby"] = "pool-help" };
    private static readonly Dictionary<string, object?> s_payAsYouGo = new(StringComparer.Ordinal) { ["aria-describedby"] = "payg-help" };

    private decimal? _typed;
    private bool _drawsOnPool;
    private bool _payAsYouGo;
    private bool _isSaving;
    private string? _refusal;

    [CascadingParameter]
    public required IMudDialogInstance Dialog { get; set; }

    /// <summary>The environment as it stood when the dialog was opened; its version guards against a stale edit.</summary>
    [Parameter, EditorRequired]
    public required OverviewEnvironment Environment { get; set; }

    [Parameter, EditorRequired]
    public required TenantCredits Tenant { get; set; }

    /// <summary>Saves the new settings; gives null, or the sentence that says why not.</summary>
    [Parameter, EditorRequired]
    public required Func<AllocationSettings, Task<string?>> Save { get; set; }

    private AllocationChange Change => new() { Environment = Environment, Tenant = Tenant, Typed = _typed, DrawsOnPool = _drawsOnPool, PayAsYouGo = _payAsYouGo };

    protected override void OnInitialized()
    {
        _typed = (Environment.Allocation + AllocationChange.Suggest(Environment, Tenant.PoolLeft)).Value;
        _drawsOnPool = Environment.Settings.DrawsOnPool;
        _payAsYouGo = Environment.PayAsYouGo;
    }

    private void Type(decimal? credits)
    {
        _typed = credits;
        _refusal = null;
    }

    private void SwitchPool(bool isOn)
    {
        _drawsOnPool = isOn;
        _refusal = null;
    }

    private void SwitchPayAsYouGo(bool isOn)
    {
        _payAsYouGo = isOn;
        _refusal = null;
    }

    private string After(string text) => Change.Problem is null ? text : "–";

    private void Cancel() => Dialog.Cancel();

    private async Task SaveAsync()
    {
        if (Change.NewSettings is not { } settings || _isSaving)
        {
            return;
        }

        _isSaving = true;
        _refusal = await Save(settings);
        _isSaving = false;
        if (_refusal is null)
        {
            Dialog.Close(DialogResult.Ok(settings));
        }
    }
}
