using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Units;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace CopilotCapacity.Portal.Features.Environments;

/// <summary>Shows a proposal to move credits, lets its numbers be changed, and makes it.</summary>
public sealed partial class RebalanceDialog
{
    private const string Reason = "rebalanced at this month’s pace";

    private readonly Dictionary<EnvironmentId, decimal?> _numbers = [];
    private BulkResult? _tried;
    private string? _refusal;
    private bool _isSaving;
    private int _asked;

    [CascadingParameter]
    public required IMudDialogInstance Dialog { get; set; }

    [Parameter, EditorRequired]
    public required RebalanceView Proposal { get; set; }

    /// <summary>Tries what it would do.</summary>
    [Parameter, EditorRequired]
    public required Func<IReadOnlyList<WantedAllocation>, Task<BulkOutcome>> Try { get; set; }

    /// <summary>Does it, with why.</summary>
    [Parameter, EditorRequired]
    public required Func<IReadOnlyList<WantedAllocation>, string?, Task<BulkOutcome>> Apply { get; set; }

    // What stands in the fields; null while one of them is no number of credits.
    private List<WantedAllocation>? Wanted
    {
        get
        {
            var wanted = new List<WantedAllocation>();
            foreach (var row in Proposal.Rows)
            {
                if (_numbers[row.Environment.Id] is not { } number || number < 0 || !Credits.TryFrom(number, out var credits))
                {
                    return null;
                }

                wanted.Add(new WantedAllocation(row.Environment, credits));
            }

            return wanted;
        }
    }

    protected override Task OnInitializedAsync()
    {
        foreach (var row in Proposal.Rows)
        {
            _numbers[row.Environment.Id] = row.Credits.Value;
        }

        return Proposal.Rows.Count > 0 ? TryAsync() : Task.CompletedTask;
    }

    private Task SetAsync(RebalanceRow row, decimal? number)
    {
        _numbers[row.Environment.Id] = number;
        return TryAsync();
    }

    private async Task TryAsync()
    {
        (_tried, _refusal) = (null, null);
        var asked = ++_asked;
        if (Wanted is not { } wanted)
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
        if (_isSaving || _tried is null || Wanted is not { } wanted)
        {
            return;
        }

        _isSaving = true;
        var outcome = await Apply(wanted, Reason);
        _isSaving = false;
        _refusal = outcome.Refusal;
        if (outcome.Result is not null)
        {
            Dialog.Close(DialogResult.Ok(wanted.Count));
        }
    }
}
