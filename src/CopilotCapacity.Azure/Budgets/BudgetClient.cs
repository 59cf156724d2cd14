using CopilotCapacity.Azure.Http;

namespace CopilotCapacity.Azure.Budgets;

/// <summary>Budgets of Microsoft Cost Management, <c>Microsoft.Consumption/budgets</c>.</summary>
public sealed class BudgetClient(AzureHttp http)
{
    private const string Version = "2024-08-01";

    /// <summary>A budget; a failure of kind not found when there is none.</summary>
    /// <param name="scope">Such as <c>/subscriptions/…/resourceGroups/…</c>.</param>
    /// <param name="name">The budget's name.</param>
    /// <param name="cancellationToken">Cancels the asking.</param>
    public Task<AzureAnswer<AzureBudget>> FindAsync(string scope, string name, CancellationToken cancellationToken) =>
        http.GetAsync<AzureBudget>(Of(scope, name), cancellationToken);

    /// <summary>The budgets of a scope.</summary>
    public Task<AzureAnswer<IReadOnlyList<AzureBudget>>> ListAsync(string scope, CancellationToken cancellationToken) =>
        http.ListAsync<AzureBudget>($"{scope}/providers/Microsoft.Consumption/budgets?api-version={Version}", cancellationToken);

    /// <summary>
    /// Creates a budget or replaces it as a whole. With the ETag of the one that was read, a change that somebody made meanwhile is a
    /// conflict instead of lost.
    /// </summary>
    public Task<AzureAnswer<AzureBudget>> PutAsync(string scope, string name, AzureBudget budget, CancellationToken cancellationToken) =>
        http.SendAsync<AzureBudget>(
            HttpMethod.Put,
            Of(scope, name),
            // What Azure alone says is not sent.
            new AzureBudget { ETag = budget.ETag, Properties = budget.Properties with { CurrentSpend = null, ForecastSpend = null } },
            cancellationToken);

    /// <summary>Deletes a budget; that there is none is as good.</summary>
    public Task<AzureFailure?> DeleteAsync(string scope, string name, CancellationToken cancellationToken) => http.DeleteAsync(Of(scope, name), cancellationToken);

    private static string Of(string scope, string name) => $"{scope}/providers/Microsoft.Consumption/budgets/{Uri.EscapeDataString(name)}?api-version={Version}";
}
