using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace CopilotCapacity.Portal.Hosting.Security;

/// <summary>
/// Names the cookies. Where people come by HTTPS their names begin with <c>__Host-</c>, which binds them to this very host; over
/// plain HTTP, as on a developer's machine, browsers would not keep such a cookie.
/// </summary>
internal static class Cookies
{
    public static void AddCookies(this IServiceCollection services)
    {
        foreach (var (scheme, name) in new[]
        {
            (IdentityConstants.ApplicationScheme, "copilotcapacity"),
            (IdentityConstants.ExternalScheme, "copilotcapacity-external"),
            (IdentityConstants.TwoFactorUserIdScheme, "copilotcapacity-passkey"),
        })
        {
            services.AddOptions<CookieAuthenticationOptions>(scheme)
                .Configure<IOptions<SecurityOptions>>((options, security) => Bind(options.Cookie, name, security.Value));
        }

        services.AddOptions<AntiforgeryOptions>()
            .Configure<IOptions<SecurityOptions>>((options, security) => Bind(options.Cookie, "copilotcapacity-form", security.Value));
    }

    private static void Bind(CookieBuilder cookie, string name, SecurityOptions security)
    {
        cookie.Name = security.Https == true ? "__Host-" + name : name;
        cookie.SecurePolicy = security.Https == true ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
        cookie.Path = "/";
        cookie.HttpOnly = true;
    }
}
