using Bogus;
using CopilotCapacity.Domain.Rating;

namespace CopilotCapacity.Portal.Features.Demo;

/// <summary>Makes up the demo's use: office hours, quiet weekends, some growth. The same seed gives the same use.</summary>
internal sealed class DemoUsage(DemoOrganisation organisation, Randomizer random)
{
    private static readonly string[] s_channels = ["teams", "m365Copilot", "dynamics365", "webChat", "phone"];

    private static readonly double[] s_hourWeights =
        [0.2, 0.1, 0.1, 0.1, 0.2, 0.5, 1.5, 4, 8, 10, 10, 9, 6, 8, 9, 9, 7, 5, 3, 2, 1.5, 1, 0.7, 0.4];

    private readonly RateCard _rates = new();

    /// <summary>An environment's use of one day, in the order of time.</summary>
    /// <param name="environment">The environment.</param>
    /// <param name="day">The first instant of the day, UTC.</param>
    /// <param name="growth">1 for today's level.</param>
    public List<UsageEvent> OfDay(DemoEnvironment environment, DateTimeOffset day, double growth)
    {
        var isWeekend = day.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday;
        var wanted = environment.DailyCredits * growth * random.Double(0.85, 1.15) * (isWeekend ? 0.22 : 1);
        var events = new List<UsageEvent>();
        for (var used = 0m; used < (decimal)wanted;)
        {
            var usage = At(environment, day + TimeInDay(), environment.DailyCredits);
            events.Add(usage);
            used += CreditsOf(usage);
        }

        return [.. events.OrderBy(usage => usage.Time)];
    }

    /// <summary>One use at an instant. The larger the environment, the more an event bundles, so that the demo stays small.</summary>
    public UsageEvent At(DemoEnvironment environment, DateTimeOffset time, int dailyCredits)
    {
        var agent = organisation.Agents[(random.Int(0, 3) + environment.Name.Length) % organisation.Agents.Count];
        var bundle = Math.Max(1, dailyCredits / 60);
        var items = agent.Features
            .Select(feature => new UsageItem(feature, Quantity(feature, bundle) * 1_000L))
            .ToList();
        return new UsageEvent
        {
            Id = random.Hash(16),
            Source = "https://contoso.crm4.dynamics.com",
            Subject = environment.Id,
            Time = new DateTimeOffset(time.UtcTicks / TimeSpan.TicksPerMillisecond * TimeSpan.TicksPerMillisecond, TimeSpan.Zero),
            Items = items,
            ContentHash = new UInt128(random.ULong(), random.ULong()),
            AgentId = agent.Id,
            AgentName = agent.Name,
            UserId = organisation.Users[random.Int(0, organisation.Users.Count - 1)],
            CopilotLicensed = random.Bool(0.12f),
            Trigger = random.Bool(0.8f) ? "interactive" : "autonomous",
            Channel = random.ArrayElement(s_channels),
            Product = "copilotStudio",
            Model = agent.Model,
            CostCenter = environment.CostCenter,
        };
    }

    /// <summary>What a use is billed.</summary>
    public decimal CreditsOf(UsageEvent usage) => usage.Items
        .Select(item => _rates.Rate(usage, item))
        .Where(rated => rated.NonBilled == NonBilledReason.None)
        .Sum(rated => rated.Charge.Value);

    private int Quantity(Feature feature, int bundle) => feature switch
    {
        Feature.AiToolStandard => random.Int(600, 5_200),
        Feature.TenantGraphGrounding => random.Int(1, Math.Max(1, bundle / 2)),
        _ => random.Int(1, bundle * 2),
    };

    private TimeSpan TimeInDay()
    {
        var hour = random.WeightedRandom([.. Enumerable.Range(0, 24)], [.. s_hourWeights.Select(weight => (float)(weight / s_hourWeights.Sum()))]);
        return TimeSpan.FromHours(hour) + TimeSpan.FromMilliseconds(random.Int(0, 3_599_999));
    }
}
