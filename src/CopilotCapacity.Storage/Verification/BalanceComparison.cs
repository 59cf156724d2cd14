using System.Globalization;
using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.PayAsYouGo;
using CopilotCapacity.Domain.Prepaid;

namespace CopilotCapacity.Storage.Verification;

/// <summary>Compares the balances that are kept with those a replay arrives at.</summary>
internal static class BalanceComparison
{
    /// <summary>The first difference in words; null when there is none.</summary>
    public static string? FindDifference(TenantLedger replayed, LedgerSnapshot kept)
    {
        var decided = Lines(
            replayed.Books.SelectMany(book => book.Grants),
            replayed.Books.SelectMany(book => book.Environments),
            replayed.Plans,
            kept.Periods[0].Index);
        var written = Lines(kept.GrantMonths, kept.EnvironmentMonths, kept.Plans, kept.Periods[0].Index);
        foreach (var key in decided.Keys.Union(written.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            var says = decided.GetValueOrDefault(key, "nothing");
            var has = written.GetValueOrDefault(key, "nothing");
            if (!string.Equals(says, has, StringComparison.Ordinal))
            {
                return $"The balance of {key} is kept as {has}; the journal says {says}.";
            }
        }

        return null;
    }

    // A balance in which nothing has happened may have a row or none.
    private static Dictionary<string, string> Lines(
        IEnumerable<GrantMonth> grants,
        IEnumerable<EnvironmentMonth> environments,
        IEnumerable<BillingPlan> plans,
        int oldest)
    {
        var lines = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var month in grants.Where(month => (month.Granted + month.CarriedIn).IsPositive))
        {
            Add(lines, $"grant {month.Grant.Id} in {month.Period}", $"granted {month.Granted} carried in {month.CarriedIn} burned {month.Burned} held {month.Held} expired {month.Expired} carried out {month.CarriedOut}");
        }

        foreach (var month in environments.Where(month => (month.Backing + month.Charged + month.Held + month.PoolHeld).IsPositive))
        {
            Add(lines, $"environment {month.Environment.Id} in {month.Period}", $"backed {month.Backing} consumed {month.Consumed} held {month.Held} pool {month.PoolConsumed} held {month.PoolHeld} payg {month.PayAsYouGo} for {month.SpendMicros} unfunded {month.Unfunded}");
        }

        foreach (var month in plans.SelectMany(plan => plan.Months).Where(month => month.Period.Index >= oldest && (month.Credits.IsPositive || month.HeldMicros > 0)))
        {
            Add(lines, $"plan {month.Plan.Id} in {month.Period}", $"{month.Credits} for {month.SpendMicros} held {month.HeldMicros}");
        }

        return lines;
    }

    private static void Add(Dictionary<string, string> lines, FormattableString key, FormattableString value) =>
        lines.Add(key.ToString(CultureInfo.InvariantCulture), value.ToString(CultureInfo.InvariantCulture));
}
