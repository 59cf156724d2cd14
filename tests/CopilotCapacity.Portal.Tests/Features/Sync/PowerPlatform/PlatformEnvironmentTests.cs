using System.Globalization;
using CopilotCapacity.AzureStandIn.PowerPlatform;

namespace CopilotCapacity.Portal.Tests.Features.Sync.PowerPlatform;

/// <summary>Environments that only one side knows, and how they are described.</summary>
[Collection("Azure")]
public sealed class PlatformEnvironmentTests
{
    private const string Warranty = "e0000000-0000-0000-0000-000000000001";

    [Fact]
    public async Task EnvironmentThatOnlyPowerPlatformKnows_IsAdopted_AndThenCompared()
    {
        await using var portal = await PlatformPortal.StartAsync();
        await portal.BuyAsync();
        portal.There.Environments[Warranty] = new EnvironmentState { Name = "Warranty", Type = "Sandbox", Location = "unitedstates", Allocations = { ["MCSMessages"] = AllocationState.Of(5_000, ("TenantPool", false)) } };

        var difference = await portal.DifferenceAsync("unknown:");
        Assert.Equal((true, false), (difference.CanAdopt, difference.CanPush));
        Assert.Null(await portal.AdoptAsync(difference));

        var environment = await portal.ReadAsync($"environments/{Warranty}");
        Assert.Equal(("Warranty", "sandbox", "unitedstates"), (environment.GetProperty("name").GetString(), environment.GetProperty("type").GetString(), environment.GetProperty("region").GetString()));
        Assert.Equal((0m, false, true), await portal.AllocationAsync(Guid.Parse(Warranty)));
        Assert.Null(await portal.AdoptAsync(Assert.Single((await portal.SyncAsync()).Differences)));
        Assert.Equal(5_000, (await portal.AllocationAsync(Guid.Parse(Warranty))).Credits);
        Assert.Empty((await portal.SyncAsync()).Differences);
    }

    [Theory]
    [InlineData("Platform", "Warranty", Warranty)]
    [InlineData("Production", " ", Warranty)]
    [InlineData("Production", "Warranty", "no-guid")]
    public async Task EnvironmentThatCannotBeOneHere_IsTold_AndNotAdopted(string type, string name, string id)
    {
        await using var portal = await PlatformPortal.StartAsync();
        portal.There.Environments[id] = new EnvironmentState { Name = name, Type = type };

        var difference = await portal.DifferenceAsync("unknown:");

        Assert.Equal((false, false), (difference.CanAdopt, difference.CanPush));
        Assert.Equal("There is nothing to adopt.", await portal.AdoptAsync(difference));
        Assert.Empty((await portal.ReadAsync("environments")).GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task EnvironmentThatOnlyThePortalKnows_IsTold_AndNothingElseOfItIsAsked()
    {
        await using var portal = await PlatformPortal.StartAsync();
        var id = await portal.NewEnvironmentAsync();
        portal.There.Environments.Clear();

        var difference = Assert.Single((await portal.SyncAsync()).Differences);

        Assert.Equal(($"missing:{id}", "Sales is known here and not in Power Platform", false, false), (difference.Key, difference.Title, difference.CanAdopt, difference.CanPush));
        Assert.Equal(0, portal.Asked($"GET /licensing/environments/{id}/entitlements"));
    }

    [Fact]
    public async Task RetiredEnvironment_ThatIsStillThere_IsTold()
    {
        await using var portal = await PlatformPortal.StartAsync();
        var id = await portal.NewEnvironmentAsync();
        await portal.Tenant.Api.SendJsonAsync(HttpMethod.Delete, string.Create(CultureInfo.InvariantCulture, $"/api/v1/tenants/{portal.TenantId}/environments/{id}"), null, ("If-Match", "*"));

        Assert.Equal("Sales is retired here and still in Power Platform", Assert.Single((await portal.SyncAsync()).Differences).Title);
    }

    [Fact]
    public async Task TheirDescription_IsAdopted_AndKeepsTheCostCentre()
    {
        await using var portal = await PlatformPortal.StartAsync();
        var id = await portal.NewEnvironmentAsync();
        await portal.SendAsync(HttpMethod.Put, $"environments/{id}", new { name = "Sales", type = "production", region = "europe", costCenter = "CC-7" });
        portal.There.Environments[id.ToString()] = new EnvironmentState { Name = "Sales EU", Type = "Sandbox", Location = "unitedkingdom" };

        var difference = Assert.Single((await portal.SyncAsync()).Differences);
        Assert.Equal(["Name: Sales | Sales EU", "Type: Production | Sandbox", "Region: europe | unitedkingdom"], PlatformPortal.Texts(difference));
        Assert.False(difference.CanPush);
        Assert.Null(await portal.AdoptAsync(difference));

        var environment = await portal.ReadAsync($"environments/{id}");
        Assert.Equal(("Sales EU", "sandbox", "CC-7"), (environment.GetProperty("name").GetString(), environment.GetProperty("type").GetString(), environment.GetProperty("costCenter").GetString()));
        Assert.Equal(["environment.changed"], await portal.AdoptedAsync());
        Assert.Empty((await portal.SyncAsync()).Differences);
    }

    // The service calls the environment that every tenant has by the tenant's id behind a word.
    [Fact]
    public async Task DefaultEnvironment_IsTheSameUnderItsLongerName()
    {
        await using var portal = await PlatformPortal.StartAsync();
        await portal.BuyAsync();
        portal.There.Environments[$"Default-{Warranty}"] = new EnvironmentState { Name = "Contoso (default)", Type = "Default" };

        Assert.Null(await portal.AdoptAsync(await portal.DifferenceAsync("unknown:")));
        Assert.Empty((await portal.SyncAsync()).Differences);

        await portal.SendAsync(HttpMethod.Put, $"environments/{Warranty}/allocation", new { credits = 7_000 });
        await portal.AllowWritingAsync();
        Assert.Null(await portal.PushAsync(await portal.DifferenceAsync("allocation:")));
        Assert.Equal(7_000, portal.There.Environments[$"Default-{Warranty}"].Allocations["MCSMessages"].Quantity);
    }

    [Fact]
    public async Task AnotherTenant_IsNotConnected()
    {
        await using var portal = await PlatformPortal.StartAsync();
        var other = await portal.Portal.CreateTenantAsync("Fabrikam");
        var person = await portal.Portal.AddPersonAsync(other.Id, Domain.Tenancy.TenantRole.TenantAdministrator);

        await using var page = portal.Portal.OpenPageAs(person);
        var desk = Microsoft.Extensions.DependencyInjection.ServiceProviderServiceExtensions.GetRequiredService<Portal.Features.Sync.ISyncDesk>(page.ServiceProvider);

        Assert.False((await desk.ReadAsync(new(other.Id), default))!.IsConnected);
        Assert.Equal("No service is set up for this tenant.", await desk.StartAsync(new(other.Id), default));
        Assert.Null(await desk.ReadAsync(portal.TenantId, default));
        Assert.Empty(portal.Faults.Requests);
    }
}
