namespace CopilotCapacity.Azure.PowerPlatform;

/// <summary>What a tenant and its environments are entitled to, as Power Platform knows it.</summary>
public sealed class EntitlementClient(PowerPlatformHttp http)
{
    /// <summary>The tenant's Copilot Credits; a failure of kind not found when it has none.</summary>
    public Task<AzureAnswer<TenantEntitlement>> FindTenantAsync(CancellationToken cancellationToken) =>
        http.GetAsync<TenantEntitlement>($"/licensing/entitlements/{PowerPlatformNames.CopilotCredits}?api-version={PowerPlatformHttp.Version}", cancellationToken);

    /// <summary>All entitlements of an environment.</summary>
    public Task<AzureAnswer<IReadOnlyList<EnvironmentEntitlement>>> ListOfEnvironmentAsync(string environment, CancellationToken cancellationToken) =>
        http.ListAsync<EnvironmentEntitlement>(
            $"/licensing/environments/{Uri.EscapeDataString(environment)}/entitlements?api-version={PowerPlatformHttp.Version}", cancellationToken);

    /// <summary>What the tenant has of each currency, with what is allocated and used.</summary>
    public Task<AzureAnswer<IReadOnlyList<CurrencyReport>>> ListCurrencyReportsAsync(CancellationToken cancellationToken) =>
        http.ListAsync<CurrencyReport>(
            $"/licensing/tenantCapacity/currencyReports?includeAllocations=true&includeConsumptions=true&api-version={PowerPlatformHttp.Version}", cancellationToken);
}
