using CopilotCapacity.Domain.Rating;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Portal.Features.Overview;
using CopilotCapacity.Portal.Features.Rates;
using CopilotCapacity.Storage.Model;
using CopilotCapacity.Storage.Queries;

namespace CopilotCapacity.Portal.Features.BillingPlans.Pages;

/// <summary>
/// What the environments on a plan spent as you go in its window. An environment that came from another plan brings along what it
/// spent there.
/// </summary>
internal sealed class PlanSpend
{
    /// <summary>How many agents or features are named; the rest would not be looked at.</summary>
    public const int PartsMost = 50;

    // For a few environments each is asked for; for more it takes less to read all of the tenant's.
    private const int AskedOneByOne = 40;

    private static readonly UsageDimension[] s_dimensions = [UsageDimension.Environment, UsageDimension.Agent, UsageDimension.Feature];

    private readonly ReadSnapshot _snapshot;
    private readonly TenantRow _tenant;
    private readonly IReadOnlyDictionary<int, OverviewEnvironment> _members;
    private readonly CurrencyCode _currency;
    private readonly List<UsageNumbers> _uses;

    /// <summary>Reads it.</summary>
    /// <param name="snapshot">The moment.</param>
    /// <param name="tenant">The tenant.</param>
    /// <param name="window">The plan's window.</param>
    /// <param name="members">The environments on the plan, by their numbers.</param>
    public PlanSpend(ReadSnapshot snapshot, TenantRow tenant, PlanWindow window, IReadOnlyDictionary<int, OverviewEnvironment> members)
    {
        (_snapshot, _tenant, _members, _currency) = (snapshot, tenant, members, new CurrencyCode(tenant.Currency));
        IEnumerable<Dictionary<UsageDimension, string>> filters = members.Count > AskedOneByOne
            ? [[]]
            : members.Values.Select(member => new Dictionary<UsageDimension, string> { [UsageDimension.Environment] = member.Id.ToString() });
        _uses =
        [
            .. filters
                .SelectMany(filter => UsageQuery.ReadNumbers(
                    snapshot, tenant, new UsageQuestion(window.Start.Start, window.End.Start, s_dimensions, UsageGranularity.None, filter)))
                .Where(use => members.ContainsKey(use.Numbers[0]) && (use.Sums.CostMicros != 0 || use.Sums.PayAsYouGo != 0)),
        ];
    }

    /// <summary>By environment, most first.</summary>
    public IReadOnlyList<PlanMember> Members()
    {
        var sums = _uses.ToLookup(use => use.Numbers[0], use => use.Sums);
        return
        [
            .. _members
                .Select(member => (Member: member.Value, Credits: sums[member.Key].Sum(use => use.PayAsYouGo), Micros: sums[member.Key].Sum(use => use.CostMicros)))
                .OrderByDescending(member => member.Micros)
                .ThenBy(member => member.Member.Name, StringComparer.CurrentCultureIgnoreCase)
                .Select(member => new PlanMember(
                    member.Member.Id,
                    member.Member.Name,
                    member.Member.Type,
                    member.Member.Status,
                    member.Member.PayAsYouGo,
                    new Credits(member.Credits),
                    new Money(member.Micros, _currency))),
        ];
    }

    /// <summary>By agent, most first.</summary>
    public IReadOnlyList<PlanPart> Agents()
    {
        var most = Most(1);
        var keys = new UsageNames(_snapshot, _tenant.Key).Of(UsageDimension.Agent, most.Select(part => part.Number));
        var names = AgentNames.ReadOf(_snapshot, _tenant.Key, most.Select(part => part.Number));
        return [.. most.Select(part => keys.GetValueOrDefault(part.Number) is { } id ? PartOf(id, names.Of(id) ?? id, part) : PartOf(null, "no agent named", part))];
    }

    /// <summary>By feature, most first.</summary>
    public IReadOnlyList<PlanPart> Features()
    {
        var most = Most(2);
        var keys = new UsageNames(_snapshot, _tenant.Key).Of(UsageDimension.Feature, most.Select(part => part.Number));
        return [.. most.Select(part => (Code: keys.GetValueOrDefault(part.Number), Part: part)).Select(part => PartOf(part.Code, NameOf(part.Code), part.Part))];
    }

    private static string NameOf(string? code) => code is not null && RateCard.Find(code) is { } rate ? RateText.NameOf(rate.Feature) : code ?? "no feature named";

    private List<(int Number, long Credits, long Micros)> Most(int dimension) =>
    [
        .. _uses.GroupBy(use => use.Numbers[dimension])
            .Select(uses => (Number: uses.Key, Credits: uses.Sum(use => use.Sums.PayAsYouGo), Micros: uses.Sum(use => use.Sums.CostMicros)))
            .OrderByDescending(part => part.Micros)
            .ThenBy(part => part.Number)
            .Take(PartsMost),
    ];

    private PlanPart PartOf(string? key, string name, (int Number, long Credits, long Micros) part) =>
        new(key, name, new Credits(part.Credits), new Money(part.Micros, _currency));
}
