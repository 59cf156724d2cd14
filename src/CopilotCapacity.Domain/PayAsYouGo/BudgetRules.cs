using CopilotCapacity.Domain.Ledger;

namespace CopilotCapacity.Domain.PayAsYouGo;

/// <summary>What a budget may be.</summary>
public static class BudgetRules
{
    /// <summary>The most thresholds a budget may have.</summary>
    public const int ThresholdsMax = 5;

    /// <summary>The largest percent a threshold may have.</summary>
    public const int PercentMax = 1_000;

    /// <summary>The most contacts a budget may have.</summary>
    public const int ContactsMax = 50;

    private const int ContactLengthMax = 254;

    /// <summary>The first rule a budget breaks; null when it breaks none.</summary>
    public static Refusal? Check(Budget budget)
    {
        if (budget.AmountMicros < 0)
        {
            return Invalid("amount.amount", "A budget is at least 0.00.");
        }

        if (budget.EndsOn <= budget.StartsOn)
        {
            return Invalid("endsOn", "A budget ends after it starts.");
        }

        if (budget.Thresholds.Count > ThresholdsMax)
        {
            return Invalid("thresholds", $"A budget has at most {ThresholdsMax} thresholds.");
        }

        for (var index = 0; index < budget.Thresholds.Count; index++)
        {
            if (budget.Thresholds[index].Percent is < 0 or > PercentMax)
            {
                return Invalid($"thresholds[{index}].percent", $"A threshold is a percent from 0 to {PercentMax}.");
            }
        }

        return budget.Thresholds.Distinct().Count() < budget.Thresholds.Count
            ? Invalid("thresholds", "Two thresholds are the same.")
            : CheckContacts(budget.Contacts);
    }

    private static Refusal? CheckContacts(IReadOnlyList<string> contacts)
    {
        if (contacts.Count > ContactsMax)
        {
            return Invalid("contacts", $"A budget has at most {ContactsMax} contacts.");
        }

        for (var index = 0; index < contacts.Count; index++)
        {
            if (!IsAddress(contacts[index]))
            {
                return Invalid($"contacts[{index}]", "A contact is an e-mail address.");
            }
        }

        return null;
    }

    // Whether mail arrives only sending shows; this keeps out what is plainly no address.
    private static bool IsAddress(string text)
    {
        var at = text.IndexOf('@', StringComparison.Ordinal);
        return at > 0
            && at == text.LastIndexOf('@')
            && text.Length <= ContactLengthMax
            && !text.Any(character => char.IsWhiteSpace(character) || char.IsControl(character) || character is '<' or '>' or ',' or ';')
            && IsHost(text.AsSpan(at + 1));
    }

    private static bool IsHost(ReadOnlySpan<char> host) =>
        host.Length > 0 && host[0] != '.' && host[^1] != '.' && host.IndexOf('.') > 0 && host.IndexOf("..") < 0;

    private static Refusal Invalid(string field, string detail) => Refusal.Invalid(field, "invalid_request", detail);
}
