using CopilotCapacity.Azure.PowerPlatform;
using CopilotCapacity.AzureStandIn;
using CopilotCapacity.AzureStandIn.PowerPlatform;

namespace CopilotCapacity.Azure.Tests.PowerPlatform;

/// <summary>What agents used, and their limits.</summary>
public sealed class AgentTests : PowerPlatformUnderTest
{
    private const string Returns = "a0000000-0000-0000-0000-000000000001";
    private static readonly DateOnly s_first = new(2026, 11, 1);
    private static readonly AgentLimit s_limit = new(false, 1_000, true, true, 80);

    private ThresholdClient Thresholds => Client<ThresholdClient>();

    private ConsumptionClient Consumption => Client<ConsumptionClient>();

    [Fact]
    public async Task Limit_IsSetWithTheVersionThatEnforcesIt_AndReadBack()
    {
        Fill();

        var set = (await Thresholds.PutAsync(Service, Returns, s_limit, default)).Value!;
        var read = Assert.Single((await Thresholds.ListAsync(default)).Value!);

        Assert.True(Platform.Thresholds[(Service, Returns)].IsEnforced);
        Assert.Equal(set, read);
        Assert.Equal((Service, Returns, 1_000m, true, true, 80), (read.EnvironmentId, read.ResourceId, read.Limit, read.StopIfOverCapacity, read.NotifyIfOverCapacity, read.NotificationThreshold));
    }

    [Fact]
    public async Task Limit_IsThatOfTheAgentInItsEnvironment()
    {
        Fill();
        Platform.Thresholds[(Sales, Returns)] = new ThresholdState(false, 5, false, false, 50);

        await Thresholds.PutAsync(Service, Returns, s_limit, default);

        var both = (await Thresholds.ListAsync(default)).Value!;
        Assert.Equal(5, both.Single(threshold => ThresholdClient.IsOf(threshold, Sales, Returns)).Limit);
        Assert.Equal(1_000, both.Single(threshold => ThresholdClient.IsOf(threshold, Service, Returns)).Limit);
    }

    [Fact]
    public async Task Limit_ThatIsAcceptedAndDoesNotStand_IsToldAsConflict()
    {
        Fill();
        State.Faults.Order(FaultKind.LoseWrite, "/threshold", 1, method: "PUT");

        var failure = (await Thresholds.PutAsync(Service, Returns, s_limit, default)).Failure!;

        Assert.Equal(AzureFailureKind.Conflict, failure.Kind);
        Assert.Empty(Platform.Thresholds);
    }

    [Fact]
    public async Task Limit_WithNothingBehindIt_IsRefused_WithTheServicesCode()
    {
        Fill().Allocations["MCSMessages"] = AllocationState.Of(0, ("TenantPool", false));

        Assert.Equal(PowerPlatformNames.NoAvailableCapacitySource, (await Thresholds.PutAsync(Service, Returns, s_limit, default)).Failure!.Code);
    }

    [Fact]
    public async Task Consumption_IsReadOverAllPages_WithBothFigures()
    {
        Fill();
        for (var day = 0; day < 5; day++)
        {
            Platform.Consumption.Add(new ConsumptionState(Service, Returns, "Returns", s_first.AddDays(day), 10 + day, day is 0 ? null : day));
        }

        var answer = await Consumption.ListAsync(s_first, s_first.AddDays(3), default);
        Assert.Null(answer.Failure);
        var rows = answer.Value!;
        var own = (await Consumption.ListOfEnvironmentAsync(Service, s_first, s_first.AddDays(30), default)).Value!;

        Assert.Equal([10m, 11m, 12m, 13m], rows.Select(row => row.Consumed!.Value).ToArray());
        Assert.Equal([null, 1m, 2m, 3m], rows.Select(row => row.NonBillable).ToArray());
        Assert.Equal(2, Asked("GET /licensing/entitlements/MCSMessages/resources"));
        Assert.Equal((5, "Returns", Service, "Generative answer"), (own.Count, own[0].Name, own[0].EnvironmentId, own[0].Metadata["FeatureName"]));
        Assert.Equal(new DateTimeOffset(2026, 11, 1, 0, 31, 49, 7, TimeSpan.Zero), own[0].AsOf);
    }

    [Fact]
    public async Task Consumption_AskedForByAMachine_IsForbidden()
    {
        Platform.SignedInAsPerson = false;

        var failure = (await Consumption.ListAsync(s_first, s_first, default)).Failure!;

        Assert.Equal((AzureFailureKind.Forbidden, "The credential lacks a right in Power Platform: Only delegated permissions are supported. (Forbidden)"), (failure.Kind, failure.Reason));
    }
}
