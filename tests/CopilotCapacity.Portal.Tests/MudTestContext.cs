using Bunit;
using CopilotCapacity.Metering.Feed;
using CopilotCapacity.Portal.Features.Alerts.Pages;
using CopilotCapacity.Portal.Features.Audit;
using CopilotCapacity.Portal.Features.Overview;
using CopilotCapacity.Portal.Features.Rates;
using CopilotCapacity.Portal.Tests.Features.Alerts.Pages;
using CopilotCapacity.Portal.Tests.Features.Audit;
using CopilotCapacity.Portal.Tests.Features.Overview;
using CopilotCapacity.Portal.Tests.Features.Rates;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using MudBlazor.Services;

namespace CopilotCapacity.Portal.Tests;

/// <summary>Renders components with MudBlazor, a clock that stands still, and hand-written fakes of what pages read.</summary>
public abstract class MudTestContext : BunitContext, IAsyncLifetime
{
    // A click may end after the call that made it; on a slow machine a second is not long enough to wait for that.
    static MudTestContext() => DefaultWaitTimeout = TimeSpan.FromSeconds(15);

    protected MudTestContext()
    {
        JSInterop.Mode = JSRuntimeMode.Loose;
        Services.AddMudServices(o => o.PopoverOptions.CheckForPopoverProvider = false);
        Services.AddSingleton<TimeProvider>(Time);
        Services.AddSingleton(Feed);
        Services.AddSingleton<IOverviewReader>(Reader);
        Services.AddSingleton<IAllocationEditor>(Editor);
        Services.AddSingleton<IRateReader>(Rates);
        Services.AddSingleton<IRateEditor>(Rates);
        Services.AddSingleton<IAuditReader>(Audit);
        Services.AddSingleton<IAlertDesk>(Alerts);
        this.AddAuthorization().SetAuthorized("Amira Vogel");
    }

    protected FakeTimeProvider Time { get; } = new(Overviews.AsOf);

    protected LedgerFeed Feed { get; } = new();

    protected FakeOverviewReader Reader { get; } = new();

    protected FakeAllocationEditor Editor { get; } = new();

    protected FakeRates Rates { get; } = new();

    protected FakeAuditReader Audit { get; } = new();

    protected FakeAlerts Alerts { get; } = new();

    // After the constructors: what is asked for the renderer closes the list of services.
    Task IAsyncLifetime.InitializeAsync()
    {
        SetRendererInfo(new("Server", isInteractive: true));
        return Task.CompletedTask;
    }

    // MudBlazor's popover service can only be disposed asynchronously, which xunit 2 does only for this interface.
    async Task IAsyncLifetime.DisposeAsync() => await DisposeAsync();
}
