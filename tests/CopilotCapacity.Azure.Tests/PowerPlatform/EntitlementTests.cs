using CopilotCapacity.Azure.PowerPlatform;

namespace CopilotCapacity.Azure.Tests.PowerPlatform;

public sealed class EntitlementTests : PowerPlatformUnderTest
{
    private EntitlementClient Entitlements => Client<EntitlementClient>();

    [Fact]
    public async Task Tenant_SaysWhatItHas_AllocatedAndUsed()
    {
        Fill();

        var capacity = (await Entitlements.FindTenantAsync(default)).Value!.Entitlement!.Capacity!;

        Assert.Equal((100_000m, 40_000m, 60_000m, 1_234.5m), (capacity.Entitled!.Value, capacity.Allocated!.Value, capacity.AvailableQuantity, capacity.Consumed!.Value));
        Assert.Equal(("Snapshot", new DateTimeOffset(2026, 11, 28, 0, 0, 0, TimeSpan.Zero)), (capacity.Consumed.ConsumptionType, capacity.Consumed.LastUpdatedOn));
        var license = Assert.Single(capacity.Licenses!);
        Assert.Equal((4, "Paid", 100_000m), (license.LicenseQuantity, license.LicenseTier, license.Entitled!.Value));
    }

    [Fact]
    public async Task WhatTheServiceDoesNotSay_IsNotKnown_AndNotZero()
    {
        Fill();
        Platform.Consumed = null;

        Assert.Null((await Entitlements.FindTenantAsync(default)).Value!.Entitlement!.Capacity!.Consumed!.Value);
        Assert.Null(Assert.Single((await Entitlements.ListCurrencyReportsAsync(default)).Value!).Consumed);
        Assert.Null(Assert.Single((await Entitlements.ListOfEnvironmentAsync(Sales, default)).Value!).Entitlement!.Capacity!.AvailableQuantity);

        Platform.Packs = null;
        var nothing = (await Entitlements.FindTenantAsync(default)).Failure!;
        Assert.Equal((AzureFailureKind.NotFound, "Power Platform has nothing there."), (nothing.Kind, nothing.Reason));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Lists_AreRead_BareAndUnderValue(bool bare)
    {
        Fill();
        Platform.BareLists = bare;

        var allocations = (await Allocations.ListAsync(default)).Value!;
        var entitlement = (await Entitlements.ListOfEnvironmentAsync(Service, default)).Value!.Single(found => found.EntitlementId is "MCSMessages");
        var report = Assert.Single((await Entitlements.ListCurrencyReportsAsync(default)).Value!);

        Assert.Equal([Sales, Service], allocations.Select(found => found.EnvironmentId).ToArray());
        Assert.Null(allocations[0].CopilotCredits);
        Assert.Equal(("Contoso Service", "Production", "europe"), (entitlement.EnvironmentName, entitlement.EnvironmentType, entitlement.Location));
        Assert.Equal((100_000L, 40_000L, 1_234L), (report.Purchased, report.Allocated, report.Consumed!.UnitsConsumed));
    }

    [Fact]
    public async Task Allocation_IsReadWithTheRuleThatOnlyTheNewerModelKnows()
    {
        Fill();

        var older = (await Allocations.ListAsync(default)).Value!.Single(found => found.EnvironmentId is Service).CopilotCredits!;
        var whole = (await Allocations.FindAsync(Service, default)).Value!.CopilotCredits!;

        Assert.Equal((null, true), (older.Rule("Throttle"), whole.Rule("Throttle")));
        Assert.Equal((true, null, 40_000m), (whole.Rule("TenantPool"), whole.Rule("PayGo"), whole.Allocated));
    }

    [Fact]
    public async Task Availability_IsWhatIsNotAllocated()
    {
        Fill();

        Assert.Equal(60_000, (await Allocations.FindAvailableAsync(Sales, default)).Value!.CopilotCredits);
        Assert.Equal(AzureFailureKind.Rejected, (await Allocations.FindAvailableAsync("no'environment", default)).Failure!.Kind);
    }

    [Fact]
    public async Task Environment_ThatIsNotThere_IsNotFound()
    {
        Assert.Equal(AzureFailureKind.NotFound, (await Allocations.FindAsync("elsewhere/..", default)).Failure!.Kind);
        Assert.Equal(AzureFailureKind.NotFound, (await Entitlements.ListOfEnvironmentAsync(Service, default)).Failure!.Kind);
    }

    [Theory]
    [InlineData("""{"currencyAllocations":[]}""")]
    [InlineData("""{"environmentId":"e0000000-0000-0000-0000-000000000001"}""")]
    [InlineData("""{"environmentId":"e0000000-0000-0000-0000-000000000001","currencyAllocations":[{"currencyType":"MCSMessages","allocated":"many"}]}""")]
    [InlineData("[]")]
    public async Task Allocation_ThatCannotBeRead_IsNoAllocationOfZero(string body)
    {
        Fill();
        State.Recorded[$"/licensing/allocationsByEnvironment/{Service}"] = System.Text.Json.Nodes.JsonNode.Parse(body)!;

        var answer = await Allocations.FindAsync(Service, default);

        Assert.Null(answer.Value);
        Assert.Equal(AzureFailureKind.Malformed, answer.Failure!.Kind);
    }
}
