using CopilotCapacity.Domain.Units;
using CopilotCapacity.Portal.Components.Shared;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace CopilotCapacity.Portal.Features.Overview;

/// <summary>Sets an environment's allocation, showing what that does while the number is typed.</summary>
public sealed partial class AllocationDialog
{
    private decimal? _typed;
    private bool _isSaving;
    private string? _refusal;

    [CascadingParameter]
    public required IMudDialogInstance Dialog { get; set; }

    /// <summary>The environment as it stood when the dialog was opened; its version guards against a stale edit.</summary>
    [Parameter, EditorRequired]
    public required OverviewEnvironment Environment { get; set; }

    [Parameter, EditorRequired]
    public required Credits PoolLeft { get; set; }

    /// <summary>Saves the new number; gives null, or the sentence that says why not.</summary>
    [Parameter, EditorRequired]
    public required Func<Credits, Task<string?>> Save { get; set; }

    private AllocationChange Change => new() { Environment = Environment, PoolLeft = PoolLeft, Typed = _typed };

    protected override void OnInitialized() =>
        _typed = (Environment.Allocation + AllocationChange.Suggest(Environment, PoolLeft)).Value;

    private void Type(decimal? credits)
    {
        _typed = credits;
        _refusal = null;
    }

    private string After(Credits credits) => Change.Problem is null ? Formats.Credits(credits) : "–";

    private void Cancel() => Dialog.Cancel();

    private async Task SaveAsync()
    {
        if (Change.NewAllocation is not { } credits || _isSaving)
        {
            return;
        }

        _isSaving = true;
        _refusal = await Save(credits);
        _isSaving = false;
        if (_refusal is null)
        {
            Dialog.Close(DialogResult.Ok(credits));
        }
    }
}
