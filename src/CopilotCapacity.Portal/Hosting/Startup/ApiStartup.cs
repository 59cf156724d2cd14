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
        services.AddOpenApi("v1");
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
