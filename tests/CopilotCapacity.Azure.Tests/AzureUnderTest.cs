using System.Text.Json.Nodes;
using CopilotCapacity.AzureStandIn;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace CopilotCapacity.Azure.Tests;

/// <summary>
/// The clients as the portal sets them up, against a stand-in over real HTTP; the credential is a managed identity whose tokens come
/// from there as well. Where that is stands in the environment of the process, so these tests run one after another.
/// </summary>
[Collection("Azure")]
public abstract class AzureUnderTest : IAsyncLifetime
{
    protected const string Subscription = "1a2b3c4d-0000-0000-0000-000000000001";
    protected const string Scope = $"/subscriptions/{Subscription}/resourceGroups/rg-copilot";

    private StandIn? _azure;
    private ServiceProvider? _services;

    protected AzureState State => _azure!.State;

    protected virtual int RetriesMax => 3;

    public async Task InitializeAsync()
    {
        _azure = await StandIn.StartAsync();
        Environment.SetEnvironmentVariable("IDENTITY_ENDPOINT", $"{_azure.Address}identity/token");
        Environment.SetEnvironmentVariable("IDENTITY_HEADER", "stand-in");
        State.Subscriptions[Subscription] = new SubscriptionState { Name = "Contoso pay-as-you-go", ResourceGroups = { ["rg-copilot"] = "westeurope" } };
        var settings = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Azure:Enabled"] = "true",
            ["Azure:ManagementAddress"] = _azure.Address.ToString(),
            ["Azure:RetriesMax"] = RetriesMax.ToString(System.Globalization.CultureInfo.InvariantCulture),
            ["Azure:RetryDelay"] = "00:00:00.020",
            ["Azure:AttemptTimeout"] = "00:00:01",
            ["Azure:TotalTimeout"] = "00:00:20",
        };
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(settings).Build());
        services.AddLogging();
        services.AddSingleton(TimeProvider.System);
        services.AddAzure();
        _services = services.BuildServiceProvider();
    }

    public async Task DisposeAsync()
    {
        await _services!.DisposeAsync();
        await _azure!.DisposeAsync();
    }

    protected static JsonObject Example(string name) =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "data", "azure-examples", name)))!.AsObject();

    protected T Client<T>()
        where T : notnull => _services!.GetRequiredService<T>();
}
