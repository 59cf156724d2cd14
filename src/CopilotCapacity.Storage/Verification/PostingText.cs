using System.Globalization;
using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Storage.Ledger;

namespace CopilotCapacity.Storage.Verification;

/// <summary>All of a use that the rules decide, as text: two uses are equal when their texts are.</summary>
internal static class PostingText
{
    public static string Of(Posting posting)
    {
        var items = posting.Items.Select(item => string.Create(
            CultureInfo.InvariantCulture,
            $"{item.Rated.Item.Feature} x {item.Rated.Item.QuantityThousandths} at {item.Rated.CreditsPerUnit.Thousandths} = {item.Rated.Charge.Thousandths} {item.Rated.NonBilled}"));
        var charges = posting.PlanCharges.Select(charge => string.Create(
            CultureInfo.InvariantCulture,
            $"plan {charge.Plan.Key} {charge.Credits.Thousandths} at {charge.Price.MicrosPerCredit} = {charge.CostMicros}"));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{posting.Kind} {posting.Usage.Source} {posting.Usage.Id} recorded {posting.RecordedAt:O} in {posting.Period} environment {posting.Environment.Key}: "
            + $"[{string.Join("; ", items)}] allocation {posting.Burn.Allocation} pool {posting.Burn.Pool} payg {posting.Burn.PayAsYouGo} "
            + $"unfunded {posting.Burn.Unfunded} free {posting.NonBilled} cost {posting.CostMicros} grants {RowText.GrantsOf(posting.Grants)} [{string.Join("; ", charges)}]");
    }
}
