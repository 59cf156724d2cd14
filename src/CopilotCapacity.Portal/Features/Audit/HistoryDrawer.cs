using CopilotCapacity.Domain.Tenancy;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace CopilotCapacity.Portal.Features.Audit;

/// <summary>Opens the history of whatever object the address names, on top of any page of its tenant.</summary>
public sealed class HistoryDrawer : ComponentBase, IDisposable
{
    /// <summary>The parameter of an address that names the object.</summary>
    public const string Parameter = "history";

    private static readonly DialogOptions s_options = new() { Position = DialogPosition.CenterRight, CloseOnEscapeKey = true, MaxWidth = MaxWidth.Small, FullWidth = true };

    private IDialogReference? _dialog;
    private string? _shown;
    private bool _isDisposed;

    /// <summary>The tenant that the page is about; null for none.</summary>
    [Parameter]
    public TenantId? Tenant { get; set; }

    [SupplyParameterFromQuery(Name = Parameter)]
    private string? Object { get; set; }

    [Inject]
    private IDialogService Dialogs { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    /// <inheritdoc/>
    public void Dispose()
    {
        _isDisposed = true;
        _dialog?.Close();
    }

    /// <inheritdoc/>
    protected override async Task OnParametersSetAsync()
    {
        if (!RendererInfo.IsInteractive || string.Equals(_shown, Object, StringComparison.Ordinal))
        {
            return;
        }

        _shown = Object;
        _dialog?.Close();
        if (Object is { Length: > 0 } wanted && Tenant is { } tenant)
        {
            // Every change of the address closes MudBlazor's dialogs; this one comes after that.
            await Task.Yield();
            await ShowAsync(tenant, wanted);
        }
    }

    private async Task ShowAsync(TenantId tenant, string wanted)
    {
        var parameters = new DialogParameters<HistoryDialog> { { d => d.Tenant, tenant }, { d => d.Object, wanted } };
        var dialog = _dialog = await Dialogs.ShowAsync<HistoryDialog>(title: null, parameters, s_options);
        await dialog.Result;

        // When another page, or another object's history, was gone to, the address is no longer this one's.
        if (!_isDisposed && string.Equals(_shown, wanted, StringComparison.Ordinal) && string.Equals(Object, wanted, StringComparison.Ordinal))
        {
            _shown = null;
            Navigation.NavigateTo(Navigation.GetUriWithQueryParameter(Parameter, (string?)null));
        }
    }
}
