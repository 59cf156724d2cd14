using System.Globalization;
using CopilotCapacity.Azure.Budgets;
using CopilotCapacity.Domain.PayAsYouGo;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Storage.Model;

namespace CopilotCapacity.Portal.Features.Sync.Azure;

/// <summary>What is needed to adopt or to push a budget.</summary>
/// <param name="Plan">The plan.</param>
/// <param name="Scope">Where Azure has its budget.</param>
/// <param name="Name">The budget's name there.</param>
/// <param name="Account">The plan's account resource; null when there is none.</param>
/// <param name="Ours">Ours; null when there is none.</param>
/// <param name="Theirs">Theirs, with its version; null when there is none.</param>
/// <param name="Adopted">Theirs as one of ours; null when it cannot be one.</param>
internal sealed record SeenBudget(BillingPlanId Plan, string Scope, string Name, string? Account, Budget? Ours, AzureBudget? Theirs, Budget? Adopted);

/// <summary>Finds a plan's budget in Azure and compares it.</summary>
internal static class AzureBudgets
{
    private const int NameMax = 63;

    /// <summary>The budget of a plan: the one of its name, or else the one that counts its account resource alone.</summary>
    public static AzureBudget? Find(IReadOnlyList<AzureBudget> budgets, string plan, string? account) =>
        budgets.FirstOrDefault(budget => string.Equals(budget.Name, plan, StringComparison.OrdinalIgnoreCase))
        ?? budgets.FirstOrDefault(budget => string.Equals(budget.Name, NameOf(plan), StringComparison.OrdinalIgnoreCase))
        ?? budgets.FirstOrDefault(budget => account is not null && Counts(budget, account));

    /// <summary>The name of a new budget: Azure takes letters, digits, underscores and hyphens.</summary>
    public static string NameOf(string plan)
    {
        var name = string.Concat(plan.Select(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-' ? letter : '-'));
        return name.Length <= NameMax ? name : name[..NameMax];
    }

    /// <summary>The difference between the two budgets of a plan; null when there is none.</summary>
    public static FoundDifference? Compare(PlanRow plan, AzureBudget? theirs, CurrencyCode currency, string? billedIn, string? account)
    {
        var ours = plan.Budget;
        var (here, there) = (ours is null ? null : BudgetTerms.Of(ours), theirs is null ? null : BudgetTerms.Of(theirs));
        var unit = theirs?.Properties.CurrentSpend?.Unit;
        var fields = BudgetTerms.Differences(here, there, currency, unit);
        if (fields.Count == 0)
        {
            return null;
        }

        var (adopted, whyNotAdopt) = theirs is null ? (null, null) : BudgetTerms.FromAzure(theirs, ours, currency);
        var whyNotPush = ours is null ? null : BudgetTerms.WhyNotPush(ours, currency, unit ?? billedIn);
        var whyNotBroken = adopted is null ? null : BudgetRules.Check(adopted)?.Detail;
        return new FoundDifference
        {
            Key = string.Create(CultureInfo.InvariantCulture, $"budget:{plan.Id:D}"),
            ObjectKind = "plan",
            ObjectId = plan.Id.ToString(),
            Title = theirs is null ? $"Azure has no budget for {plan.Name}" : ours is null ? $"Azure has a budget for {plan.Name}, the portal none" : $"The budget of {plan.Name} differs",
            Fields = fields,
            Note = NoteOf(theirs, [whyNotAdopt, whyNotBroken, whyNotPush]),
            CanAdopt = adopted is not null && whyNotBroken is null,
            CanPush = ours is not null && whyNotPush is null,
            Here = BudgetTerms.MarkOf(here),
            There = theirs is null ? SyncMark.None : BudgetTerms.MarkOf(there, theirs.ETag),
            Seen = new SeenBudget(new BillingPlanId(plan.Id), AzureSync.ScopeOf(plan), theirs?.Name ?? NameOf(plan.Name), account, ours, theirs, adopted),
        };
    }

    private static string? NoteOf(AzureBudget? theirs, IReadOnlyList<string?> reasons)
    {
        var why = string.Join(" ", reasons.OfType<string>());
        if (why.Length > 0)
        {
            return why;
        }

        return theirs is null ? "Azure’s budgets tell people and stop nothing; the stop is the portal’s." : null;
    }

    private static bool Counts(AzureBudget budget, string account) =>
        budget.Properties.Filter is { } filter && filter.GetRawText().Contains($"\"{account}\"", StringComparison.OrdinalIgnoreCase);
}
