using System.Globalization;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Portal.Components.Shared;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace CopilotCapacity.Portal.Features.Environments;

/// <summary>Changes several allocations at once. What is typed is tried on the ledger, so what is shown is what will be.</summary>
public sealed partial class BulkAllocationDialog
{
    private BulkMode _mode;
    private decimal? _amount;
    private IReadOnlyList<WantedAllocation>? _wanted;
    private BulkResult? _tried;
    private string? _reason;
    private string? _refusal;
    private bool _isSaving;
    private int _asked;

    [CascadingParameter]
    public required IMudDialogInstance Dialog { get; set; }

    [Parameter, EditorRequired]
    public required IReadOnlyList<ChosenEnvironment> Environments { get; set; }

    /// <summary>Tries what it would do.</summary>
    [Parameter, EditorRequired]
    public required Func<IReadOnlyList<WantedAllocation>, Task<BulkOutcome>> Try { get; set; }

    /// <summary>Does it, with why.</summary>
    [Parameter, EditorRequired]
    public required Func<IReadOnlyList<WantedAllocation>, string?, Task<BulkOutcome>> Apply { get; set; }

    private BulkChange Change => new(_mode, _amount);

    private Task SetModeAsync(BulkMode mode)
    {
        (_mode, _amount) = (mode, null);
        return TryAsync();
    }

    private Task TypeAsync(decimal? amount)
    {
        _amount = amount;
        return TryAsync();
    }

    private async Task TryAsync()
    {
        (_wanted, _tried, _refusal) = (Change.For(Environments), null, null);
        var asked = ++_asked;
        if (_wanted is not { } wanted)
        {
            return;
        }

        var outcome = await Try(wanted);

        // Something else was typed meanwhile.
        if (asked == _asked)
        {
            (_tried, _refusal) = (outcome.Result, outcome.Refusal);
        }
    }

    private async Task ApplyAsync()
    {
        // A click may wait in the queue while the first one works.
        if (_isSaving || _tried is null || _wanted is not { } wanted)
        {
            return;
        }

        _isSaving = true;
        var outcome = await Apply(wanted, string.IsNullOrWhiteSpace(_reason) ? null : _reason.Trim());
        _isSaving = false;
        _refusal = outcome.Refusal;
        if (outcome.Result is not null)
        {
            Dialog.Close(DialogResult.Ok(true));
        }
    }

    private string StatusOf(EnvironmentId environment)
    {
        if (_tried is not { } tried)
        {
            return "–";
        }

        var status = tried.Statuses.FirstOrDefault(status => status.Environment == environment);
        var (before, after) = (StatusLook.Of(status.Before).Word, StatusLook.Of(status.After).Word);
        return status.Environment != environment ? "–" : status.Before == status.After ? before : $"{before} → {after}";
    }
}
