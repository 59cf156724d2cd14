using System.Globalization;
using CopilotCapacity.Domain.Caps;
using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Portal.Components.Layout;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace CopilotCapacity.Portal.Features.Caps;

/// <summary>A tenant's caps, live. What is looked for and the cap that is set up or changed stand in the address.</summary>
public sealed partial class CapsPage
{
    private const int PageSize = 25;

    private static readonly TimeSpan s_refreshInterval = TimeSpan.FromSeconds(2);
    private static readonly DialogOptions s_dialog = new() { MaxWidth = MaxWidth.Small, FullWidth = true, CloseOnEscapeKey = true };

    private string? _shownDialog;
    private IDialogReference? _dialog;

    [Parameter]
    public Guid TenantId { get; set; }

    [CascadingParameter]
    public ShellContext? Shell { get; set; }

    [SupplyParameterFromQuery(Name = "q")]
    private string? Find { get; set; }

    [SupplyParameterFromQuery(Name = "status")]
    private string? StatusText { get; set; }

    [SupplyParameterFromQuery(Name = "page")]
    private string? PageText { get; set; }

    /// <summary>1 for a new cap.</summary>
    [SupplyParameterFromQuery(Name = "add")]
    private string? Add { get; set; }

    /// <summary>The environment that a new cap begins with.</summary>
    [SupplyParameterFromQuery(Name = "environment")]
    private string? EnvironmentText { get; set; }

    /// <summary>The agent that a new cap begins with.</summary>
    [SupplyParameterFromQuery(Name = "agent")]
    private string? AgentText { get; set; }

    /// <summary>The cap to change.</summary>
    [SupplyParameterFromQuery(Name = "change")]
    private string? Change { get; set; }

    [Inject]
    private ICapDesk Desk { get; set; } = default!;

    [Inject]
    private IDialogService Dialogs { get; set; } = default!;

    [Inject]
    private ISnackbar Snackbar { get; set; } = default!;

    private int Page => int.TryParse(PageText, NumberStyles.None, CultureInfo.InvariantCulture, out var page) && Shown is { } list
        ? Math.Clamp(page, 1, Math.Max(1, ((Matching(list).Count - 1) / PageSize) + 1))
        : 1;

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

        Follow(new TenantId(TenantId), s_refreshInterval);
        if (Shown is null)
        {
            await RefreshAsync();
        }

        await ShowDialogOfAddressAsync();
    }

    protected override Task<CapList?> ReadAsync(CancellationToken cancellationToken) => Desk.ReadAsync(new TenantId(TenantId), cancellationToken);

    protected override void OnRead(CapList view) => Shell?.Show(view.Period);

    private static string NameOf(CapStatus status) => status.ToString().ToLowerInvariant();

    private static string WordOf(string? name) => Enum.TryParse<CapStatus>(name, ignoreCase: true, out var status) ? CapText.StatusOf(status) : "Any status";

    private List<CapView> Matching(CapList list)
    {
        var text = (Find ?? "").Trim();
        return
        [
            .. list.Caps.Where(view =>
                (string.IsNullOrEmpty(StatusText) || string.Equals(NameOf(view.Cap.Status), StatusText, StringComparison.OrdinalIgnoreCase))
                && CapText.ScopeOf(view).Contains(text, StringComparison.CurrentCultureIgnoreCase)),
        ];
    }

    private void Go(params ReadOnlySpan<(string Name, string? Value)> changes)
    {
        var query = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var (name, value) in changes)
        {
            query[name] = string.IsNullOrEmpty(value) ? null : value;
        }

        Navigation.NavigateTo(Navigation.GetUriWithQueryParameters(query));
    }

    private async Task ShowDialogOfAddressAsync()
    {
        var asked = Add ?? Change;
        if (string.Equals(_shownDialog, asked, StringComparison.Ordinal) || Shown is not { } list)
        {
            return;
        }

        _shownDialog = asked;
        _dialog?.Close();
        var cap = list.Caps.FirstOrDefault(view => string.Equals(view.Cap.Id.ToString(), Change, StringComparison.OrdinalIgnoreCase));
        if (asked is null || (Add is null ? cap is not { MayChange: true } : !list.MayAdd))
        {
            return;
        }

        // Every change of the address closes MudBlazor's dialogs; this one comes after that.
        await Task.Yield();
        var id = new CapId(cap?.Cap.Id ?? Guid.NewGuid());
        var dialog = _dialog = await Dialogs.ShowAsync<CapDialog>(title: null, new DialogParameters<CapDialog>
        {
            { d => d.List, list },
            { d => d.Cap, cap?.Cap },
            { d => d.Environment, Guid.TryParse(EnvironmentText, out var environment) ? new EnvironmentId(environment) : null },
            { d => d.Agent, AgentText },
            { d => d.Save, settings => SaveAsync(id, settings, cap?.Version) },
        }, s_dialog);
        await dialog.Result;
        if (Left.IsCancellationRequested || !ReferenceEquals(dialog, _dialog))
        {
            return;
        }

        _shownDialog = null;
        if ((Add ?? Change) is not null)
        {
            Navigation.NavigateTo(Navigation.GetUriWithQueryParameters(new Dictionary<string, object?>(StringComparer.Ordinal) { ["add"] = null, ["change"] = null, ["environment"] = null, ["agent"] = null }), replace: true);
        }

        await RefreshAsync();
    }

    private Task<string?> SaveAsync(CapId id, CapSettings settings, int? version) => AskAsync(() => version is { } expected
        ? Desk.ChangeAsync(new TenantId(TenantId), id, settings, expected, CancellationToken.None)
        : Desk.AddAsync(new TenantId(TenantId), id, settings, CancellationToken.None));

    private async Task DeleteAsync(CapView view)
    {
        var isSure = await Dialogs.ShowMessageBoxAsync(
            "Delete this cap?",
            $"{CapText.ScopeOf(view)}: {CapText.LimitOf(view.Cap)}. It limits nothing from the next use on. What was used stays on record.",
            yesText: "Delete it",
            cancelText: "Cancel");
        if (isSure is true)
        {
            var refusal = await AskAsync(() => Desk.DeleteAsync(new TenantId(TenantId), new CapId(view.Cap.Id), view.Version, CancellationToken.None));
            Snackbar.Add(refusal ?? "The cap is deleted.", refusal is null ? Severity.Normal : Severity.Error, options => options.HideIcon = true);
            await RefreshAsync();
        }
    }
}
