using System.Globalization;
using System.Text;
using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Units;

namespace CopilotCapacity.Storage.Ledger;

/// <summary>A part of a charge that a plan paid, as it is stored.</summary>
internal readonly record struct StoredCharge(int PlanKey, Credits Credits, CreditPrice Price, long CostMicros);

/// <summary>
/// Short lists within a row. Grants: <c>key:thousandths,…</c>. Plans, only where two paid one charge:
/// <c>key:thousandths:price:cost,…</c>; a single one is in the row's own columns.
/// </summary>
internal static class RowText
{
    public static string? GrantsOf(IReadOnlyList<GrantBurn> grants)
    {
        if (grants.Count == 0)
        {
            return null;
        }

        if (grants.Count == 1)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{grants[0].GrantKey}:{grants[0].Amount.Thousandths}");
        }

        var text = new StringBuilder();
        foreach (var grant in grants)
        {
            text.Append(text.Length == 0 ? "" : ",")
                .Append(CultureInfo.InvariantCulture, $"{grant.GrantKey}:{grant.Amount.Thousandths}");
        }

        return text.ToString();
    }

    public static IReadOnlyList<GrantBurn> GrantsOf(string? text) => text is null
        ? []
        : [.. Numbers(text).Select(part => new GrantBurn((int)part[0], new Credits(part[1])))];

    public static string? PlansOf(IReadOnlyList<PlanCharge> charges) => charges.Count < 2
        ? null
        : string.Join(',', charges.Select(charge => string.Create(
            CultureInfo.InvariantCulture,
            $"{charge.Plan.Key}:{charge.Credits.Thousandths}:{charge.Price.MicrosPerCredit}:{charge.CostMicros}")));

    /// <summary>The plans' parts of a stored charge.</summary>
    public static IReadOnlyList<StoredCharge> ChargesOf(long payAsYouGo, long price, long cost, string? plans, int planKey = 0)
    {
        if (plans is not null)
        {
            return [.. Numbers(plans).Select(part => new StoredCharge((int)part[0], new Credits(part[1]), new CreditPrice(part[2]), part[3]))];
        }

        return payAsYouGo == 0 ? [] : [new StoredCharge(planKey, new Credits(payAsYouGo), new CreditPrice(price), cost)];
    }

    /// <summary>What the first credits of a charge cost.</summary>
    public static long CostOf(Credits credits, IReadOnlyList<StoredCharge> charges)
    {
        var cost = 0L;
        foreach (var charge in charges)
        {
            var part = Credits.Min(credits, charge.Credits);
            cost += charge.Price.CostOf(part);
            credits -= part;
        }

        return cost;
    }

    private static IEnumerable<long[]> Numbers(string text) => text.Split(',')
        .Select(part => Array.ConvertAll(part.Split(':'), number => long.Parse(number, CultureInfo.InvariantCulture)));
}
