using CopilotCapacity.Portal.Features.Permissions;
using CopilotCapacity.Portal.Features.Caps;
using CopilotCapacity.Portal.Features.Alerts;
using CopilotCapacity.Portal.Features.Verify;
using CopilotCapacity.Portal.Features.Agents;
using CopilotCapacity.Portal.Features.Allocations;
using CopilotCapacity.Portal.Features.ApiKeys;
using CopilotCapacity.Portal.Features.Audit;
using CopilotCapacity.Portal.Features.BillingPlans;
using CopilotCapacity.Portal.Features.Capacity;
using CopilotCapacity.Portal.Features.Channels;
using CopilotCapacity.Portal.Features.Environments;
using CopilotCapacity.Portal.Features.MessagePacks;
using CopilotCapacity.Portal.Features.Notices;
using CopilotCapacity.Portal.Features.Quota;
using CopilotCapacity.Portal.Features.Rates;
using CopilotCapacity.Portal.Features.Reallocations;
using CopilotCapacity.Portal.Features.Tenants;
using CopilotCapacity.Portal.Features.Usage;
using CopilotCapacity.Portal.Hosting.Http;
using CopilotCapacity.Portal.Hosting.Json;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;

namespace CopilotCapacity.Portal.Hosting.Startup;

/// <summary>Wires the HTTP API.</summary>
internal static class ApiStartup
{
    public const string Policy = "ApiKey";

    private const string ByAddress = "ByAddress";

    // What is no route of the API, and belongs to it all the same.
    private const string Beside = """
        Beside these routes there is the SignalR hub /hubs/alerts, for keys with quota:read (as access_token or bearer). Subscribe(id, afterSequence), id a tenant's or an
        environment's, calls quota(quota) at once, for a tenant once for each of its environments, then alert(alert) for every alert after that sequence, then both as they
        change. Unsubscribe(id) ends it. Refusals are not_found, too_many_subscriptions and too_many_streams. Pages of other sites show an environment's notices by /banner.js
        with a token of POST /api/v1/environments/{environmentId}/banner-token, from the origins in the tenant's allowedOrigins.
        """;

    public static void AddApi(this IServiceCollection services)
    {
        // Programs bring keys and people cookies; neither is looked for where only the other counts.
        services.AddAuthentication(options => options.DefaultAuthenticateScheme = ByAddress)
            .AddScheme<AuthenticationSchemeOptions, ApiKeyAuthenticationHandler>(ApiKeyAuthenticationHandler.SchemeName, null)
            .AddPolicyScheme(ByAddress, null, options => options.ForwardDefaultSelector = context => context.IsApi() || context.IsHub()
                ? ApiKeyAuthenticationHandler.SchemeName
                : IdentityConstants.ApplicationScheme);
        services.AddAuthorizationBuilder().AddPolicy(Policy, policy => policy
            .AddAuthenticationSchemes(ApiKeyAuthenticationHandler.SchemeName)
            .RequireAuthenticatedUser());
        services.AddSingleton<ApiKeyDirectory>();
        services.AddSingleton<ApiKeyChanges>();
        services.AddSingleton<TenantDirectory>();
        services.AddSingleton<ResourceDirectory>();
        services.AddSingleton<QuotaForecast>();
        services.AddExceptionHandler<ProblemExceptionHandler>();
        services.AddProblemDetails();

        // An id that is none is answered by the guards, in every environment alike.
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = false);
        services.ConfigureHttpJsonOptions(options => ApiJson.Configure(options.SerializerOptions));
        services.AddOpenApi("v1", options => options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info.Description = Beside;
            return Task.CompletedTask;
        }));
    }

    public static void MapApi(this WebApplication app)
    {
        app.MapOpenApi("/openapi/{documentName}.json").AllowAnonymous();
        var api = app.MapGroup("/api/v1").RequireAuthorization(Policy).DisableAntiforgery();
        api.MapTenants();
        api.MapApiKeys();
        api.MapEnvironments();
        api.MapApplications();
        api.MapAllocations();
        api.MapGrants();
        api.MapCapacity();
        api.MapEvents();
        api.MapConsume();
        api.MapHolds();
        api.MapReversals();
        api.MapCaps();
        api.MapAgents();
        api.MapAlerts();
        api.MapChannels();
        api.MapDeliveries();
        api.MapVerify();
        api.MapAudit();
        api.MapQuota();
        api.MapNoticeStream();
        api.MapBannerTokens();
        api.MapUsage();
        api.MapUsageEvents();
        api.MapBillingPlans();
        api.MapRates();
        api.MapReallocations();
        api.MapUnknown();
    }
}
