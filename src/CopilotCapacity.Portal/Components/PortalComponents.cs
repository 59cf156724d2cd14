using MudBlazor;
using MudBlazor.Services;

namespace CopilotCapacity.Portal.Components;

/// <summary>Wires the pages into the host.</summary>
public static class PortalComponents
{
    /// <summary>Adds Blazor Server, MudBlazor and what the pages take from the container themselves.</summary>
    public static IServiceCollection AddPortalComponents(this IServiceCollection services)
    {
        services.AddRazorComponents().AddInteractiveServerComponents();
        services.AddMudServices(options =>
        {
            options.SnackbarConfiguration.PositionClass = Defaults.Classes.Position.BottomRight;
            options.SnackbarConfiguration.PreventDuplicates = false;
            options.SnackbarConfiguration.HideTransitionDuration = 150;
            options.SnackbarConfiguration.ShowTransitionDuration = 150;
        });
        services.AddCascadingAuthenticationState();
        return services;
    }

    /// <summary>Maps the pages, all of them on one circuit per tab.</summary>
    public static void MapPortalComponents(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapRazorComponents<App>().AddInteractiveServerRenderMode();
}
