using System.Security.Claims;
using CopilotCapacity.Portal.Features.Access;
using CopilotCapacity.Portal.Features.ApiKeys;
using CopilotCapacity.Portal.Hosting.Startup;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.SignalR;

namespace CopilotCapacity.Portal.Features.Notices;

/// <summary>
/// Alerts and quotas for outside programs. Messages to the client are <c>quota(quota)</c> and <c>alert(alert)</c>; the last alert's
/// sequence is all a client has to keep.
/// </summary>
[Authorize(Policy = HubStartup.Policy)]
internal sealed class AlertHub(HubSubscriptions subscriptions) : Hub
{
    /// <summary>Follows a tenant or an environment; again for the same one begins anew.</summary>
    /// <param name="id">The tenant's id: the quota of each of its environments, and all alerts. Or an environment's: its quota, and the alerts about it.</param>
    /// <param name="afterSequence">The sequence of the last alert that was received; 0 for all there are.</param>
    public async Task Subscribe(string id, long afterSequence)
    {
        var refusal = Guid.TryParse(id, out var subject)
            ? await subscriptions.AddAsync(Context.ConnectionId, Caller, subject, Math.Max(0, afterSequence), Context.Abort)
            : "not_found";
        if (refusal is not null)
        {
            throw new HubException(refusal);
        }
    }

    /// <summary>Follows a tenant or an environment no longer.</summary>
    /// <param name="id">What was followed.</param>
    public Task Unsubscribe(string id) => Guid.TryParse(id, out var subject)
        ? subscriptions.RemoveAsync(Context.ConnectionId, subject)
        : Task.CompletedTask;

    /// <inheritdoc/>
    public override Task OnDisconnectedAsync(Exception? exception) => subscriptions.RemoveAsync(Context.ConnectionId);

    // Long polling goes through many requests; what lasts of the first one is its identity.
    private ApiCaller Caller => (Context.User?.Identity as ClaimsIdentity)?.BootstrapContext as ApiCaller
        ?? throw new HubException("unauthorized");
}

/// <summary>Wires the hub.</summary>
internal static class HubStartup
{
    public const string Path = "/hubs/alerts";

    public const string Policy = "HubKey";

    public static void AddAlertHub(this IServiceCollection services)
    {
        services.AddSignalR(options => options.MaximumReceiveMessageSize = 4 * 1024)
            .AddJsonProtocol(options => Hosting.Json.ApiJson.Configure(options.PayloadSerializerOptions));
        services.AddSingleton<HubSubscriptions>();
        services.AddAuthorizationBuilder().AddPolicy(Policy, policy => policy
            .AddAuthenticationSchemes(ApiKeyAuthenticationHandler.SchemeName)
            .RequireAuthenticatedUser()
            .RequireAssertion(context => (context.User.Identity as ClaimsIdentity)?.BootstrapContext is ApiCaller { Tenant: not null, Banner: null } caller
                && AccessRules.May(caller, Operation.ReadQuota)));
    }

    public static void MapAlertHub(this WebApplication app) => app.MapHub<AlertHub>(Path);

    /// <summary>Whether a request is for a hub.</summary>
    public static bool IsHub(this HttpContext context) => context.Request.Path.StartsWithSegments("/hubs", StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// Browsers cannot send a header with a web socket, so clients put the key into the address. It is moved to where keys belong before
    /// anything else sees it, so that nothing can log it.
    /// </summary>
    public static void UseHubTokens(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        if (context.IsHub() && context.Request.Query.TryGetValue("access_token", out var token))
        {
            var rest = context.Request.Query.Where(pair => !string.Equals(pair.Key, "access_token", StringComparison.OrdinalIgnoreCase));
            context.Request.QueryString = QueryString.Create(rest);
            if (context.Request.Headers.Authorization.Count == 0)
            {
                context.Request.Headers.Authorization = $"Bearer {token}";
            }
        }

        return next(context);
    });
}
