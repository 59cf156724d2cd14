using System.Net;
using CopilotCapacity.Portal.Features.Channels.Mail;
using CopilotCapacity.Portal.Features.Channels.Pages;
using CopilotCapacity.Portal.Features.Channels.Sending;
using CopilotCapacity.Portal.Features.Channels.Webhooks;
using Microsoft.Extensions.Configuration.EnvironmentVariables;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace CopilotCapacity.Portal.Features.Channels;

/// <summary>Wires the channels and what sends through them.</summary>
internal static class ChannelsStartup
{
    public static void AddChannels(this IServiceCollection services)
    {
        services.AddOptions<ChannelOptions>().BindConfiguration(ChannelOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<ChannelOptions>, ChannelValidator>();
        services.AddOptions<MailOptions>().BindConfiguration(MailOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<MailOptions>, MailValidator>();
        services.TryAddSingleton(new HostLookup(Dns.GetHostAddressesAsync));
        services.TryAddSingleton(Random.Shared);
        services.AddSingleton<GuardedConnections>();
        services.AddSingleton<WebhookSender>();
        services.AddSingleton<MailText>();
        services.AddSingleton<MailSender>();
        services.AddSingleton<ChannelSecrets>();
        services.AddSingleton<ChannelChanges>();
        services.AddSingleton<DeliverySignal>();
        services.AddSingleton<DeliveryFeed>();
        services.AddSingleton<Outbox>();
        services.AddSingleton<DeliveryQueue>();
        services.AddHostedService<DeliveryWorker>();
        services.AddScoped<IChannelDesk, ChannelDesk>();
    }

    private sealed class ChannelValidator : IValidateOptions<ChannelOptions>
    {
        public ValidateOptionsResult Validate(string? name, ChannelOptions options) => Result([.. options.Problems()]);
    }

    private sealed class MailValidator(IConfiguration configuration) : IValidateOptions<MailOptions>
    {
        public ValidateOptionsResult Validate(string? name, MailOptions options) => Result([.. options.Problems(IsPasswordInFile(), HasPassword())]);

        private static bool HasPassword() => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(MailOptions.PasswordVariable));

        private bool IsPasswordInFile() => configuration is IConfigurationRoot root
            && root.Providers.Any(provider => provider is not EnvironmentVariablesConfigurationProvider && IsOutside(provider) && provider.TryGet("Mail:Password", out _));

        // A chain of settings contains the environment's own.
        private static bool IsOutside(IConfigurationProvider provider) => provider is not ChainedConfigurationProvider;
    }

    private static ValidateOptionsResult Result(List<string> problems) =>
        problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
}
