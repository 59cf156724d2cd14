using System.Net.Http.Json;
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
            ["Azure:ManagementAddress"] = _azure.Address.ToString(),
            ["PowerPlatform:Address"] = _azure.Address.ToString(),
        };
        foreach (var section in new[] { "Azure", "PowerPlatform" })
        {
            settings[$"{section}:Enabled"] = "true";
            settings[$"{section}:RetriesMax"] = RetriesMax.ToString(System.Globalization.CultureInfo.InvariantCulture);
            settings[$"{section}:RetryDelay"] = "00:00:00.020";
            settings[$"{section}:AttemptTimeout"] = "00:00:01";
            settings[$"{section}:TotalTimeout"] = "00:00:20";
        }

        // Writes are not sent again, so one must not be given up where the machine is busy.
        settings["PowerPlatform:AttemptTimeout"] = "00:00:03";
        settings["PowerPlatform:TotalTimeout"] = "00:00:40";

        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(settings).Build());
        services.AddLogging();
        services.AddSingleton(TimeProvider.System);
        services.AddAzure();
        services.AddPowerPlatform();
        _services = services.BuildServiceProvider();
    }

    public async Task DisposeAsync()
    {
        await _services!.DisposeAsync();
        await _azure!.DisposeAsync();
    }

    protected static JsonObject Example(string name) => Read("azure-examples", name).AsObject();

    protected static JsonNode Read(string folder, string name) => JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "data", folder, name)))!;

    /// <summary>Sends what is given to the stand-in as it is, with a token: what a published request comes to there.</summary>
    protected async Task<System.Net.HttpStatusCode> SendAsync(HttpMethod method, string address, JsonNode body)
    {
        using var http = new HttpClient { BaseAddress = _azure!.Address };
        using var request = new HttpRequestMessage(method, address) { Content = JsonContent.Create(body) };
        request.Headers.Authorization = new System.Net.Http.Headers.AuthenticationHeaderValue("Bearer", State.Tokens.Give());
        using var response = await http.SendAsync(request);
        return response.StatusCode;
    }

    protected T Client<T>()
        where T : notnull => _services!.GetRequiredService<T>();
}
