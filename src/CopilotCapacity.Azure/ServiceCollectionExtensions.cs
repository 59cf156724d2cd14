using System.Net;
using Azure.Core;
using Azure.Identity;
using CopilotCapacity.Azure.Budgets;
using CopilotCapacity.Azure.Costs;
using CopilotCapacity.Azure.Http;
using CopilotCapacity.Azure.PowerPlatform;
using CopilotCapacity.Azure.Resources;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Options;
using Polly;

namespace CopilotCapacity.Azure;

/// <summary>Sets up the clients of Azure and Power Platform.</summary>
public static class ServiceCollectionExtensions
{
    /// <summary>
    /// Adds the clients of Azure. The credential comes from the environment or a managed identity, never from a setting.
    /// </summary>
    public static IServiceCollection AddAzure(this IServiceCollection services)
    {
        services.AddOptions<AzureOptions>().BindConfiguration(AzureOptions.Section);
        services.AddCredential();
        // All that is sent can be sent again: reads, whole documents with their ETags, deletions and registrations.
        services.AddHttpClient<AzureHttp>((provider, http) => http.BaseAddress = provider.GetRequiredService<IOptions<AzureOptions>>().Value.ManagementAddress)
            .AddResilience<AzureOptions>(static _ => true)
            .AddToken<AzureOptions>(options => options.Scope ?? new Uri(options.ManagementAddress, ".default").ToString());
        services.AddTransient<ResourceManagerClient>();
        services.AddTransient<BudgetClient>();
        services.AddTransient<CostClient>();
        return services;
    }

    /// <summary>Adds the clients of Power Platform, with the same credential.</summary>
    public static IServiceCollection AddPowerPlatform(this IServiceCollection services)
    {
        services.AddOptions<PowerPlatformOptions>().BindConfiguration(PowerPlatformOptions.Section);
        services.AddCredential();
        // It knows no ETag: what was written and whose answer is lost may have been changed by others since, or made a second plan.
        services.AddHttpClient<PowerPlatformHttp>((provider, http) => http.BaseAddress = provider.GetRequiredService<IOptions<PowerPlatformOptions>>().Value.Address)
            .AddResilience<PowerPlatformOptions>(static method => method == HttpMethod.Get || method == HttpMethod.Delete)
            .AddToken<PowerPlatformOptions>(options => options.Scope ?? new Uri(options.Address, ".default").ToString());
        services.AddTransient<EntitlementClient>();
        services.AddTransient<AllocationClient>();
        services.AddTransient<BillingPolicyClient>();
        services.AddTransient<ThresholdClient>();
        services.AddTransient<ConsumptionClient>();
        return services;
    }

    private static void AddCredential(this IServiceCollection services)
    {
        services.AddOptions<AzureOptions>().BindConfiguration(AzureOptions.Section);
        services.TryAddSingleton<TokenCredential>(provider => CredentialOf(provider.GetRequiredService<IOptions<AzureOptions>>().Value));
    }

    private static IHttpClientBuilder AddToken<TOptions>(this IHttpClientBuilder builder, Func<TOptions, string> scopeOf)
        where TOptions : ServiceOptions => builder.AddHttpMessageHandler(provider => new BearerTokenHandler(
            provider.GetRequiredService<TokenCredential>(), scopeOf(provider.GetRequiredService<IOptions<TOptions>>().Value), provider.GetRequiredService<TimeProvider>()));

    private static IHttpClientBuilder AddResilience<TOptions>(this IHttpClientBuilder builder, Func<HttpMethod, bool> mayRepeat)
        where TOptions : ServiceOptions
    {
        var name = builder.AddStandardResilienceHandler().PipelineName;
        builder.Services.AddOptions<HttpStandardResilienceOptions>(name).Configure<IOptions<TOptions>>((resilience, service) =>
        {
            var options = service.Value;
            resilience.Retry.MaxRetryAttempts = options.RetriesMax;
            resilience.Retry.BackoffType = DelayBackoffType.Exponential;
            resilience.Retry.Delay = options.RetryDelay;
            resilience.Retry.UseJitter = true;
            resilience.Retry.ShouldRetryAfterHeader = true;
            var isPassing = resilience.Retry.ShouldHandle;
            resilience.Retry.ShouldHandle = async fault => await isPassing(fault)
                // One that was told to come later has done nothing, whatever it is.
                && (fault.Outcome.Result?.StatusCode is HttpStatusCode.TooManyRequests || fault.Context.GetRequestMessage() is not { } request || mayRepeat(request.Method));
            resilience.AttemptTimeout.Timeout = options.AttemptTimeout;
            resilience.TotalRequestTimeout.Timeout = options.TotalTimeout;
            resilience.CircuitBreaker.SamplingDuration = 2 * options.AttemptTimeout;
        });
        return builder;
    }

    private static DefaultAzureCredential CredentialOf(AzureOptions options) => new(new DefaultAzureCredentialOptions
    {
        ManagedIdentityClientId = options.ManagedIdentityClientId,
        ExcludeInteractiveBrowserCredential = true,
    });
}
