using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Portal.Components.Shared;
using CopilotCapacity.Portal.Features.Overview;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace CopilotCapacity.Portal.Features.Environments;

/// <content>Choosing environments, and changing their allocations at once.</content>
public sealed partial class EnvironmentsPage
{
    private readonly Dictionary<EnvironmentId, ChosenEnvironment> _chosen = [];
    private Guid _chosenIn;

    [Inject]
    private IAllocationEditor Editor { get; set; } = default!;

    [Inject]
    private IBulkAllocations Bulk { get; set; } = default!;

    private HashSet<EnvironmentId> Chosen => [.. _chosen.Keys];

    private void Choose((OverviewEnvironment Environment, bool On) choice)
    {
        if (choice.On)
        {
            _chosen[choice.Environment.Id] = ChosenEnvironment.Of(choice.Environment);
        }
        else
        {
            _chosen.Remove(choice.Environment.Id);
        }
    }

    private void ChoosePage(bool on)
    {
        foreach (var environment in Shown!.Rows.Rows)
        {
            Choose((environment, on));
        }
    }

    private void ChooseNone() => _chosen.Clear();

    private async Task ChooseMatchingAsync() => await TryAsync(async () =>
    {
        foreach (var environment in await Desk.MatchingAsync(new TenantId(TenantId), View, Left))
        {
            _chosen[environment.Id] = environment;
        }
    });

    private async Task ChangeOneAsync(EnvironmentId environment)
    {
        if (Shown is { } list && list.Rows.Rows.FirstOrDefault(row => row.Id == environment) is { } row)
        {
            _dialog = await new AllocationPane(Dialogs, Editor, Snackbar, Loggers.CreateLogger<EnvironmentsPage>()).OpenAsync(new TenantId(TenantId), row, list.TenantCredits);
        }
    }

    // Numbers may have moved since they were chosen; what the page shows now is what the choice is about.
    private Task OpenBulkAsync()
    {
        foreach (var row in Shown!.Rows.Rows.Where(row => _chosen.ContainsKey(row.Id)))
        {
            _chosen[row.Id] = ChosenEnvironment.Of(row);
        }

        return OpenBulkAsync([.. _chosen.Values.OrderBy(environment => environment.Name, StringComparer.CurrentCultureIgnoreCase)]);
    }

    private async Task OpenRebalanceAsync()
    {
        var tenant = new TenantId(TenantId);
        RebalanceView? proposal = null;
        if (!await TryAsync(async () => proposal = await Desk.ProposeAsync(tenant, Left)))
        {
            return;
        }

        if (proposal is null)
        {
            Snackbar.Add("The month is less than a day old: no pace can be told yet.", Severity.Normal, options => options.HideIcon = true);
            return;
        }

        var id = new ReallocationId(Guid.NewGuid());
        var parameters = new DialogParameters<RebalanceDialog>
        {
            { d => d.Proposal, proposal },
            { d => d.Try, wanted => AskAsync(() => Bulk.TryAsync(tenant, wanted, Left)) },
            { d => d.Apply, (wanted, reason) => AskAsync(() => Bulk.ApplyAsync(tenant, id, wanted, reason, CancellationToken.None)) },
        };
        _dialog = await Dialogs.ShowAsync<RebalanceDialog>(title: null, parameters, s_dialog);
        if (await _dialog.Result is { Canceled: false })
        {
            TellDone(tenant, id, proposal.Rows.Count);
        }

        await RefreshAsync();
    }

    private async Task OpenBulkAsync(IReadOnlyList<ChosenEnvironment> environments)
    {
        var tenant = new TenantId(TenantId);
        var id = new ReallocationId(Guid.NewGuid());
        var parameters = new DialogParameters<BulkAllocationDialog>
        {
            { d => d.Environments, environments },
            { d => d.Try, wanted => AskAsync(() => Bulk.TryAsync(tenant, wanted, Left)) },
            { d => d.Apply, (wanted, reason) => AskAsync(() => Bulk.ApplyAsync(tenant, id, wanted, reason, CancellationToken.None)) },
        };
        _dialog = await Dialogs.ShowAsync<BulkAllocationDialog>(title: null, parameters, s_dialog);
        if (await _dialog.Result is { Canceled: false })
        {
            _chosen.Clear();
            TellDone(tenant, id, environments.Count);
        }

        await RefreshAsync();
    }

    private void TellDone(TenantId tenant, ReallocationId id, int count) =>
        Snackbar.Add($"{Formats.Count(count, "allocation", "allocations")} changed", Severity.Normal, options =>
        {
            options.Action = "Undo";
            options.HideIcon = true;
            options.VisibleStateDuration = 10_000;
            options.OnClick = _ => UndoAsync(tenant, id);
        });

    private async Task UndoAsync(TenantId tenant, ReallocationId id)
    {
        var refusal = await AskAsync(() => Bulk.UndoAsync(tenant, id, CancellationToken.None));
        Snackbar.Add(refusal ?? "All of them have their numbers again", refusal is null ? Severity.Normal : Severity.Error, options => options.HideIcon = true);
        await InvokeAsync(RefreshAsync);
    }

    private Task<BulkOutcome> AskAsync(Func<Task<BulkOutcome>> ask) => AskAsync(ask, sentence => new BulkOutcome(null, sentence));
}
