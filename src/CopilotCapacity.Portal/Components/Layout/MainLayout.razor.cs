using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Portal.Components.Shared;
using CopilotCapacity.Portal.Components.Theme;
using CopilotCapacity.Portal.Features.Alerts.Pages;
using CopilotCapacity.Portal.Features.Overview;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.JSInterop;
using MudBlazor;

namespace CopilotCapacity.Portal.Components.Layout;

/// <summary>The rail, the app bar and MudBlazor's providers around every page.</summary>
public sealed partial class MainLayout : IDisposable
{
    private readonly ShellContext _shell;
    private readonly CancellationTokenSource _disposal = new();
    private MudThemeProvider? _themeProvider;
    private ErrorBoundary? _boundary;
    private TenantMenu _menu = TenantMenu.Empty;
    private TenantId? _tenant;
    private ThemeChoice _choice;
    private bool _isDeviceDark;
    private long _waiting;

    public MainLayout() => _shell = new ShellContext(() => _ = InvokeAsync(StateHasChanged), () => InvokeAsync(ReloadMenuAsync));

    [CascadingParameter(Name = "Theme")]
    public ThemeChoice InitialTheme { get; set; }

    [CascadingParameter]
    public Task<AuthenticationState>? Authentication { get; set; }

    [Inject]
    private IOverviewReader Reader { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private IJSRuntime Js { get; set; } = default!;

    private TenantChoice? Choice => _menu.Tenants.FirstOrDefault(tenant => tenant.Id == _tenant);

    private DisplayZone Zone => DisplayZone.Find(Choice?.DisplayZone) ?? DisplayZone.Utc;

    private bool IsDark => _choice == ThemeChoice.Dark || (_choice == ThemeChoice.System && _isDeviceDark);

    // A bare "#main" would be resolved against <base href="/"> and leave the page.
    private string SkipTarget => new Uri(Navigation.Uri).PathAndQuery + "#main";

    public void Dispose()
    {
        Navigation.LocationChanged -= OnLocationChanged;
        _disposal.Cancel();
        _disposal.Dispose();
    }

    protected override async Task OnInitializedAsync()
    {
        _choice = InitialTheme;
        _tenant = PortalUrls.TenantOf(Navigation.Uri);
        Navigation.LocationChanged += OnLocationChanged;
        if (RendererInfo.IsInteractive)
        {
            await LoadMenuAsync();
        }
    }

    // The person watch says so when somebody may no longer be signed in: leaving the page ends its circuit.
    protected override async Task OnParametersSetAsync()
    {
        if (RendererInfo.IsInteractive && Authentication is not null && (await Authentication).User.Identity is not { IsAuthenticated: true })
        {
            Navigation.NavigateTo(PortalUrls.SignIn, forceLoad: true);
        }
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender || _themeProvider is null)
        {
            return;
        }

        // The style sheet follows the device by itself; MudBlazor's few computed shades need to be told.
        _isDeviceDark = await _themeProvider.GetSystemDarkModeAsync();
        await _themeProvider.WatchSystemDarkModeAsync(OnDeviceChangedAsync);
        StateHasChanged();
    }

    private async Task LoadMenuAsync()
    {
        try
        {
            _menu = await Reader.MenuAsync(_disposal.Token);
            TellWhatMayBeRead();
        }
        catch (OperationCanceledException)
        {
            // The tab was closed.
        }
        catch (Exception)
        {
            // The frame stays usable without its switcher; the page itself says what cannot be read.
            _menu = TenantMenu.Empty;
        }
    }

    private async Task ReloadMenuAsync()
    {
        await LoadMenuAsync();
        StateHasChanged();
    }

    private void ShowNews(AlertNews? news) => _waiting = news?.Counts.Waiting ?? 0;

    private void TellWhatMayBeRead() => _shell.SetMayReadAudit(Choice is { MayReadAudit: true });

    private Task OnDeviceChangedAsync(bool isDark)
    {
        _isDeviceDark = isDark;
        return InvokeAsync(StateHasChanged);
    }

    private async Task ChooseThemeAsync(ThemeChoice choice)
    {
        _choice = choice;
        await Js.InvokeVoidAsync("portalShell.setTheme", ThemeCookie.ValueOf(choice));
    }

    private void OnLocationChanged(object? sender, LocationChangedEventArgs e)
    {
        var tenant = PortalUrls.TenantOf(e.Location);
        if (tenant != _tenant)
        {
            _shell.Show(null);
        }

        _tenant = tenant;
        TellWhatMayBeRead();
        _boundary?.Recover();
        _ = InvokeAsync(StateHasChanged);
    }
}
