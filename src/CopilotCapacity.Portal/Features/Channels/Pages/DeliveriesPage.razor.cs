using System.Globalization;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Portal.Components.Live;
using CopilotCapacity.Portal.Features.Channels.Sending;
using CopilotCapacity.Storage.Model;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace CopilotCapacity.Portal.Features.Channels.Pages;

/// <summary>What went through a tenant's channels. What is looked for stands in the address.</summary>
public sealed partial class DeliveriesPage
{
    private static readonly TimeSpan s_refreshInterval = TimeSpan.FromSeconds(1);

    private TenantId? _tenant;
    private string? _shown;
    private CallbackThrottle? _throttle;
    private IDisposable? _subscription;
    private bool _isAsking;

    [Parameter]
    public Guid TenantId { get; set; }

    [SupplyParameterFromQuery(Name = "channel")]
    private string? Channel { get; set; }

    [SupplyParameterFromQuery(Name = "state")]
    private string? State { get; set; }

    [SupplyParameterFromQuery(Name = "before")]
    private string? Before { get; set; }

    [Inject]
    private IChannelDesk Desk { get; set; } = default!;

    [Inject]
    private DeliveryFeed Deliveries { get; set; } = default!;

    [Inject]
    private TimeProvider Clock { get; set; } = default!;

    [Inject]
    private ISnackbar Snackbar { get; set; } = default!;

    private TenantId Tenant => new(TenantId);

    private bool IsFiltered => (Channel ?? State) is not null;

    protected override void Dispose(bool isDisposing)
    {
        _subscription?.Dispose();
        _throttle?.Dispose();
        base.Dispose(isDisposing);
    }

    protected override async Task OnParametersSetAsync()
    {
        // Prerendering shows the skeleton: reading there as well would ask the database twice for every visit.
        if (!RendererInfo.IsInteractive)
        {
            return;
        }

        if (_tenant != Tenant)
        {
            FollowDeliveries();
        }

        if (!string.Equals(_shown, Navigation.Uri, StringComparison.Ordinal))
        {
            _shown = Navigation.Uri;
            await RefreshAsync();
        }
    }

    protected override Task<DeliveryList?> ReadAsync(CancellationToken cancellationToken) => Desk.ReadDeliveriesAsync(
        Tenant,
        new DeliveryFilter(
            Guid.TryParse(Channel, out var channel) ? channel : null,
            Enum.TryParse<DeliveryState>(State, ignoreCase: true, out var state) && Enum.IsDefined(state) ? state : null,
            long.TryParse(Before, NumberStyles.None, CultureInfo.InvariantCulture, out var before) ? before : long.MaxValue),
        cancellationToken);

    private void FollowDeliveries()
    {
        _subscription?.Dispose();
        _throttle?.Dispose();
        _tenant = Tenant;
        Forget();
        var throttle = _throttle = new CallbackThrottle(Clock, s_refreshInterval, () => InvokeAsync(RefreshAsync));
        _subscription = Deliveries.Subscribe(Tenant, throttle.Signal);
    }

    private string NameOf(string? id) => Shown?.Channels.FirstOrDefault(channel => string.Equals(channel.Id.ToString(), id, StringComparison.OrdinalIgnoreCase))?.Name ?? "Any channel";

    private static string WordOf(string? state) => Enum.TryParse<DeliveryState>(state, ignoreCase: true, out var known) ? ChannelText.StateOf(known) : "Any result";

    // A new question begins at the newest delivery.
    private void Go(params ReadOnlySpan<(string Name, string? Value)> changes)
    {
        var query = new Dictionary<string, object?>(StringComparer.Ordinal) { ["before"] = null };
        foreach (var (name, value) in changes)
        {
            query[name] = string.IsNullOrEmpty(value) ? null : value;
        }

        Navigation.NavigateTo(Navigation.GetUriWithQueryParameters(query));
    }

    // A click may wait in the queue while the first one works.
    private async Task ResendAsync(DeliveryView view)
    {
        if (_isAsking)
        {
            return;
        }

        _isAsking = true;
        var refusal = await AskAsync(() => Desk.ResendAsync(Tenant, view.Delivery.Id, CancellationToken.None));
        _isAsking = false;
        Snackbar.Add(refusal ?? $"“{view.Delivery.Title}” is sent again.", refusal is null ? Severity.Normal : Severity.Error, options => options.HideIcon = true);
        await RefreshAsync();
    }
}
