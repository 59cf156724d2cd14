using CopilotCapacity.Domain.PayAsYouGo;
using CopilotCapacity.Domain.Quota;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Time;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Portal.Features.BillingPlans.Pages;
using CopilotCapacity.Portal.Tests.Features.Overview;

namespace CopilotCapacity.Portal.Tests.Features.BillingPlans.Pages;

/// <summary>Builds what the pages of pay-as-you-go show; every argument has a quiet default.</summary>
internal static class PlanViews
{
    public static readonly CurrencyCode Euro = new("EUR");

    public static readonly Period November = Period.Of(Overviews.AsOf);

    public static Money Of(decimal amount) => Money.TryFrom(amount, Euro, out var money) ? money : throw new ArgumentOutOfRangeException(nameof(amount));

    public static PlanRowView Row(decimal spent = 120, decimal? budget = 500, decimal? forecast = 240, bool hardStop = true, bool isEnabled = true, decimal held = 0) => new()
    {
        Id = new BillingPlanId(new Guid("22222222-0000-0000-0000-000000000000")),
        Name = "Azure Europe",
        Region = "westeurope",
        SubscriptionId = "1a2b3c4d-0000-0000-0000-000000000001",
        ResourceGroup = "rg-copilot",
        IsEnabled = isEnabled,
        Environments = 1,
        CreditsThisMonth = Credits.Of(12_000),
        SpentThisMonth = Of(spent),
        Window = new PlanWindow(November, November.Next, Of(spent), Of(held), budget is { } amount ? Of(amount) : null, forecast is { } ahead ? Of(ahead) : null),
        HardStop = hardStop,
    };

    public static Budget Budget(decimal amount = 500, bool hardStop = true, TimeGrain grain = TimeGrain.Monthly) => new(
        Of(amount).Micros, grain, November, null, hardStop, [new BudgetThreshold(80, ThresholdBasis.Actual)], ["finance@contoso.example"]);

    public static void AssertSame(Budget expected, Budget actual)
    {
        Assert.Equal(expected.Thresholds, actual.Thresholds);
        Assert.Equal(expected.Contacts.ToArray(), actual.Contacts.ToArray());
        Assert.Equal(expected, actual with { Thresholds = expected.Thresholds, Contacts = expected.Contacts });
    }

    public static PlanDetail Detail(PlanRowView? row = null, Budget? budget = null) => new()
    {
        TenantName = "Contoso",
        Plan = row ?? Row(),
        Currency = Euro,
        Price = CreditPrice.Published,
        Budget = budget ?? Budget(),
        Version = 7,
        Period = November,
        AsOf = Overviews.AsOf,
        Days =
        [
            .. Enumerable.Range(1, 30).Select(day => new PlanDayView(
                new DateOnly(2026, 11, day),
                day < 16 ? Credits.Of(800) : Credits.Zero,
                day < 16 ? Of(8) : Of(0),
                day <= 16 ? Of(8 * Math.Min(day, 15)) : null,
                day >= 16 ? Of(8 * day) : null)),
        ],
        Members = [new(new EnvironmentId(Guid.NewGuid()), "Sales – Prod", EnvironmentType.Production, QuotaStatus.Available, true, Credits.Of(12_000), Of(120))],
        Agents = [new("a-1", "Quote drafting", Credits.Of(9_000), Of(90)), new(null, "no agent named", Credits.Of(3_000), Of(30))],
        Features = [new("generativeAnswer", "Generative answer", Credits.Of(12_000), Of(120))],
        MayChange = true,
    };
}
