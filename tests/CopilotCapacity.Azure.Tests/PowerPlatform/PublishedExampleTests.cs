using System.Net;
using System.Text.Json.Nodes;
using CopilotCapacity.Azure.PowerPlatform;

namespace CopilotCapacity.Azure.Tests.PowerPlatform;

/// <summary>Each published payload: a request is accepted by the stand-in and is what the client sends; an answer is read.</summary>
public sealed class PublishedExampleTests : PowerPlatformUnderTest
{
    private const string Returns = "a0000000-0000-0000-0000-000000000001";
    private const string Version = "?api-version=2024-10-01";

    [Fact]
    public void EveryExample_HasATest()
    {
        var files = Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "data", "powerplatform-examples")).Select(Path.GetFileName).Order(StringComparer.Ordinal);

        Assert.Equal(
            ["PutAllocationsV2.request.json", "UpdateAllocationsByEnvironment.request.json", "UpsertResourceThreshold.request.json", "environmentEntitlement.response.json", "resources.response.json"],
            files!, StringComparer.Ordinal);
    }

    [Fact]
    public async Task PutAllocationsV2_DoesWhatTheClientsWriteDoes()
    {
        Fill().Allocations.Clear();
        Assert.Equal(HttpStatusCode.OK, await SendAsync(HttpMethod.Put, $"/licensing/allocationsV2{Version}", Own("PutAllocationsV2.request.json")));
        var published = (await Allocations.FindAsync(Service, default)).Value!;

        Platform.Environments[Service].Allocations.Clear();
        Assert.Equal(AllocationWriteOutcome.Written, (await Allocations.WriteAsync(Service, null, new WantedAllocation(12_500, false, null), default)).Outcome);

        Assert.True(published.Says((await Allocations.FindAsync(Service, default)).Value!));
        Assert.Equal((12_500m, false), (published.CopilotCredits!.Allocated, published.CopilotCredits.Rule("TenantPool")));
    }

    // The client writes with allocationsV2, which can say more; what others write this way it reads.
    [Fact]
    public async Task UpdateAllocationsByEnvironment_IsReadAfterwards()
    {
        Fill().Allocations.Clear();
        Assert.Equal(HttpStatusCode.OK, await SendAsync(HttpMethod.Patch, $"/licensing/allocationsByEnvironment{Version}", Own("UpdateAllocationsByEnvironment.request.json")));

        var credits = (await Allocations.FindAsync(Service, default)).Value!.CopilotCredits!;

        Assert.Equal(7_500, credits.Allocated);
        Assert.Equal((true, false, true, false, null), (credits.Rule("Alert"), credits.Rule("TenantPool"), credits.Rule("PayGo"), credits.Rule("Deny"), credits.Rule("Throttle")));
    }

    [Fact]
    public async Task UpsertResourceThreshold_IsWhatTheClientSends()
    {
        Fill();
        var address = $"/licensing/environments/{Service}/entitlements/MCSMessages/resources/{Returns}/threshold";
        Assert.Equal(HttpStatusCode.OK, await SendAsync(HttpMethod.Put, address + Version, Own("UpsertResourceThreshold.request.json")));
        var published = Platform.Thresholds[(Service, Returns)];

        Assert.Null((await Client<ThresholdClient>().PutAsync(Service, Returns, new AgentLimit(false, 2_500, true, true, 75), default)).Failure);

        // The documented version stores and does not enforce; the client's does.
        Assert.False(published.IsEnforced);
        Assert.Equal(published with { IsEnforced = true }, Platform.Thresholds[(Service, Returns)]);
    }

    [Fact]
    public async Task EnvironmentEntitlement_IsRead()
    {
        State.Recorded[$"/licensing/environments/{Service}/entitlements"] = Own("environmentEntitlement.response.json");

        var found = Assert.Single((await Client<EntitlementClient>().ListOfEnvironmentAsync(Service, default)).Value!);
        var capacity = found.Entitlement!.Capacity!;

        Assert.Equal(("MCSMessages", Service, "Contoso Service", "Production", "europe", true, "None"), (found.EntitlementId, found.EnvironmentId, found.EnvironmentName, found.EnvironmentType, found.Location, found.IsManagedEnvironment, found.Scenario));
        Assert.Equal((40_000m, 0m, 1_234.5m, 38_765.5m, "WithinCapacity"), (capacity.Allocated!.Value, capacity.Allocated.AutoAllocated, capacity.Consumed!.Value, capacity.AvailableQuantity, capacity.Status));
        Assert.Equal([new EnforcementRule("TenantPool", true), new EnforcementRule("Throttle", false)], capacity.EnforcementRules!);
        Assert.Equal((0m, null), (found.Entitlement.PayGo!.Entitled!.Value, found.Entitlement.PayGo.Consumed!.Value));
    }

    [Fact]
    public async Task Resources_AreRead_AndWhatARowDoesNotSayIsNotZero()
    {
        State.Recorded["/licensing/entitlements/MCSMessages/resources"] = Own("resources.response.json");

        var rows = (await Client<ConsumptionClient>().ListAsync(new DateOnly(2026, 11, 27), new DateOnly(2026, 11, 27), default)).Value!;

        Assert.Equal(2, rows.Count);
        Assert.Equal((Returns, "Returns", 152.5m, 12m, "4", "standard"), (rows[0].ResourceId, rows[0].Name, rows[0].Consumed, rows[0].NonBillable, rows[0].Metadata["Users"], rows[0].Metadata["LLMModel"]));
        Assert.Equal((null, null, null), (rows[1].Consumed, rows[1].NonBillable, rows[1].Name));
    }

    // What makes the stand-in worth testing against: it takes nothing that is not documented.
    [Theory]
    [InlineData("PUT", "/licensing/allocationsV2", """{"scope":{"environmentId":"e0000000-0000-0000-0000-000000000001"},"allocatedEntitlements":[]}""")]
    [InlineData("PUT", "/licensing/allocationsV2?api-version=1", """{"scope":{"environmentId":"e0000000-0000-0000-0000-000000000001"},"allocatedEntitlements":[]}""")]
    [InlineData("PUT", "/licensing/allocationsV2?api-version=2024-10-01&force=true", """{"scope":{"environmentId":"e0000000-0000-0000-0000-000000000001"},"allocatedEntitlements":[]}""")]
    [InlineData("PUT", "/licensing/allocationsV2?api-version=2024-10-01", """{"environmentId":"e0000000-0000-0000-0000-000000000001","allocatedEntitlements":[]}""")]
    [InlineData("PUT", "/licensing/allocationsV2?api-version=2024-10-01", """{"scope":{"environmentId":"e0000000-0000-0000-0000-000000000001"},"allocatedEntitlements":[{"entitlementId":"MCSMessages","allocation":{"quantity":"5"}}]}""")]
    [InlineData("PUT", "/licensing/allocationsV2?api-version=2024-10-01", """{"scope":{"environmentId":"e0000000-0000-0000-0000-000000000001"},"allocatedEntitlements":[{"entitlementId":"MCSMessages","allocation":{},"enforcementRules":[{"ruleType":"tenantPool","enabled":true}]}]}""")]
    [InlineData("PATCH", "/licensing/allocationsByEnvironment?api-version=2024-10-01", """{"environmentId":"e0000000-0000-0000-0000-000000000001","currencyAllocations":[{"currencyType":"MCSMessages","allocated":1.5}]}""")]
    [InlineData("POST", "/licensing/billingPolicies?api-version=2024-10-01", """{"name":"x","location":"europe","billingInstrument":{"subscriptionId":"mine","resourceGroup":"rg"}}""")]
    [InlineData("PUT", "/licensing/environments/e0000000-0000-0000-0000-000000000001/entitlements/MCSMessages/resources/x/threshold?api-version=1", """{"limit":10.5}""")]
    [InlineData("PUT", "/licensing/environments/e0000000-0000-0000-0000-000000000001/entitlements/MCSMessages/resources/x/threshold?api-version=1", """{"isEnabled":true}""")]
    public async Task StandIn_RefusesWhatIsNotDocumented_AndChangesNothing(string method, string address, string body)
    {
        Fill();

        Assert.Equal(HttpStatusCode.BadRequest, await SendAsync(new HttpMethod(method), address, JsonNode.Parse(body)!));
        Assert.Equal((2, 0, 0), (Platform.Environments[Service].Allocations.Count, Platform.Policies.Count, Platform.Thresholds.Count));
    }

    private static JsonNode Own(string name) => Read("powerplatform-examples", name);
}
