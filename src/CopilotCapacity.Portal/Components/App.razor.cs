using CopilotCapacity.Portal.Components.Theme;
using CopilotCapacity.Portal.Hosting.Security;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.AspNetCore.Components.Web;

namespace CopilotCapacity.Portal.Components;

/// <summary>The document around every page; always rendered by the request, never by a circuit.</summary>
public sealed partial class App
{
    [CascadingParameter]
    public required HttpContext HttpContext { get; set; }

    private Dictionary<string, object> Nonce => new(StringComparer.Ordinal) { ["nonce"] = HttpContext.Nonce() };

    private ThemeChoice Theme => ThemeCookie.Parse(HttpContext.Request.Cookies[ThemeCookie.Name]);

    // Pages that set cookies (signing in) say [ExcludeFromInteractiveRouting] and are plain answers to a request.
    private IComponentRenderMode? PageRenderMode =>
        HttpContext.AcceptsInteractiveRouting() ? RenderMode.InteractiveServer : null;
}
