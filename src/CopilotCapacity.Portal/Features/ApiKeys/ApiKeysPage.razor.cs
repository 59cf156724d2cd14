using CopilotCapacity.Domain.Tenancy;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace CopilotCapacity.Portal.Features.ApiKeys;

/// <summary>A tenant's API keys.</summary>
public sealed partial class ApiKeysPage : IDisposable
{
    private static readonly DialogOptions s_dialog = new() { MaxWidth = MaxWidth.Small, FullWidth = true, CloseOnEscapeKey = true };

    private readonly CancellationTokenSource _disposal = new();
    private TenantId? _tenant;
    private TenantKeys? _keys;
    private bool _hasFailed;
    private IDialogReference? _dialog;

    [Parameter]
    public Guid TenantId { get; set; }

    [Inject]
    private IApiKeyDesk Desk { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private IDialogService Dialogs { get; set; } = default!;

    [Inject]
    private ISnackbar Snackbar { get; set; } = default!;

    [Inject]
    private ILogger<ApiKeysPage> Logger { get; set; } = default!;

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
        if (RendererInfo.IsInteractive && _tenant != tenant)
        {
            (_tenant, _keys, _hasFailed) = (tenant, null, false);
            await RefreshAsync();
        }
    }

    private async Task RefreshAsync()
    {
        try
        {
            _keys = await Desk.ReadAsync(new TenantId(TenantId), _disposal.Token);
            _hasFailed = false;
            if (_keys is null)
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
            ApiKeyLog.Failed(Logger, exception, TenantId);
            _hasFailed = true;
        }
    }

    private async Task OpenCreateAsync() => await OpenAsync(new DialogParameters<ApiKeyDialog>
    {
        { d => d.Create, (name, scopes, expiresAt) => AskAsync(tenant => Desk.CreateAsync(tenant, name, scopes, expiresAt, CancellationToken.None)) },
    });

    private async Task RotateAsync(ApiKeyView key) => await OpenAsync(new DialogParameters<ApiKeyDialog>
    {
        { d => d.Replaces, key },
        { d => d.Rotate, overlap => AskAsync(tenant => Desk.RotateAsync(tenant, key.Id, overlap, CancellationToken.None)) },
    });

    private async Task OpenAsync(DialogParameters<ApiKeyDialog> parameters)
    {
        _dialog = await Dialogs.ShowAsync<ApiKeyDialog>(title: null, parameters, s_dialog);
        await _dialog.Result;
        await RefreshAsync();
    }

    private async Task RevokeAsync(ApiKeyView key)
    {
        var isSure = await Dialogs.ShowMessageBoxAsync(
            $"Revoke {key.Name}?", "Programs that use this key are refused within 5 seconds. This cannot be undone.", yesText: "Revoke", cancelText: "Cancel");
        if (isSure is not true)
        {
            return;
        }

        var refusal = (await AskAsync(async tenant => new KeyOutcome(null, await Desk.RevokeAsync(tenant, key.Id, CancellationToken.None)))).Refusal;
        Snackbar.Add(refusal ?? $"{key.Name} was revoked.", refusal is null ? Severity.Normal : Severity.Error, options => options.HideIcon = true);
        await RefreshAsync();
    }

    private async Task<KeyOutcome> AskAsync(Func<TenantId, Task<KeyOutcome>> wish)
    {
        try
        {
            return await wish(new TenantId(TenantId));
        }
        catch (Exception exception)
        {
            ApiKeyLog.Failed(Logger, exception, TenantId);
            return new KeyOutcome(null, "The change could not be saved. Look at the list before you try again.");
        }
    }
}

/// <summary>The log messages of the keys' page.</summary>
internal static partial class ApiKeyLog
{
    [LoggerMessage(EventId = 3301, Level = LogLevel.Error, Message = "The API keys of tenant {TenantId} could not be read or changed")]
    public static partial void Failed(ILogger logger, Exception exception, Guid tenantId);
}
