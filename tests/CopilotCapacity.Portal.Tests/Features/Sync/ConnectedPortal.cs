using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using CopilotCapacity.AzureStandIn;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Portal.Features.BillingPlans.Pages;
using CopilotCapacity.Portal.Features.Sync;
using CopilotCapacity.Storage;
using CopilotCapacity.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace CopilotCapacity.Portal.Tests.Features.Sync;

/// <summary>
/// A portal that is connected to a stand-in of Azure over real HTTP, with one tenant to which the subscriptions belong. Where tokens come
/// from stands in the environment of the process, so these tests run one after another.
/// </summary>
internal sealed class ConnectedPortal : IAsyncDisposable
{
    public const string Subscription = "1a2b3c4d-0000-0000-0000-000000000001";
    public const string Group = "rg-copilot";
    public const string Scope = $"/subscriptions/{Subscription}/resourceGroups/{Group}";
    public const string Account = Scope + "/providers/Microsoft.PowerPlatform/accounts/Europe";
    public const string BudgetPath = Scope + "/providers/Microsoft.Consumption/budgets/Europe";

    private static readonly string[] s_scopes = ["usage:write", "quota:read", "capacity:read", "capacity:write"];

    private readonly string _folder = Directory.CreateTempSubdirectory("copilotcapacity-sync-").FullName;
    private readonly Guid _id = Guid.NewGuid();

    private ConnectedPortal(StandIn azure) => Azure = azure;

    public StandIn Azure { get; }

    public AzureState State => Azure.State;

    public PortalUnderTest Portal { get; private set; } = null!;

    public TenantUnderTest Tenant { get; private set; } = null!;

    /// <summary>An administrator of the tenant.</summary>
    public PortalUser Person { get; private set; } = null!;

    public TenantId TenantId => new(_id);

    public static async Task<ConnectedPortal> StartAsync(FakeTimeProvider? clock = null, params (string Name, string Value)[] settings)
    {
        var connected = new ConnectedPortal(await StandIn.StartAsync());
        connected.State.Currency = "USD";
        connected.State.Subscriptions[Subscription] = new SubscriptionState
        {
            Name = "Contoso pay-as-you-go",
            Provider = "Registered",
            ResourceGroups = { [Group] = "westeurope" },
            Accounts = { (Group, "Europe") },
        };
        connected.Open(clock, settings);
        await connected.FillAsync();
        return connected;
    }

    /// <summary>Stops the portal and starts it again on the same database.</summary>
    public async Task RestartAsync(params (string Name, string Value)[] settings)
    {
        await Portal.DisposeAsync();
        Open(null, settings);
        Tenant = Tenant with { Api = Portal.CreateApi(Tenant.Key) };
        _ = Portal.Services;
    }

    /// <summary>Asks on behalf of the tenant's administrator, or of somebody else.</summary>
    public async Task<T> AskAsync<T>(Func<ISyncDesk, Task<T>> ask, PortalUser? person = null)
    {
        await using var page = Portal.OpenPageAs(person ?? Person);
        return await ask(page.ServiceProvider.GetRequiredService<ISyncDesk>());
    }

    public async Task<SyncView> ReadAsync() => (await AskAsync(desk => desk.ReadAsync(TenantId, default)))!;

    public async Task<PlanDetail> PlanAsync(Guid plan)
    {
        await using var page = Portal.OpenPageAs(Person);
        return (await page.ServiceProvider.GetRequiredService<IBillingPlanDesk>().ReadAsync(TenantId, new(plan), default))!;
    }

    /// <summary>Synchronises, and waits until that is finished.</summary>
    public async Task<SyncView> SyncAsync()
    {
        Assert.Null(await AskAsync(desk => desk.StartAsync(TenantId, default)));
        return await FinishedAsync();
    }

    public Task<SyncView> FinishedAsync() => UntilAsync(view => view.Running is null && view.Runs.Count > 0);

    /// <summary>Waits until the sync is as it is expected, following what open pages are told.</summary>
    public async Task<SyncView> UntilAsync(Func<SyncView, bool> isReached)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var moved = new SemaphoreSlim(0);
        using var following = Portal.Services.GetRequiredService<SyncSignal>().Follow(TenantId, () => moved.Release());
        while (true)
        {
            var view = await ReadAsync();
            if (isReached(view))
            {
                return view;
            }

            await moved.WaitAsync(limit.Token);
        }
    }

    public async Task<Guid> NewPlanAsync(string? budget = null, string name = "Europe", params Guid[] environments)
    {
        var body = JsonSerializer.Serialize(new { name, subscriptionId = Subscription, resourceGroup = Group, region = "europe", environments });
        var created = await Tenant.Api.SendJsonAsync(HttpMethod.Post, Tenant.Plans(), body);
        Assert.Equal(HttpStatusCode.Created, created.Status);
        var plan = created.Json.GetProperty("id").GetGuid();
        if (budget is not null)
        {
            Assert.Equal(HttpStatusCode.OK, (await Tenant.SetBudgetAsync(plan, Budget(budget))).Status);
        }

        return plan;
    }

    /// <summary>A budget that has told at 80 % since before the tests, as the API takes it.</summary>
    public static string Budget(string amount) => $$"""
        { "amount": { "amount": "{{amount}}", "currency": "USD" }, "timeGrain": "monthly", "startsOn": "2026-11-01",
          "thresholds": [{ "percent": 80, "basis": "actual" }], "contacts": ["finance@contoso.example"] }
        """;

    /// <summary>The same budget, as Azure has it.</summary>
    public JsonObject AzureBudget(decimal amount, string version = "\"a1\"") => new()
    {
        ["id"] = BudgetPath,
        ["name"] = "Europe",
        ["eTag"] = version,
        ["properties"] = new JsonObject
        {
            ["category"] = "Cost",
            ["amount"] = amount,
            ["timeGrain"] = "Monthly",
            ["timePeriod"] = new JsonObject { ["startDate"] = "2026-11-01T00:00:00Z", ["endDate"] = "2036-10-31T00:00:00Z" },
            ["currentSpend"] = new JsonObject { ["amount"] = 12.5m, ["unit"] = State.Currency },
            ["notifications"] = new JsonObject
            {
                ["Actual_80"] = new JsonObject
                {
                    ["enabled"] = true,
                    ["operator"] = "GreaterThanOrEqualTo",
                    ["threshold"] = 80,
                    ["thresholdType"] = "Actual",
                    ["contactEmails"] = new JsonArray("finance@contoso.example"),
                    ["contactGroups"] = new JsonArray("/subscriptions/x/actionGroups/runbook"),
                },
            },
        },
    };

    public async Task<decimal> AmountHereAsync(Guid plan) => decimal.Parse(
        (await Tenant.Api.ReadAsync(Tenant.Plans(plan))).Json.GetProperty("budget").GetProperty("amount").GetProperty("amount").GetString()!, System.Globalization.CultureInfo.InvariantCulture);

    public async Task<List<string>> AuditAsync(string part) =>
        [.. (await Tenant.Api.ReadAsync($"/api/v1/tenants/{_id}/audit")).Json.GetProperty("items").EnumerateArray()
            .Select(entry => entry.GetProperty("action").GetString()!).Where(action => action.StartsWith(part, StringComparison.Ordinal))];

    public async Task<List<JsonElement>> AlertsAsync() =>
        [.. (await Tenant.Api.ReadAsync($"/api/v1/tenants/{_id}/alerts")).Json.GetProperty("items").EnumerateArray()
            .Where(alert => alert.GetProperty("kind").GetString() is "sync.failing")];

    /// <summary>Lets the faults that were ordered come to an end.</summary>
    public void ClearFaults() => State.Faults.Clear();

    public async ValueTask DisposeAsync()
    {
        await Portal.DisposeAsync();
        await Azure.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private void Open(FakeTimeProvider? clock, (string Name, string Value)[] settings)
    {
        Environment.SetEnvironmentVariable("IDENTITY_ENDPOINT", $"{Azure.Address}identity/token");
        Environment.SetEnvironmentVariable("IDENTITY_HEADER", "stand-in");
        Portal = new PortalUnderTest { Clock = clock };
        Portal.Settings["ConnectionStrings:Portal"] = $"Data Source={Path.Combine(_folder, "portal.db")};Pooling=False";
        Portal.Settings["Azure:Enabled"] = "true";
        Portal.Settings["Azure:Tenant"] = _id.ToString();
        Portal.Settings["Azure:ManagementAddress"] = Azure.Address.ToString();
        Portal.Settings["Azure:RetriesMax"] = "3";
        Portal.Settings["Azure:RetryDelay"] = "00:00:00.020";
        Portal.Settings["Azure:AttemptTimeout"] = "00:00:01";
        Portal.Settings["Azure:TotalTimeout"] = "00:00:20";
        Portal.Settings["Sync:Schedule"] = "";
        foreach (var (name, value) in settings)
        {
            Portal.Settings[name] = value;
        }
    }

    private async Task FillAsync()
    {
        using var admin = Portal.CreateApi();
        using var created = await admin.PostAsJsonAsync("/api/v1/tenants", new { id = _id, name = "Contoso" });
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        using var key = await admin.PostAsJsonAsync($"/api/v1/tenants/{_id}/api-keys", new { name = "test", scopes = s_scopes });
        var secret = (await key.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("secret").GetString()!;
        Tenant = new TenantUnderTest(_id, secret, Portal.CreateApi(secret));
        Person = await Portal.AddPersonAsync(_id, TenantRole.TenantAdministrator);
    }
}

[CollectionDefinition(Name)]
public sealed class AzureTests
{
    public const string Name = "Azure";
}
