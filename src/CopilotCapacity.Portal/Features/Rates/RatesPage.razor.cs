using CopilotCapacity.Domain.Rating;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Portal.Components.Layout;
using CopilotCapacity.Portal.Components.Shared;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace CopilotCapacity.Portal.Features.Rates;

/// <summary>A tenant's rate card. The rate being edited and the calculation stand in the address.</summary>
public sealed partial class RatesPage : IDisposable
{
    private readonly CancellationTokenSource _disposal = new();
    private TenantId? _tenant;
    private TenantRates? _rates;
    private bool _hasFailed;
    private IDialogReference? _dialog;
    private Feature? _dialogOf;

    [Parameter]
    public Guid TenantId { get; set; }

    [CascadingParameter]
    public ShellContext? Shell { get; set; }

    [SupplyParameterFromQuery(Name = "calc")]
    private string? CalculationText { get; set; }

    [SupplyParameterFromQuery(Name = "edit")]
    private string? EditText { get; set; }

    [Inject]
    private IRateReader Reader { get; set; } = default!;

    [Inject]
    private IRateEditor Editor { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private IDialogService Dialogs { get; set; } = default!;

    [Inject]
    private ISnackbar Snackbar { get; set; } = default!;

    [Inject]
    private ILogger<RatesPage> Logger { get; set; } = default!;

    public void Dispose()
    {
        _dialog?.Close();
        _disposal.Cancel();
        _disposal.Dispose();
    }

    protected override async Task OnParametersSetAsync()
    {
        // Prerendering shows the skeleton: reading there as well would ask the database twice for every visit.
        var tenant = new TenantId(TenantId);
        if (!RendererInfo.IsInteractive)
        {
            return;
        }

        if (_tenant != tenant)
        {
            (_tenant, _rates, _hasFailed) = (tenant, null, false);
            await RefreshAsync();
        }

        await ShowDialogOfAddressAsync();
    }

    private async Task RefreshAsync()
    {
        var tenant = new TenantId(TenantId);
        try
        {
            var rates = await Reader.ReadAsync(tenant, _disposal.Token);
            if (tenant == _tenant)
            {
                Show(rates);
            }
        }
        catch (OperationCanceledException) when (_disposal.IsCancellationRequested)
        {
            // The tab was closed.
        }
        catch (Exception exception)
        {
            // Whatever failed, what is on the screen stays, and the reader is told.
            RateLog.ReadFailed(Logger, exception, tenant.Value);
            _hasFailed = tenant == _tenant;
        }
    }

    private void Show(TenantRates? rates)
    {
        _hasFailed = false;
        if (rates is null)
        {
            Navigation.NotFound();
            return;
        }

        _rates = rates;
        Shell?.Show(rates.Period);
    }

    private EventCallback<Feature> Edit => _rates is { MayChange: true } ? EventCallback.Factory.Create<Feature>(this, OpenEdit) : default;

    private void OpenEdit(Feature feature) =>
        Navigation.NavigateTo(Navigation.GetUriWithQueryParameter("edit", RateCard.CodeOf(feature)));

    // Numbers typed one after the other are no steps back.
    private void SetCalculation(Calculation calculation) =>
        Navigation.NavigateTo(Navigation.GetUriWithQueryParameter("calc", calculation.ToString()), replace: true);

    private async Task ShowDialogOfAddressAsync()
    {
        var asked = RateCard.Find(EditText ?? "")?.Feature;
        if (asked == _dialogOf || _rates is not { } rates)
        {
            return;
        }

        // The back button leads out of the dialog.
        _dialog?.Close();
        (_dialog, _dialogOf) = (null, asked);
        if (asked is not { } feature || !rates.MayChange)
        {
            return;
        }

        var parameters = new DialogParameters<RateDialog>
        {
            { d => d.Rate, rates.Of(feature) },
            { d => d.Save, (credits, effectiveAt) => SaveAsync(rates.Tenant, feature, credits, effectiveAt) },
        };
        var options = new DialogOptions { MaxWidth = MaxWidth.Small, FullWidth = true, CloseOnEscapeKey = true };
        _dialog = await Dialogs.ShowAsync<RateDialog>(title: null, parameters, options);
        _ = ForgetWhenClosedAsync(_dialog, feature);
    }

    private async Task ForgetWhenClosedAsync(IDialogReference dialog, Feature feature)
    {
        await dialog.Result;
        if (_dialogOf == feature && !_disposal.IsCancellationRequested)
        {
            (_dialog, _dialogOf) = (null, null);
            Navigation.NavigateTo(Navigation.GetUriWithQueryParameter("edit", (string?)null), replace: true);
        }
    }

    private async Task<string?> SaveAsync(TenantId tenant, Feature feature, Credits credits, DateTimeOffset? effectiveAt)
    {
        try
        {
            if (await Editor.SetAsync(tenant, feature, credits, effectiveAt, CancellationToken.None) is { } refusal)
            {
                return refusal;
            }
        }
        catch (Exception exception)
        {
            RateLog.SetFailed(Logger, exception, feature);
            return "The change could not be saved. It may or may not have taken effect; look at the table before you try again.";
        }

        var from = effectiveAt is { } at ? $"from {RateText.DateOf(at)} on" : "from now on";
        Snackbar.Add($"{RateText.NameOf(feature)}: {Formats.Credits(credits)} credits {from}", Severity.Normal, options => options.HideIcon = true);
        await RefreshAsync();
        StateHasChanged();
        return null;
    }
}
