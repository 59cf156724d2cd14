using CopilotCapacity.AzureStandIn.PowerPlatform;

namespace CopilotCapacity.AzureStandIn;

/// <summary>Something to look at by hand: the demo organisation as Microsoft might know it, a little otherwise than the portal.</summary>
internal static class Sample
{
    /// <summary>The tenant of the demo.</summary>
    public const string Tenant = "0c0ffee0-0000-4000-8000-00000000c0de";

    private const string Subscription = "df4fb494-6c7e-b25c-5f2b-a138df56dc0e";

    // Environments of the demo, whose ids come from a fixed seed.
    private const string Sales = "94fb2835-1ec6-6dc0-caca-4ece06189f01";
    private const string Supply = "a638c536-7d50-a64e-2a9b-807a3b240708";

    public static void Fill(AzureState azure)
    {
        azure.PageSize = 50;
        azure.Subscriptions[Subscription] = new SubscriptionState
        {
            Name = "Contoso pay-as-you-go",
            Provider = "Registered",
            ResourceGroups = { ["rg-copilot-weu"] = "westeurope", ["rg-ops"] = "westeurope" },
            Accounts = { ("rg-copilot-weu", "Ops West Europe"), ("rg-copilot-weu", "An old plan") },
        };
        azure.Subscriptions["1a2b3c4d-0000-0000-0000-000000000002"] = new SubscriptionState { Name = "Contoso sandbox", State = "Disabled" };
        Fill(azure.PowerPlatform);
    }

    private static void Fill(PowerPlatformState platform)
    {
        (platform.Packs, platform.Consumed) = (8, 96_120.5m);
        foreach (var (id, name, type, region, allocated) in Environments())
        {
            platform.Environments[id] = new EnvironmentState { Name = name, Type = type, Location = region, Consumed = allocated / 2, Allocations = { ["MCSMessages"] = AllocationState.Of(allocated, ("TenantPool", true)) } };
        }

        platform.Environments[Sales].GroupRule = true;
        platform.Policies["b1000000-0000-0000-0000-000000000001"] = new PolicyState { Name = "Ops West Europe", Location = "westeurope", Subscription = Subscription, ResourceGroup = "rg-copilot-weu", Environments = { Supply, Sales } };
        platform.Policies["b1000000-0000-0000-0000-000000000002"] = new PolicyState { Name = "Pilot Nordics", Location = "northeurope", Subscription = Subscription, ResourceGroup = "rg-ops", Status = "Disabled" };
        platform.Thresholds[(Sales, "agent-01")] = new ThresholdState(false, 2_000, true, true, 75);
        platform.Thresholds[(Supply, "agent-04")] = new ThresholdState(true, 500, true, false, 80);
        platform.Consumption.Add(new ConsumptionState(Sales, "agent-01", "Returns", DateOnly.FromDateTime(DateTime.UtcNow.AddDays(-1)), 812.5m, 40));
    }

    // Some of them only Power Platform knows, and some only the demo.
    private static IEnumerable<(string Id, string Name, string Type, string Region, decimal Allocated)> Environments()
    {
        yield return (Sales, "Sales – EMEA", "Production", "westeurope", 20_000);
        yield return (Supply, "Supply Chain – Prod", "Production", "westeurope", 7_800);
        yield return ("9fd0d68e-8fc7-60fe-144c-e29b66c29a14", "Contact Center – Prod", "Production", "westeurope", 35_900);
        yield return ("59d43841-7a79-81d2-49c0-225923fd094c", "Finance – Prod", "Production", "westeurope", 15_400);
        yield return ("e92919b8-3b70-f109-3d24-a20127463985", "Customer Service – DACH", "Production", "westeurope", 14_000);
        yield return ("524f300a-537b-07a6-8c72-626452c29ca2", "Sales – UAT", "Sandbox", "westeurope", 2_000);
        yield return ("Default-f7f6f50a-e7f7-0a09-c32f-184e031aeab3", "Contoso (default)", "Default", "westeurope", 0);
        yield return ("e0000000-0000-0000-0000-000000000001", "Warranty – Prod", "Production", "westeurope", 12_500);
        yield return ("e0000000-0000-0000-0000-000000000002", "Copilot Chat", "Platform", "westeurope", 0);
    }
}
