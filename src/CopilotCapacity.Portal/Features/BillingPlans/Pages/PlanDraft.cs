using System.Globalization;
using CopilotCapacity.Domain.PayAsYouGo;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Units;

namespace CopilotCapacity.Portal.Features.BillingPlans.Pages;

/// <summary>A billing plan while it is typed. All of it can stand in an address, so that a reload or the back button loses nothing.</summary>
public sealed record PlanDraft
{
    private const int ResourceGroupLengthMax = 90;
    private const long PriceMicrosMax = 1_000 * Money.PerUnit;

    /// <summary>The plan's name.</summary>
    public string Name { get; set; } = "";

    /// <summary>The Azure subscription's id.</summary>
    public string Subscription { get; set; } = "";

    /// <summary>The resource group of the plan's Azure resource.</summary>
    public string ResourceGroup { get; set; } = "";

    /// <summary>The region all its environments lie in.</summary>
    public string Region { get; set; } = "";

    /// <summary>The price of a credit in the currency's unit; null while the field is empty.</summary>
    public decimal? Price { get; set; } = new Money(CreditPrice.Published.MicrosPerCredit, CurrencyCode.Usd).Value;

    /// <summary>The environments to put on it.</summary>
    public IReadOnlySet<Guid> Environments { get; set; } = new HashSet<Guid>();

    /// <summary>The plan that is changed; null for a new one. What it has already is not questioned.</summary>
    public PlanRowView? Changed { get; init; }

    /// <summary>The names that other plans have, which a new one should not.</summary>
    public IReadOnlyList<string> TakenNames { get; init; } = [];

    /// <summary>What is wrong with the name; null when nothing is.</summary>
    public string? NameProblem => Name.Trim() switch
    {
        "" => "Give it a name.",
        { Length: > TenantEnvironment.TextLengthMax } => $"A name has at most {TenantEnvironment.TextLengthMax} characters.",
        var name when TakenNames.Contains(name, StringComparer.CurrentCultureIgnoreCase) => "Another plan has this name already.",
        _ => null,
    };

    /// <summary>What is wrong with the subscription.</summary>
    public string? SubscriptionProblem => IsKept(Subscription, Changed?.SubscriptionId) || Guid.TryParseExact(Subscription.Trim(), "D", out var id) && id != Guid.Empty
        ? null
        : "An Azure subscription’s id looks like 1a2b3c4d-0000-0000-0000-000000000000.";

    /// <summary>What is wrong with the resource group, by Azure’s own rules for its name.</summary>
    public string? ResourceGroupProblem => ResourceGroup.Trim() switch
    {
        _ when IsKept(ResourceGroup, Changed?.ResourceGroup) => null,
        "" => "Name the resource group. It must exist in the subscription.",
        { Length: > ResourceGroupLengthMax } => $"A resource group’s name has at most {ResourceGroupLengthMax} characters.",
        var name when name.EndsWith('.') => "A resource group’s name does not end with a full stop.",
        var name when !name.All(letter => char.IsLetterOrDigit(letter) || letter is '-' or '_' or '.' or '(' or ')') => "A resource group’s name has letters, digits, and - _ . ( ).",
        _ => null,
    };

    /// <summary>What is wrong with the region.</summary>
    public string? RegionProblem => string.IsNullOrWhiteSpace(Region) ? "Choose a region." : null;

    /// <summary>What is wrong with the price.</summary>
    public string? PriceProblem => Price is { } price && Money.TryFrom(price, CurrencyCode.Usd, out var money) && money.Micros is > 0 and <= PriceMicrosMax
        ? null
        : "A price is above 0 and at most 1,000, with at most six decimals.";

    /// <summary>The description; null while something is wrong.</summary>
    public PlanDescription? Description => (NameProblem ?? SubscriptionProblem ?? ResourceGroupProblem ?? RegionProblem ?? PriceProblem) is null
        ? new PlanDescription(Name.Trim(), Subscription.Trim(), ResourceGroup.Trim(), Region.Trim(), new CreditPrice((long)(Price!.Value * Money.PerUnit)))
        : null;

    /// <summary>A plan as it stands, to change it.</summary>
    public static PlanDraft Of(PlanDetail detail) => new()
    {
        Changed = detail.Plan,
        Name = detail.Plan.Name,
        Subscription = detail.Plan.SubscriptionId,
        ResourceGroup = detail.Plan.ResourceGroup,
        Region = detail.Plan.Region,
        Price = new Money(detail.Price.MicrosPerCredit, detail.Currency).Value,
    };

    /// <summary>Why an environment cannot be on a plan of a region; null when it can.</summary>
    public static string? ProblemOf(PlanCandidate environment, string region) => environment switch
    {
        { IsEligible: false } => $"Only production and sandbox environments may be on a plan; it is of type {environment.Type.ToString().ToLowerInvariant()}.",
        _ when !string.Equals(environment.Region, region.Trim(), StringComparison.OrdinalIgnoreCase) => $"It lies in {environment.Region}, the plan is for {region}.",
        _ => null,
    };

    /// <summary>Reads a draft from the parts of an address.</summary>
    public static PlanDraft Parse(string? name, string? subscription, string? group, string? region, string? price, string? environments) => new()
    {
        Name = name ?? "",
        Subscription = subscription ?? "",
        ResourceGroup = group ?? "",
        Region = region ?? "",
        Price = decimal.TryParse(price, NumberStyles.Number, CultureInfo.InvariantCulture, out var number) ? number : new PlanDraft().Price,
        Environments = (environments ?? "").Split(',').Select(text => Guid.TryParse(text, out var id) ? id : Guid.Empty).Where(id => id != Guid.Empty).ToHashSet(),
    };

    /// <summary>The parts of an address that hold it; what is as it begins is left out.</summary>
    public Dictionary<string, object?> ToQuery() => new(StringComparer.Ordinal)
    {
        ["name"] = NullIfEmpty(Name),
        ["subscription"] = NullIfEmpty(Subscription),
        ["group"] = NullIfEmpty(ResourceGroup),
        ["region"] = NullIfEmpty(Region),
        ["price"] = Price == new PlanDraft().Price ? null : Price?.ToString(CultureInfo.InvariantCulture),
        ["environments"] = Environments.Count == 0 ? null : string.Join(',', Environments.Order()),
    };

    private static bool IsKept(string text, string? before) => before is not null && string.Equals(text.Trim(), before, StringComparison.Ordinal);

    private static string? NullIfEmpty(string text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
