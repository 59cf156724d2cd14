using System.Net;
using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.AspNetCore.HostFiltering;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace CopilotCapacity.Portal.Hosting.Security;

/// <summary>Wires what guards every request.</summary>
internal static class SecurityStartup
{
    public static void AddSecurity(this IServiceCollection services)
    {
        services.AddOptions<SecurityOptions>().BindConfiguration(SecurityOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<SecurityOptions>, Validator>();
        services.AddOptions<SecurityOptions>().Configure<IConfiguration>((options, configuration) =>
            options.Https ??= Addresses(configuration).TrueForAll(address => address.StartsWith("https:", StringComparison.OrdinalIgnoreCase)));
        services.AddOptions<HostFilteringOptions>().Configure<IConfiguration>(AllowHosts);
        services.AddHsts(options => (options.MaxAge, options.IncludeSubDomains) = (TimeSpan.FromDays(365), true));
        services.AddOptions<ForwardedHeadersOptions>().Configure<IOptions<SecurityOptions>>((options, security) =>
        {
            options.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost;
            options.KnownIPNetworks.Clear();
            options.KnownProxies.Clear();
            Array.ForEach(security.Value.KnownProxies, proxy => options.KnownProxies.Add(IPAddress.Parse(proxy)));
        });
        services.AddSingleton<CircuitCounts>();
        services.TryAddEnumerable(ServiceDescriptor.Scoped<CircuitHandler, CircuitLimit>());
        services.AddSingleton<RateLimits>();
    }

    /// <summary>Comes before everything else.</summary>
    public static void UseSecurity(this WebApplication app)
    {
        var options = app.Services.GetRequiredService<IOptions<SecurityOptions>>().Value;
        if (options.KnownProxies.Length > 0)
        {
            app.UseForwardedHeaders();
        }

        app.UseResponseHeaders();
        if (options.Https == true)
        {
            app.UseHsts();
        }
    }

    // Endpoints of Kestrel's own settings come before those of Urls.
    private static List<string> Addresses(IConfiguration configuration)
    {
        var endpoints = configuration.GetSection("Kestrel:Endpoints").GetChildren().Select(endpoint => endpoint["Url"]).OfType<string>().ToList();
        return endpoints.Count > 0
            ? endpoints
            : [.. (configuration["Urls"] ?? "http://localhost:5080").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];
    }

    // Without a setting of their own the names are those the portal listens on; whoever listens on all names takes all.
    private static void AllowHosts(HostFilteringOptions options, IConfiguration configuration)
    {
        if (!string.IsNullOrEmpty(configuration["AllowedHosts"]))
        {
            return;
        }

        var hosts = Addresses(configuration).Select(HostOf).OfType<string>().ToList();
        options.AllowedHosts = hosts.Exists(host => host is "*" or "+" or "0.0.0.0" or "[::]") ? ["*"] : ["localhost", "127.0.0.1", "[::1]", .. hosts];
    }

    // What is no address is told by the server, which will not listen on it.
    private static string? HostOf(string address)
    {
        try
        {
            return BindingAddress.Parse(address).Host;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private sealed class Validator : IValidateOptions<SecurityOptions>
    {
        public ValidateOptionsResult Validate(string? name, SecurityOptions options)
        {
            var problems = options.Problems().ToList();
            return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
        }
    }
}
