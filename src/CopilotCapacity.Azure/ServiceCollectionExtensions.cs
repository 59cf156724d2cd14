using Azure.Core;
using Azure.Identity;
using CopilotCapacity.Azure.Budgets;
using CopilotCapacity.Azure.Costs;
using CopilotCapacity.Azure.Http;
using CopilotCapacity.Azure.Resources;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Options;
using Polly;

namespace CopilotCapacity.Azure;

/// <summary>Sets up the clients of Azure.</summary>
public static class ServiceCollectionExtensions
{
    /// <summary>Adds the clients. The credential comes from the environment or a managed identity, never from a setting.</summary>
    public static IServiceCollection AddAzure(this IServiceCollection services)
    {
        services.AddOptions<AzureOptions>().BindConfiguration(AzureOptions.Section);
        services.TryAddSingleton<TokenCredential>(provider => CredentialOf(provider.GetRequiredService<IOptions<AzureOptions>>().Value));
        services.AddHttpClient<AzureHttp>((provider, http) => http.BaseAddress = provider.GetRequiredService<IOptions<AzureOptions>>().Value.ManagementAddress)
            .AddResilience()
            .AddHttpMessageHandler(provider =>
            {
                var options = provider.GetRequiredService<IOptions<AzureOptions>>().Value;
                return new BearerTokenHandler(
                    provider.GetRequiredService<TokenCredential>(),
                    options.Scope ?? new Uri(options.ManagementAddress, ".default").ToString(),
                    provider.GetRequiredService<TimeProvider>());
            });
        services.AddTransient<ResourceManagerClient>();
        services.AddTransient<BudgetClient>();
        services.AddTransient<CostClient>();
        return services;
    }

    // All that is sent can be sent again: reads, whole documents, deletions and registrations.
    private static IHttpClientBuilder AddResilience(this IHttpClientBuilder builder)
    {
        var name = builder.AddStandardResilienceHandler().PipelineName;
        builder.Services.AddOptions<HttpStandardResilienceOptions>(name).Configure<IOptions<AzureOptions>>((resilience, azure) =>
        {
            var options = azure.Value;
            resilience.Retry.MaxRetryAttempts = options.RetriesMax;
            resilience.Retry.BackoffType = DelayBackoffType.Exponential;
            resilience.Retry.Delay = options.RetryDelay;
            resilience.Retry.UseJitter = true;
            resilience.Retry.ShouldRetryAfterHeader = true;
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
