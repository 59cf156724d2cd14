using System.Globalization;
using CopilotCapacity.Azure.Budgets;
using CopilotCapacity.Domain.PayAsYouGo;
using CopilotCapacity.Domain.Time;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Portal.Components.Shared;

namespace CopilotCapacity.Portal.Features.Sync.Azure;

/// <summary>What a budget is compared by. Azure knows no hard stop: that is the portal's own.</summary>
/// <param name="Amount">The amount of a window.</param>
/// <param name="Grain">The window, as Azure writes it.</param>
/// <param name="StartsOn">The first month.</param>
/// <param name="EndsOn">The first month after the last; null without an end.</param>
/// <param name="Thresholds">Percent and basis, in order.</param>
/// <param name="Contacts">Whom it tells, in order.</param>
internal sealed record BudgetTerms(decimal Amount, string Grain, string StartsOn, string? EndsOn, IReadOnlyList<string> Thresholds, IReadOnlyList<string> Contacts)
{
    // Azure sets an end ten years after the start where none is given.
    private const int YearsWithoutEnd = 9;

    public static BudgetTerms Of(Budget budget) => new(
        budget.AmountMicros / (decimal)Money.PerUnit,
        budget.Grain.ToString(),
        budget.StartsOn.ToString(),
        budget.EndsOn?.ToString(),
        [.. budget.Thresholds.OrderBy(mark => mark.Percent).ThenBy(mark => mark.Basis).Select(mark => ThresholdOf(mark.Percent, mark.Basis == ThresholdBasis.Forecasted))],
        [.. budget.Contacts.Select(contact => contact.ToLowerInvariant()).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)]);

    public static BudgetTerms Of(AzureBudget budget)
    {
        var properties = budget.Properties;
        var notifications = NotificationsOf(budget);
        return new BudgetTerms(
            properties.Amount,
            properties.TimeGrain,
            Period.Of(properties.TimePeriod.StartDate).ToString(),
            EndOf(properties.TimePeriod)?.ToString(),
            [.. notifications.OrderBy(mark => mark.Threshold).ThenBy(IsForecast).Select(mark => ThresholdOf(mark.Threshold, IsForecast(mark))).Distinct(StringComparer.Ordinal)],
            [.. notifications.SelectMany(mark => mark.ContactEmails).Select(contact => contact.ToLowerInvariant()).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)]);
    }

    /// <summary>Marks that are looked at.</summary>
    public static IReadOnlyList<AzureNotification> NotificationsOf(AzureBudget budget) => [.. budget.Properties.Notifications?.Values.Where(mark => mark.Enabled) ?? []];

    public static bool IsForecast(AzureNotification mark) => string.Equals(mark.ThresholdType, "Forecasted", StringComparison.OrdinalIgnoreCase);

    /// <summary>The first month after a budget's end; null where it has none to speak of.</summary>
    public static Period? EndOf(AzureTimePeriod period)
    {
        if (period.EndDate is not { } end || end >= period.StartDate.AddYears(YearsWithoutEnd))
        {
            return null;
        }

        var month = Period.Of(end);
        return month.Start == end ? month : month.Next;
    }

    /// <summary>The fields in which two differ.</summary>
    public static IReadOnlyList<FieldDifference> Differences(BudgetTerms? here, BudgetTerms? there, CurrencyCode currency, string? thereCurrency)
    {
        List<FieldDifference> all =
        [
            new("amount", here is null ? null : $"{currency} {Number(here.Amount)}", there is null ? null : $"{thereCurrency ?? "unknown currency"} {Number(there.Amount)}"),
            new("window", here?.Grain, there?.Grain),
            new("starts", here?.StartsOn, there?.StartsOn),
            new("ends before", here is null ? null : here.EndsOn ?? "no end", there is null ? null : there.EndsOn ?? "no end"),
            new("tells at", here is null ? null : Listed(here.Thresholds), there is null ? null : Listed(there.Thresholds)),
            new("contacts", here is null ? null : People(here.Contacts), there is null ? null : People(there.Contacts, here?.Contacts)),
        ];
        return [.. all.Where(field => !string.Equals(field.Here, field.There, StringComparison.Ordinal))];
    }

    /// <summary>The mark by which a change is told.</summary>
    public static string MarkOf(BudgetTerms? terms, string? version = null) => terms is null ? SyncMark.None : SyncMark.Of(new { terms, version });

    /// <summary>Azure's budget as one of the portal's; or why it cannot be one.</summary>
    public static (Budget? Budget, string? WhyNot) FromAzure(AzureBudget theirs, Budget? ours, CurrencyCode currency)
    {
        var properties = theirs.Properties;
        if (properties.CurrentSpend?.Unit is not { } unit)
        {
            return (null, "Azure does not say in which currency its budget is.");
        }

        if (!string.Equals(unit, currency.Value, StringComparison.OrdinalIgnoreCase))
        {
            return (null, $"Azure’s budget is in {unit}, the tenant’s money in {currency}.");
        }

        if (!Enum.TryParse<TimeGrain>(properties.TimeGrain, ignoreCase: true, out var grain))
        {
            return (null, $"Azure’s budget runs by {properties.TimeGrain}; the portal’s run by months, quarters and years.");
        }

        if (!Money.TryFrom(properties.Amount, currency, out var amount))
        {
            return (null, "Azure’s amount has more than six decimals.");
        }

        var marks = NotificationsOf(theirs);
        if (marks.Any(mark => mark.Threshold != decimal.Truncate(mark.Threshold)))
        {
            return (null, "Azure’s budget tells at a percentage that is not whole.");
        }

        return (
            new Budget(
                amount.Micros,
                grain,
                Period.Of(properties.TimePeriod.StartDate),
                EndOf(properties.TimePeriod),
                ours?.HardStop ?? true,
                [.. marks.Select(mark => new BudgetThreshold((int)mark.Threshold, IsForecast(mark) ? ThresholdBasis.Forecasted : ThresholdBasis.Actual)).Distinct()],
                [.. marks.SelectMany(mark => mark.ContactEmails).Distinct(StringComparer.OrdinalIgnoreCase)]),
            null);
    }

    /// <summary>Why the portal's budget cannot be written to Azure; null when it can.</summary>
    public static string? WhyNotPush(Budget ours, CurrencyCode currency, string? billed)
    {
        if (ours.AmountMicros == 0)
        {
            return "Azure knows no budget of 0; the hard stop here does what it says all the same.";
        }

        return billed is not null && !string.Equals(billed, currency.Value, StringComparison.OrdinalIgnoreCase) ? $"Azure bills in {billed}, the tenant’s money is in {currency}." : null;
    }

    /// <summary>The portal's budget as Azure is sent it. What Azure alone knows of the one it has is kept.</summary>
    public static AzureBudget ToAzure(Budget ours, AzureBudget? theirs, string? account) => new()
    {
        ETag = theirs?.ETag,
        Properties = new AzureBudgetProperties
        {
            Amount = ours.AmountMicros / (decimal)Money.PerUnit,
            TimeGrain = ours.Grain.ToString(),
            TimePeriod = new AzureTimePeriod(ours.StartsOn.Start, ours.EndsOn?.Start.AddDays(-1) ?? (theirs is { } known && EndOf(known.Properties.TimePeriod) is null ? known.Properties.TimePeriod.EndDate : null)),
            Filter = theirs is not null ? theirs.Properties.Filter : account is null ? null : FilterOf(account),
            Notifications = ours.Thresholds.ToDictionary(NameOf, mark => NotificationOf(mark, ours, theirs), StringComparer.Ordinal),
        },
    };

    private static System.Text.Json.JsonElement FilterOf(string account) => System.Text.Json.JsonSerializer.SerializeToElement(
        new { dimensions = new { name = "ResourceId", @operator = "In", values = new[] { account } } }, System.Text.Json.JsonSerializerOptions.Web);

    private static string NameOf(BudgetThreshold mark) =>
        string.Create(CultureInfo.InvariantCulture, $"{mark.Basis}_GreaterThanOrEqualTo_{mark.Percent}_Percent");

    // Action groups, roles and language are Azure's own. It accepts no mark that tells nobody, so without contacts the owners are told.
    private static AzureNotification NotificationOf(BudgetThreshold mark, Budget ours, AzureBudget? theirs)
    {
        var before = theirs is null ? null : NotificationsOf(theirs).FirstOrDefault(known => known.Threshold == mark.Percent && IsForecast(known) == (mark.Basis == ThresholdBasis.Forecasted));
        var tellsSomebody = ours.Contacts.Count > 0 || before?.ContactRoles is { Count: > 0 } || before?.ContactGroups is { Count: > 0 };
        return new AzureNotification
        {
            Threshold = mark.Percent,
            ThresholdType = mark.Basis.ToString(),
            ContactEmails = ours.Contacts,
            ContactRoles = tellsSomebody ? before?.ContactRoles : ["Owner"],
            ContactGroups = before?.ContactGroups,
            Locale = before?.Locale,
        };
    }

    private static string ThresholdOf(decimal percent, bool isForecast) => $"{Number(percent)} %{(isForecast ? " forecast" : "")}";

    private static string Listed(IReadOnlyList<string> all) => all.Count == 0 ? "nothing" : string.Join(", ", all);

    // Who they are stands on the plan; how many is enough for a list that stays.
    private static string People(IReadOnlyList<string> people, IReadOnlyList<string>? others = null)
    {
        var count = people.Count == 0 ? "nobody" : Formats.Count(people.Count, "person", "people");
        return others is not null && others.Count == people.Count && !people.SequenceEqual(others, StringComparer.Ordinal) ? $"{count}, others" : count;
    }

    private static string Number(decimal value) => value.ToString("0.00####", CultureInfo.InvariantCulture) is var text && text.EndsWith(".00", StringComparison.Ordinal) ? text[..^3] : value.ToString("0.00####", CultureInfo.InvariantCulture);
}
