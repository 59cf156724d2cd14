using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using CopilotCapacity.AzureStandIn;
using CopilotCapacity.AzureStandIn.PowerPlatform;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Portal.Features.Sync;
using CopilotCapacity.Storage;
using CopilotCapacity.Storage.Model;
using CopilotCapacity.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace CopilotCapacity.Portal.Tests.Features.Sync.PowerPlatform;

/// <summary>
/// A portal that is connected to a stand-in of Power Platform over real HTTP, with the tenant that it is set up for. Where tokens come
/// from stands in the environment of the process, so these tests run one after another.
/// </summary>
internal sealed class PlatformPortal : IAsyncDisposable
{
    public const string Subscription = "1a2b3c4d-0000-0000-0000-000000000001";

    private static readonly string[] s_scopes = ["usage:write", "quota:read", "capacity:read", "capacity:write"];

    private PlatformPortal(StandIn services, Guid tenant) => (Services, TenantId) = (services, new TenantId(tenant));

    public StandIn Services { get; }

    public PowerPlatformState There => Services.State.PowerPlatform;

    public FaultState Faults => Services.State.Faults;

    public TenantId TenantId { get; }

    // With the real clock: a request that is sent again waits by it.
    public PortalUnderTest Portal { get; } = new() { Clock = null };

    public TenantUnderTest Tenant { get; private set; } = null!;

    public PortalUser Person { get; private set; } = null!;

    private string Path => $"/api/v1/tenants/{TenantId}";

    public static async Task<PlatformPortal> StartAsync()
    {
        var connected = new PlatformPortal(await StandIn.StartAsync(), Guid.NewGuid());
        connected.Services.State.Subscriptions[Subscription] = new SubscriptionState { Name = "Contoso pay-as-you-go", Provider = "Registered", ResourceGroups = { ["rg-copilot"] = "westeurope" } };
        Environment.SetEnvironmentVariable("IDENTITY_ENDPOINT", $"{connected.Services.Address}identity/token");
        Environment.SetEnvironmentVariable("IDENTITY_HEADER", "stand-in");
        connected.Set();
        await connected.FillAsync();
        return connected;
    }

    /// <summary>An environment here, and the same there with an allocation.</summary>
    public async Task<Guid> NewEnvironmentAsync(string name = "Sales", decimal? there = null, params (string Rule, bool Enabled)[] rules)
    {
        var body = JsonSerializer.Serialize(new { name, type = "production", region = "europe" });
        var created = await Tenant.Api.SendJsonAsync(HttpMethod.Post, $"{Path}/environments", body);
        Assert.Equal(HttpStatusCode.Created, created.Status);
        var id = created.Json.GetProperty("id").GetGuid();
        var state = There.Environments[id.ToString()] = new EnvironmentState { Name = name };
        if (there is { } quantity)
        {
            state.Allocations["MCSMessages"] = AllocationState.Of(quantity, rules);
        }

        return id;
    }

    /// <summary>Packs of 25,000 credits here, and as many there.</summary>
    public async Task BuyAsync(int packs = 4)
    {
        await Tenant.BuyAsync(25_000, packs);
        There.Packs = packs;
    }

    /// <summary>Synchronises and waits for the end; no step may fail but where that is what a test is about.</summary>
    public async Task<SyncView> SyncAsync(bool mayFail = false)
    {
        Assert.Null(await AskAsync(desk => desk.StartAsync(TenantId, default)));
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var moved = new SemaphoreSlim(0);
        using var following = Portal.Services.GetRequiredService<SyncSignal>().Follow(TenantId, () => moved.Release());
        while (true)
        {
            var view = (await AskAsync(desk => desk.ReadAsync(TenantId, default)))!;
            if (view.Running is null && view.Runs.Count > 0)
            {
                Assert.Equal([], mayFail ? [] : view.Runs[0].Steps.Where(step => step.State != SyncState.Done).Select(step => $"{step.Name}: {step.Said}"), StringComparer.Ordinal);
                return view;
            }

            await moved.WaitAsync(limit.Token);
        }
    }

    /// <summary>Synchronises and gives the one difference whose key begins so.</summary>
    public async Task<SyncDifferenceView> DifferenceAsync(string key) =>
        (await SyncAsync()).Differences.Single(difference => difference.Key.StartsWith(key, StringComparison.Ordinal));

    public Task<string?> AdoptAsync(SyncDifferenceView difference) => AskAsync(desk => desk.AdoptAsync(TenantId, difference, default));

    public Task<string?> PushAsync(SyncDifferenceView difference) => AskAsync(desk => desk.PushAsync(TenantId, difference, default));

    public async Task AllowWritingAsync() => Assert.Null(await AskAsync(desk => desk.SetWriteBackAsync(TenantId, true, default)));

    public async Task<T> AskAsync<T>(Func<ISyncDesk, Task<T>> ask)
    {
        await using var page = Portal.OpenPageAs(Person);
        return await ask(page.ServiceProvider.GetRequiredService<ISyncDesk>());
    }

    public async Task<JsonElement> ReadAsync(string path) => (await Tenant.Api.ReadAsync($"{Path}/{path}")).Json;

    public async Task<JsonElement> SendAsync(HttpMethod method, string path, object body)
    {
        var answer = await Tenant.Api.SendJsonAsync(method, $"{Path}/{path}", JsonSerializer.Serialize(body), ("If-Match", "*"));
        Assert.True(answer.Status is HttpStatusCode.OK or HttpStatusCode.Created, answer.Body);
        return answer.Json;
    }

    public async Task<(decimal Credits, bool Pool, bool PayGo)> AllocationAsync(Guid environment)
    {
        var found = await ReadAsync($"environments/{environment}/allocation");
        return (found.GetProperty("credits").GetDecimal(), found.GetProperty("drawFromTenantPool").GetBoolean(), found.GetProperty("payAsYouGo").GetBoolean());
    }

    /// <summary>What stands on the audit trail for a reason, the last first.</summary>
    public async Task<List<string>> AdoptedAsync() => [.. (await ReadAsync("audit")).GetProperty("items").EnumerateArray()
        .Where(entry => entry.TryGetProperty("reason", out var reason) && reason.GetString() is "Adopted from Power Platform")
        .Select(entry => entry.GetProperty("action").GetString()!)];

    /// <summary>How often a request came.</summary>
    public int Asked(string request) => Faults.Requests.Count(asked => string.Equals(asked, request, StringComparison.Ordinal));

    public static string[] Texts(SyncDifferenceView difference) =>
        [.. difference.Fields.Select(field => string.Create(CultureInfo.InvariantCulture, $"{field.Name}: {field.Here ?? "nothing"} | {field.There ?? "nothing"}"))];

    public async ValueTask DisposeAsync()
    {
        await Portal.DisposeAsync();
        await Services.DisposeAsync();
    }

    private void Set()
    {
        foreach (var (name, value) in new[]
        {
            ("PowerPlatform:Enabled", "true"), ("PowerPlatform:Tenant", TenantId.ToString()), ("PowerPlatform:Address", Services.Address.ToString()), ("PowerPlatform:RetriesMax", "2"),
            ("PowerPlatform:RetryDelay", "00:00:00.020"), ("PowerPlatform:AttemptTimeout", "00:00:10"), ("PowerPlatform:TotalTimeout", "00:01:00"), ("Sync:Schedule", ""),
        })
        {
            Portal.Settings[name] = value;
        }
    }

    private async Task FillAsync()
    {
        using var admin = Portal.CreateApi();
        using var created = await admin.PostAsJsonAsync("/api/v1/tenants", new { id = TenantId.Value, name = "Contoso" });
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        using var key = await admin.PostAsJsonAsync($"{Path}/api-keys", new { name = "test", scopes = s_scopes });
        var secret = (await key.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("secret").GetString()!;
        Tenant = new TenantUnderTest(TenantId.Value, secret, Portal.CreateApi(secret));
        Person = await Portal.AddPersonAsync(TenantId.Value, TenantRole.TenantAdministrator);
    }
}
