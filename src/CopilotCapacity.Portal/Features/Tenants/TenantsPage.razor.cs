using System.Globalization;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Portal.Components;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace CopilotCapacity.Portal.Features.Tenants;

/// <summary>The tenants of the portal. What is looked for stands in the address.</summary>
public sealed partial class TenantsPage : IDisposable
{
    private static readonly DialogOptions s_dialog = new() { MaxWidth = MaxWidth.Small, FullWidth = true, CloseOnEscapeKey = true };

    private readonly CancellationTokenSource _disposal = new();
    private TenantList? _list;
    private string? _shown;
    private bool _hasFailed;
    private IDialogReference? _dialog;

    [SupplyParameterFromQuery(Name = "q")]
    private string? Search { get; set; }

    [SupplyParameterFromQuery(Name = "page")]
    private string? PageText { get; set; }

    [Inject]
    private ITenantDesk Desk { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private IDialogService Dialogs { get; set; } = default!;

    [Inject]
    private ILogger<TenantsPage> Logger { get; set; } = default!;

    private int Page => int.TryParse(PageText, NumberStyles.None, CultureInfo.InvariantCulture, out var page) ? Math.Max(1, page) : 1;

    public void Dispose()
    {
        _dialog?.Close();
        _disposal.Cancel();
        _disposal.Dispose();
    }

    protected override async Task OnParametersSetAsync()
    {
        // Prerendering shows the skeleton: reading there as well would ask the database twice for every visit.
        var asked = $"{Search}\n{PageText}";
        if (RendererInfo.IsInteractive && !string.Equals(_shown, asked, StringComparison.Ordinal))
        {
            _shown = asked;
            await RefreshAsync();
        }
    }

    private async Task RefreshAsync()
    {
        try
        {
            _list = await Desk.ListAsync(Search?.Trim(), Page, _disposal.Token);
            _hasFailed = false;
            if (_list is null)
            {
                Navigation.NotFound();
            }
        }
        catch (OperationCanceledException) when (_disposal.IsCancellationRequested)
        {
            // The tab was closed.
        }
        catch (Exception exception)
        {
            TenantLog.Failed(Logger, exception);
            _hasFailed = true;
        }
    }

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
            { d => d.Save, (name, currency, clock) => SaveAsync(id, name, currency, clock) },
        }, s_dialog);
        if (await _dialog.Result is { Canceled: false })
        {
            // A new page, so that the menu around it knows the new tenant.
            Navigation.NavigateTo(PortalUrls.Overview(id), forceLoad: true);
        }
    }

    private async Task<string?> SaveAsync(TenantId id, string name, CurrencyCode currency, DateTimeOffset? clock)
    {
        try
        {
            return await Desk.CreateAsync(id, name, currency, clock, CancellationToken.None);
        }
        catch (Exception exception)
        {
            TenantLog.Failed(Logger, exception);
            return "The tenant could not be created. Look at the list before you try again.";
        }
    }
}

/// <summary>The log messages of the pages of tenants.</summary>
internal static partial class TenantLog
{
    [LoggerMessage(EventId = 3901, Level = LogLevel.Error, Message = "Tenants could not be read or changed")]
    public static partial void Failed(ILogger logger, Exception exception);
}
