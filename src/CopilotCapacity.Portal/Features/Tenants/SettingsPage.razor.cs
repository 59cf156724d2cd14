using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Portal.Components.Layout;
using CopilotCapacity.Portal.Components.Shared;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace CopilotCapacity.Portal.Features.Tenants;

/// <summary>A tenant's own settings, and the clock of a rehearsal tenant.</summary>
public sealed partial class SettingsPage
{
    private TenantId? _tenant;
    private string _name = "";
    private int _low;
    private int _horizon;
    private string _zone = "UTC";
    private string _origins = "";
    private string? _reason;
    private string? _clock;
    private string? _refusal;
    private bool _isSaving;

    [Parameter]
    public Guid TenantId { get; set; }

    [CascadingParameter]
    public ShellContext? Shell { get; set; }

    [Inject]
    private ITenantDesk Desk { get; set; } = default!;

    [Inject]
    private ISnackbar Snackbar { get; set; } = default!;

    private bool IsChanged => Shown is { } settings && !string.IsNullOrWhiteSpace(_name)
        && (!string.Equals(_name.Trim(), settings.Name, StringComparison.Ordinal) || _low != settings.LowThresholdPercent || _horizon != settings.WarningHorizonDays
            || !string.Equals(_zone, settings.DisplayZone, StringComparison.Ordinal)
            || !Origins.SequenceEqual(settings.AllowedOrigins, StringComparer.Ordinal));

    // As they are written; what is no origin stays as it is, and is refused by name.
    private List<string> Origins =>
    [
        .. _origins.Split([' ', ',', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(text => WebOrigin.Normalise(text) ?? text)
            .Distinct(StringComparer.Ordinal),
    ];

    protected override async Task OnParametersSetAsync()
    {
        // Prerendering shows the skeleton: reading there as well would ask the database twice for every visit.
        var tenant = new TenantId(TenantId);
        if (RendererInfo.IsInteractive && _tenant != tenant)
        {
            _tenant = tenant;
            Forget();
            await RefreshAsync();
        }
    }

    protected override Task<TenantSettings?> ReadAsync(CancellationToken cancellationToken) => Desk.ReadAsync(new TenantId(TenantId), cancellationToken);

    protected override void OnRead(TenantSettings view)
    {
        (_name, _low, _horizon, _zone) = (view.Name, view.LowThresholdPercent, view.WarningHorizonDays, view.DisplayZone);
        _origins = string.Join('\n', view.AllowedOrigins);
        _clock = view.TestClock is { } clock ? ClockText.Of(clock) : null;
    }

    private async Task SaveAsync()
    {
        // A click may wait in the queue while the first one works.
        if (_isSaving || !IsChanged)
        {
            return;
        }

        _isSaving = true;
        var wanted = Shown! with { Name = _name, LowThresholdPercent = _low, WarningHorizonDays = _horizon, DisplayZone = _zone, AllowedOrigins = Origins };
        _refusal = await AskAsync(() => Desk.ChangeAsync(new TenantId(TenantId), wanted, string.IsNullOrWhiteSpace(_reason) ? null : _reason.Trim(), CancellationToken.None));
        _isSaving = false;
        if (_refusal is null)
        {
            _reason = null;
            await (Shell?.ReloadMenuAsync() ?? Task.CompletedTask);
            Snackbar.Add("The settings are saved.", Severity.Normal, options => options.HideIcon = true);
            await RefreshAsync();
        }
    }

    private static Task<IEnumerable<string>> FindZonesAsync(string? text, CancellationToken cancellationToken) => Task.FromResult(DisplayZone.Search(text));

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
}
