using System.Globalization;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Portal.Components;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace CopilotCapacity.Portal.Features.Tenants;

/// <summary>The tenants of the portal. What is looked for stands in the address.</summary>
public sealed partial class TenantsPage
{
    private static readonly DialogOptions s_dialog = new() { MaxWidth = MaxWidth.Small, FullWidth = true, CloseOnEscapeKey = true };

    private string? _asked;
    private IDialogReference? _dialog;

    [SupplyParameterFromQuery(Name = "q")]
    private string? Search { get; set; }

    [SupplyParameterFromQuery(Name = "page")]
    private string? PageText { get; set; }

    [Inject]
    private ITenantDesk Desk { get; set; } = default!;

    [Inject]
    private IDialogService Dialogs { get; set; } = default!;

    private int Page => int.TryParse(PageText, NumberStyles.None, CultureInfo.InvariantCulture, out var page) ? Math.Max(1, page) : 1;

    protected override void Dispose(bool isDisposing)
    {
        _dialog?.Close();
        base.Dispose(isDisposing);
    }

    protected override async Task OnParametersSetAsync()
    {
        // Prerendering shows the skeleton: reading there as well would ask the database twice for every visit.
        var asked = $"{Search}\n{PageText}";
        if (RendererInfo.IsInteractive && !string.Equals(_asked, asked, StringComparison.Ordinal))
        {
            _asked = asked;
            await RefreshAsync();
        }
    }

    protected override Task<TenantList?> ReadAsync(CancellationToken cancellationToken) => Desk.ListAsync(Search?.Trim(), Page, cancellationToken);

    private void Find(string text) => Go(("q", string.IsNullOrWhiteSpace(text) ? null : text), ("page", null));

    private void Go(params ReadOnlySpan<(string Name, object? Value)> changes)
    {
        var query = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var (name, value) in changes)
        {
            query[name] = value;
        }

        Navigation.NavigateTo(Navigation.GetUriWithQueryParameters(query), replace: true);
    }

    private async Task CreateAsync()
    {
        var id = new TenantId(Guid.NewGuid());
        _dialog = await Dialogs.ShowAsync<NewTenantDialog>(title: null, new DialogParameters<NewTenantDialog>
        {
            { d => d.Save, (name, currency, clock) => AskAsync(() => Desk.CreateAsync(id, name, currency, clock, CancellationToken.None)) },
        }, s_dialog);
        if (await _dialog.Result is { Canceled: false })
        {
            // A new page, so that the menu around it knows the new tenant.
            Navigation.NavigateTo(PortalUrls.Overview(id), forceLoad: true);
        }
    }
}
