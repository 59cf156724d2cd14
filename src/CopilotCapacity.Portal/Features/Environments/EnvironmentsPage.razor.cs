using System.Globalization;
using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Quota;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Metering.Feed;
using CopilotCapacity.Portal.Components;
using CopilotCapacity.Portal.Components.Layout;
using CopilotCapacity.Portal.Components.Live;
using CopilotCapacity.Portal.Components.Shared;
using CopilotCapacity.Portal.Features.Overview;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace CopilotCapacity.Portal.Features.Environments;

/// <summary>
/// A tenant's environments, live: filtered, sorted and paged as the address says, with some of them chosen to be changed at once.
/// </summary>
public sealed partial class EnvironmentsPage : IDisposable
{
    // Many rows are put together for a page, so it follows the ledger a little slower than the overview.
    private static readonly TimeSpan s_refreshInterval = TimeSpan.FromSeconds(1);
    private static readonly DialogOptions s_dialog = new() { MaxWidth = MaxWidth.Medium, FullWidth = true, CloseOnEscapeKey = true };

    private readonly CancellationTokenSource _disposal = new();
    private readonly Dictionary<EnvironmentId, ChosenEnvironment> _chosen = [];
    private CallbackThrottle? _throttle;
    private IDisposable? _subscription;
    private EnvironmentList? _list;
    private TenantId? _tenant;
    private string? _shown;
    private string? _openCreate;
    private bool _hasFailed;
    private IDialogReference? _dialog;

    [Parameter]
    public Guid TenantId { get; set; }

    [CascadingParameter]
    public ShellContext? Shell { get; set; }

    [SupplyParameterFromQuery(Name = "q")]
    private string? FilterText { get; set; }

    [SupplyParameterFromQuery(Name = "status")]
    private string? StatusText { get; set; }

    [SupplyParameterFromQuery(Name = "sort")]
    private string? SortText { get; set; }

    [SupplyParameterFromQuery(Name = "page")]
    private string? PageText { get; set; }

    [SupplyParameterFromQuery(Name = "create")]
    private string? CreateText { get; set; }

    [Inject]
    private IEnvironmentDesk Desk { get; set; } = default!;

    [Inject]
    private IAllocationEditor Editor { get; set; } = default!;

    [Inject]
    private IBulkAllocations Bulk { get; set; } = default!;

    [Inject]
    private LedgerFeed Feed { get; set; } = default!;

    [Inject]
    private TimeProvider Time { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private IDialogService Dialogs { get; set; } = default!;

    [Inject]
    private ISnackbar Snackbar { get; set; } = default!;

    [Inject]
    private ILogger<EnvironmentsPage> Logger { get; set; } = default!;

    private HashSet<EnvironmentId> Chosen => [.. _chosen.Keys];

    private OverviewView View => OverviewView.Parse(
        FilterText,
        StatusText,
        SortText,
        int.TryParse(PageText, NumberStyles.None, CultureInfo.InvariantCulture, out var page) ? page : null);

    public void Dispose()
    {
        _subscription?.Dispose();
        _throttle?.Dispose();
        _dialog?.Close();
        _disposal.Cancel();
        _disposal.Dispose();
    }

    protected override async Task OnParametersSetAsync()
    {
        // Prerendering shows the skeleton: reading there as well would ask the database twice for every visit.
        if (!RendererInfo.IsInteractive)
        {
            return;
        }

        Follow(new TenantId(TenantId));
        var asked = string.Join('\n', FilterText, StatusText, SortText, PageText);
        if (!string.Equals(_shown, asked, StringComparison.Ordinal))
        {
            _shown = asked;
            await RefreshAsync();
        }

        await ShowDialogOfAddressAsync();
    }

    private void Follow(TenantId tenant)
    {
        if (_tenant == tenant)
        {
            return;
        }

        _subscription?.Dispose();
        _throttle?.Dispose();
        (_tenant, _list, _shown) = (tenant, null, null);
        _chosen.Clear();
        var throttle = _throttle = new CallbackThrottle(Time, s_refreshInterval, () => InvokeAsync(RefreshAsync));
        _subscription = Feed.Subscribe(tenant, _ => throttle.Signal());
    }

    private async Task RefreshAsync()
    {
        try
        {
            var list = await Desk.ReadAsync(new TenantId(TenantId), View, _disposal.Token);
            _hasFailed = false;
            if (list is null)
            {
                Navigation.NotFound();
                return;
            }

            _list = list;
            Shell?.Show(list.Period);
        }
        catch (OperationCanceledException) when (_disposal.IsCancellationRequested)
        {
            // The tab was closed.
            return;
        }
        catch (Exception exception)
        {
            EnvironmentLog.ReadFailed(Logger, exception, TenantId);
            _hasFailed = true;
        }

        StateHasChanged();
    }

    private void SetFilter(string? filter) => Go(replace: true, ("q", string.IsNullOrWhiteSpace(filter) ? null : filter), ("page", null));

    private void SetStatus(QuotaStatus? status) => Go(("status", status is { } some ? OverviewView.NameOf(some) : null), ("page", null));

    private void SetSort(EnvironmentColumn column) => Go(("sort", View.SortAfterPressing(column)), ("page", null));

    private void SetPage(int page) => Go(("page", page > 1 ? page : null));

    private void ClearFilter() => Go(("q", null), ("status", null), ("page", null));

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
        foreach (var environment in _list!.Rows.Rows)
        {
            Choose((environment, on));
        }
    }

    private void ChooseNone() => _chosen.Clear();

    private async Task ChooseMatchingAsync()
    {
        try
        {
            foreach (var environment in await Desk.MatchingAsync(new TenantId(TenantId), View, _disposal.Token))
            {
                _chosen[environment.Id] = environment;
            }
        }
        catch (OperationCanceledException) when (_disposal.IsCancellationRequested)
        {
            // The tab was closed.
        }
        catch (Exception exception)
        {
            EnvironmentLog.ReadFailed(Logger, exception, TenantId);
            _hasFailed = true;
        }
    }

    private async Task ChangeOneAsync(EnvironmentId environment)
    {
        if (_list is { } list && list.Rows.Rows.FirstOrDefault(row => row.Id == environment) is { } row)
        {
            _dialog = await new AllocationPane(Dialogs, Editor, Snackbar, Logger).OpenAsync(new TenantId(TenantId), row, list.PoolLeft);
        }
    }

    // Numbers may have moved since they were chosen; what the page shows now is what the choice is about.
    private Task OpenBulkAsync()
    {
        foreach (var row in _list!.Rows.Rows.Where(row => _chosen.ContainsKey(row.Id)))
        {
            _chosen[row.Id] = ChosenEnvironment.Of(row);
        }

        return OpenBulkAsync([.. _chosen.Values.OrderBy(environment => environment.Name, StringComparer.CurrentCultureIgnoreCase)]);
    }

    private async Task OpenRebalanceAsync()
    {
        var tenant = new TenantId(TenantId);
        RebalanceView? proposal;
        try
        {
            proposal = await Desk.ProposeAsync(tenant, _disposal.Token);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            EnvironmentLog.ReadFailed(Logger, exception, TenantId);
            _hasFailed = true;
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
            { d => d.Try, wanted => AskAsync(() => Bulk.TryAsync(tenant, wanted, _disposal.Token)) },
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
            { d => d.Try, wanted => AskAsync(() => Bulk.TryAsync(tenant, wanted, _disposal.Token)) },
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
        var outcome = await AskAsync(async () => new BulkOutcome(null, await Bulk.UndoAsync(tenant, id, CancellationToken.None)));
        Snackbar.Add(outcome.Refusal ?? "All of them have their numbers again", outcome.Refusal is null ? Severity.Normal : Severity.Error, options => options.HideIcon = true);
        await InvokeAsync(RefreshAsync);
    }

    private async Task<BulkOutcome> AskAsync(Func<Task<BulkOutcome>> ask)
    {
        try
        {
            return await ask();
        }
        catch (Exception exception)
        {
            EnvironmentLog.ChangeFailed(Logger, exception, TenantId);
            return new BulkOutcome(null, "It could not be done. It may or may not have taken effect; look at the table before you try again.");
        }
    }

    private async Task ShowDialogOfAddressAsync()
    {
        if (string.Equals(_openCreate, CreateText, StringComparison.Ordinal) || _list is not { MayChangeCapacity: true })
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
            { d => d.Save, async (description, drawsOnPool) => (await AskAsync(async () => new BulkOutcome(null, await Desk.CreateAsync(tenant, id, description, drawsOnPool, CancellationToken.None)))).Refusal },
        };
        var dialog = _dialog = await Dialogs.ShowAsync<EnvironmentDialog>(title: null, parameters, s_dialog with { MaxWidth = MaxWidth.Small });
        var result = await dialog.Result;
        if (_disposal.IsCancellationRequested)
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

/// <summary>The log messages of the pages of environments.</summary>
internal static partial class EnvironmentLog
{
    [LoggerMessage(EventId = 3601, Level = LogLevel.Error, Message = "The environments of tenant {TenantId} could not be read")]
    public static partial void ReadFailed(ILogger logger, Exception exception, Guid tenantId);

    [LoggerMessage(EventId = 3602, Level = LogLevel.Error, Message = "A change of environments of tenant {TenantId} failed")]
    public static partial void ChangeFailed(ILogger logger, Exception exception, Guid tenantId);
}
