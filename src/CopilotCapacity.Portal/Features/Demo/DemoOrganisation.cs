using Bogus;
using CopilotCapacity.Domain.Rating;
using CopilotCapacity.Domain.Tenancy;

namespace CopilotCapacity.Portal.Features.Demo;

/// <summary>How an environment of the demo is used and paid for.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type.</param>
/// <param name="Region">Its region.</param>
/// <param name="CostCenter">Its cost centre.</param>
/// <param name="Applications">The applications linked to it.</param>
/// <param name="DailyCredits">What it uses on a working day, about.</param>
/// <param name="AllocationShare">Its allocation as a share of a full month's use at that pace; 0 for none.</param>
/// <param name="DrawsOnPool">Whether it may draw on the tenant pool.</param>
/// <param name="IsOnPlan">Whether the billing plan pays for it.</param>
internal sealed record DemoEnvironment(
    string Name,
    EnvironmentType Type,
    string Region,
    string CostCenter,
    ApplicationKind[] Applications,
    int DailyCredits,
    double AllocationShare,
    bool DrawsOnPool,
    bool IsOnPlan)
{
    public Guid Id { get; init; }

    /// <summary>When set, the allocation is this share of what is used up to the day the demo is made.</summary>
    public double? ShareOfUseSoFar { get; init; }
}

/// <summary>An agent of the demo.</summary>
internal sealed record DemoAgent(string Id, string Name, Feature[] Features, string Model);

/// <summary>A made-up organisation, the same for every start: names, people and agents come from a fixed seed.</summary>
internal sealed class DemoOrganisation
{
    public const int Seed = 20260901;

    private DemoOrganisation(IReadOnlyList<DemoEnvironment> environments, IReadOnlyList<DemoAgent> agents, IReadOnlyList<string> users)
    {
        Environments = environments;
        Agents = agents;
        Users = users;
    }

    public static Guid TenantId { get; } = new("0c0ffee0-0000-4000-8000-00000000c0de");

    public static string Name => "Contoso Europe";

    public static string PlanName => "Ops West Europe";

    public IReadOnlyList<DemoEnvironment> Environments { get; }

    public IReadOnlyList<DemoAgent> Agents { get; }

    public IReadOnlyList<string> Users { get; }

    public static DemoOrganisation Create()
    {
        var randomizer = new Randomizer(Seed);
        var agentNames = new Faker { Random = randomizer };
        string[] topics =
        [
            "Returns", "Order status", "Field dispatch", "Invoice matching", "Quote drafting", "IT help desk", "HR answers",
            "Supplier onboarding", "Case summary", "Travel desk",
        ];
        Feature[][] mixes =
        [
            [Feature.GenerativeAnswer],
            [Feature.GenerativeAnswer, Feature.TenantGraphGrounding],
            [Feature.GenerativeAnswer, Feature.AgentAction],
            [Feature.ClassicAnswer, Feature.GenerativeAnswer],
            [Feature.AgentAction, Feature.AiToolStandard],
        ];
        var agents = topics
            .Select((topic, index) => new DemoAgent(
                $"agent-{index + 1:00}", topic, mixes[index % mixes.Length], agentNames.PickRandom("gpt-5-mini", "gpt-5", "o4-reasoning")))
            .ToList();
        var users = Enumerable.Range(1, 180).Select(_ => $"u-{randomizer.Hash(10)}").ToList();
        var environments = Described().Select(environment => environment with { Id = randomizer.Guid() }).ToList();
        return new DemoOrganisation(environments, agents, users);
    }

    private static IEnumerable<DemoEnvironment> Described()
    {
        const string europe = "westeurope";
        const string north = "northeurope";
        const EnvironmentType production = EnvironmentType.Production;
        const EnvironmentType sandbox = EnvironmentType.Sandbox;
        yield return new("Sales – Europe", production, europe, "CC-100 Sales", [ApplicationKind.Sales, ApplicationKind.CustomerService], 1_150, 0, false, false)
        {
            ShareOfUseSoFar = 0.985,
        };
        yield return new("Contact Center – Prod", production, europe, "CC-210 Service", [ApplicationKind.ContactCenter], 1_400, 0, false, false)
        {
            ShareOfUseSoFar = 1.16,
        };
        yield return new("Finance – Prod", production, europe, "CC-310 Finance", [ApplicationKind.Finance], 420, 1.6, true, false);
        yield return new("Supply Chain – Prod", production, europe, "CC-320 Supply", [ApplicationKind.SupplyChain], 760, 0.45, false, true);
        yield return new("Field Service – Nordics", production, north, "CC-220 Field", [ApplicationKind.FieldService], 360, 1.3, true, false);
        yield return new("Business Central – Iberia", production, europe, "CC-330 Subsidiaries", [ApplicationKind.BusinessCentral], 240, 1.2, true, false);
        yield return new("Customer Service – DACH", production, europe, "CC-210 Service", [ApplicationKind.CustomerService], 530, 1.15, true, true);
        yield return new("HR Self-service", production, north, "CC-400 People", [ApplicationKind.Other], 190, 1.4, true, false);
        yield return new("Sales – UAT", sandbox, europe, "CC-100 Sales", [ApplicationKind.Sales], 60, 1.5, true, false);
        yield return new("Sandbox – Makers", sandbox, europe, "CC-500 Makers", [], 85, 1.8, false, false);
        yield return new("Contoso (default)", EnvironmentType.Default, europe, "CC-500 Makers", [], 110, 0, true, false);
        yield return new("Agent lab", EnvironmentType.Developer, north, "CC-500 Makers", [], 45, 0, true, false);
    }
}
