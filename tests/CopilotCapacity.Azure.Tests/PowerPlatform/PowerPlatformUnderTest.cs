using CopilotCapacity.Azure.PowerPlatform;
using CopilotCapacity.AzureStandIn.PowerPlatform;

namespace CopilotCapacity.Azure.Tests.PowerPlatform;

/// <summary>The clients of Power Platform, with a tenant of four packs and two environments.</summary>
public abstract class PowerPlatformUnderTest : AzureUnderTest
{
    protected const string Service = "e0000000-0000-0000-0000-000000000001";
    protected const string Sales = "e0000000-0000-0000-0000-000000000002";

    protected PowerPlatformState Platform => State.PowerPlatform;

    protected AllocationClient Allocations => Client<AllocationClient>();

    protected EnvironmentState Fill()
    {
        Platform.Packs = 4;
        Platform.Consumed = 1_234.5m;
        Platform.Environments[Sales] = new EnvironmentState { Name = "Contoso Sales", Type = "Sandbox" };
        return Platform.Environments[Service] = new EnvironmentState
        {
            Name = "Contoso Service",
            Consumed = 1_234.5m,
            Allocations =
            {
                ["MCSMessages"] = AllocationState.Of(40_000, ("Alert", true), ("TenantPool", true), ("Throttle", true)),
                ["AI"] = AllocationState.Of(500, ("Deny", true)),
            },
        };
    }

    protected int Asked(string request) => State.Faults.Requests.Count(asked => string.Equals(asked, request, StringComparison.Ordinal));
}
