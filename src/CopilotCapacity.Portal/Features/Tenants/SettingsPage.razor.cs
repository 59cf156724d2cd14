using CopilotCapacity.Domain.Tenancy;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace CopilotCapacity.Portal.Features.Tenants;

/// <summary>A tenant's own settings, and the clock of a rehearsal tenant.</summary>
public sealed partial class SettingsPage : IDisposable
{
    private const string NotSaved = "The change could not be saved. It may or may not have taken effect; look at the page before you try again.";

    private readonly CancellationTokenSource _disposal = new();
    private TenantId? _tenant;
    private TenantSettings? _settings;
    private string _name = "";
    private int _low;
    private int _horizon;
    private string? _reason;
    private string? _clock;
    private string? _refusal;
    private bool _isSaving;
    private bool _hasFailed;

    [Parameter]
    public Guid TenantId { get; set; }

    [Inject]
    private ITenantDesk Desk { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private ISnackbar Snackbar { get; set; } = default!;

    [Inject]
    private ILogger<SettingsPage> Logger { get; set; } = default!;

    private bool IsChanged => _settings is { } settings && !string.IsNullOrWhiteSpace(_name)
        && (!string.Equals(_name.Trim(), settings.Name, StringComparison.Ordinal) || _low != settings.LowThresholdPercent || _horizon != settings.WarningHorizonDays);

    public void Dispose()
    {
        _disposal.Cancel();
        _disposal.Dispose();
    }

    protected override async Task OnParametersSetAsync()
    {
        // Prerendering shows the skeleton: reading there as well would ask the database twice for every visit.
        var tenant = new TenantId(TenantId);
        if (RendererInfo.IsInteractive && _tenant != tenant)
        {
            (_tenant, _settings) = (tenant, null);
            await RefreshAsync();
        }
    }

    private async Task RefreshAsync()
    {
        try
        {
            var settings = await Desk.ReadAsync(new TenantId(TenantId), _disposal.Token);
            _hasFailed = false;
            if (settings is null)
            {
                Navigation.NotFound();
                return;
            }

            _settings = settings;
            (_name, _low, _horizon) = (settings.Name, settings.LowThresholdPercent, settings.WarningHorizonDays);
            _clock = settings.TestClock is { } clock ? ClockText.Of(clock) : null;
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

    private async Task SaveAsync()
    {
        // A click may wait in the queue while the first one works.
        if (_isSaving || !IsChanged)
        {
            return;
        }

        _isSaving = true;
        var wanted = _settings! with { Name = _name, LowThresholdPercent = _low, WarningHorizonDays = _horizon };
        _refusal = await AskAsync(() => Desk.ChangeAsync(new TenantId(TenantId), wanted, string.IsNullOrWhiteSpace(_reason) ? null : _reason.Trim(), CancellationToken.None));
        _isSaving = false;
        if (_refusal is null)
        {
            _reason = null;
            Snackbar.Add("The settings are saved.", Severity.Normal, options => options.HideIcon = true);
            await RefreshAsync();
        }
    }

    private async Task MoveAsync(DateTimeOffset to)
    {
        if (_isSaving)
        {
            return;
        }

        _isSaving = true;
        var refusal = await AskAsync(() => Desk.MoveClockAsync(new TenantId(TenantId), to, CancellationToken.None));
        _isSaving = false;
        Snackbar.Add(refusal ?? "The clock is moved.", refusal is null ? Severity.Normal : Severity.Error, options => options.HideIcon = true);
        await RefreshAsync();
    }

    private async Task<string?> AskAsync(Func<Task<string?>> change)
    {
        try
        {
            return await change();
        }
        catch (Exception exception)
        {
            TenantLog.Failed(Logger, exception);
            return NotSaved;
        }
    }
}
