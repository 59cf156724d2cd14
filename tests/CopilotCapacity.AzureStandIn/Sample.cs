using CopilotCapacity.AzureStandIn.PowerPlatform;

namespace CopilotCapacity.AzureStandIn;

/// <summary>Something to look at by hand: the demo organisation as Microsoft might know it, a little otherwise than the portal.</summary>
internal static class Sample
{
    /// <summary>The tenant of the demo.</summary>
    public const string Tenant = "0c0ffee0-0000-4000-8000-00000000c0de";

    private const string Subscription = "1a2b3c4d-0000-0000-0000-000000000001";

    public static void Fill(AzureState azure)
    {
        azure.PageSize = 50;
        azure.Subscriptions[Subscription] = new SubscriptionState
        {
            Name = "Contoso pay-as-you-go",
            Provider = "Registered",
            ResourceGroups = { ["rg-copilot"] = "westeurope", ["rg-ops"] = "westeurope" },
            Accounts = { ("rg-copilot", "Ops West Europe"), ("rg-copilot", "An old plan") },
        };
        azure.Subscriptions["1a2b3c4d-0000-0000-0000-000000000002"] = new SubscriptionState { Name = "Contoso sandbox", State = "Disabled" };

        var platform = azure.PowerPlatform;
        (platform.Packs, platform.Consumed) = (10, 96_120.5m);
        foreach (var (id, name, type, allocated, pool) in Environments())
        {
            platform.Environments[id] = new EnvironmentState { Name = name, Type = type, Location = "westeurope", Consumed = allocated / 2, Allocations = { ["MCSMessages"] = AllocationState.Of(allocated, ("TenantPool", pool)) } };
        }

        var (known, _, _, _, _) = Environments().First();
        platform.Environments[known].GroupRule = true;
        platform.Policies["b1000000-0000-0000-0000-000000000001"] = new PolicyState { Name = "Ops West Europe", Location = "westeurope", Subscription = Subscription, ResourceGroup = "rg-copilot", Environments = { known } };
        platform.Policies["b1000000-0000-0000-0000-000000000002"] = new PolicyState { Name = "Pilot Nordics", Location = "northeurope", Subscription = Subscription, ResourceGroup = "rg-ops", Status = "Disabled" };
        platform.Thresholds[(known, "agent-01")] = new ThresholdState(false, 2_000, true, true, 75);
        platform.Consumption.Add(new ConsumptionState(known, "agent-01", "Returns", new DateOnly(2026, 11, 27), 812.5m, 40));
    }

    // The first is one of the demo's; the others only Power Platform knows.
    private static IEnumerable<(string Id, string Name, string Type, decimal Allocated, bool DrawsOnPool)> Environments()
    {
        yield return (DemoEnvironment, "Sales – Europe (renamed)", "Production", 30_000, true);
        yield return ("e0000000-0000-0000-0000-000000000001", "Warranty – Prod", "Production", 12_500, false);
        yield return ("e0000000-0000-0000-0000-000000000002", "Workshop", "Trial", 0, true);
    }

    // Of the demo organisation, whose ids come from a fixed seed.
    private const string DemoEnvironment = "00000000-0000-0000-0000-000000000000";
}
