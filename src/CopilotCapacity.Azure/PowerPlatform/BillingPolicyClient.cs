namespace CopilotCapacity.Azure.PowerPlatform;

/// <summary>A billing policy: what people call a billing plan, as Power Platform keeps it.</summary>
/// <param name="Id">Its id there.</param>
/// <param name="Name">Its name.</param>
/// <param name="Status">Enabled or Disabled.</param>
/// <param name="Location">Its region.</param>
/// <param name="BillingInstrument">What pays.</param>
/// <param name="CreatedOn">When it was made.</param>
/// <param name="LastModifiedOn">When it was changed last.</param>
public sealed record BillingPolicy(
    string Id, string Name, string? Status, string? Location, BillingInstrument? BillingInstrument, DateTimeOffset? CreatedOn, DateTimeOffset? LastModifiedOn)
{
    /// <summary>Whether it bills.</summary>
    public bool IsEnabled => PowerPlatformNames.Same(Status, PowerPlatformNames.Enabled);
}

/// <summary>What pays for a billing policy.</summary>
/// <param name="SubscriptionId">The Azure subscription.</param>
/// <param name="ResourceGroup">The resource group in it.</param>
/// <param name="Id">The id of the Azure resource that usage is metered to; null until it is provisioned.</param>
public sealed record BillingInstrument(Guid? SubscriptionId, string? ResourceGroup, string? Id = null);

/// <summary>A billing policy to make.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Location">Its region.</param>
/// <param name="BillingInstrument">What pays.</param>
/// <param name="Status">Enabled or Disabled.</param>
public sealed record NewBillingPolicy(string Name, string Location, BillingInstrument BillingInstrument, string Status = PowerPlatformNames.Enabled);

/// <summary>An environment on a billing policy.</summary>
/// <param name="BillingPolicyId">The policy.</param>
/// <param name="EnvironmentId">The environment.</param>
public sealed record BillingPolicyEnvironment(string? BillingPolicyId, string EnvironmentId);

/// <summary>Billing policies and the environments on them.</summary>
public sealed class BillingPolicyClient(PowerPlatformHttp http)
{
    /// <summary>The billing policies of the tenant.</summary>
    public Task<AzureAnswer<IReadOnlyList<BillingPolicy>>> ListAsync(CancellationToken cancellationToken) =>
        http.ListAsync<BillingPolicy>($"/licensing/billingPolicies?api-version={PowerPlatformHttp.Version}", cancellationToken);

    /// <summary>A billing policy; a failure of kind not found when there is none.</summary>
    public Task<AzureAnswer<BillingPolicy>> FindAsync(string id, CancellationToken cancellationToken) => http.GetAsync<BillingPolicy>(Of(id), cancellationToken);

    /// <summary>
    /// Makes a billing policy, and its resource in Azure. It is sent once: two of the same name would be two, so after a lost answer
    /// look whether it is there.
    /// </summary>
    public Task<AzureAnswer<BillingPolicy>> CreateAsync(NewBillingPolicy policy, CancellationToken cancellationToken) =>
        http.SendAsync<BillingPolicy>(HttpMethod.Post, $"/licensing/billingPolicies?api-version={PowerPlatformHttp.Version}", policy, cancellationToken);

    /// <summary>Changes a billing policy's name and status; its region and what pays stay for good.</summary>
    public Task<AzureAnswer<BillingPolicy>> UpdateAsync(string id, string name, string status, CancellationToken cancellationToken) =>
        http.SendAsync<BillingPolicy>(HttpMethod.Put, Of(id), new BillingPolicyUpdate(name, status), cancellationToken);

    /// <summary>Deletes a billing policy; that there is none is as good. Its resource in Azure is left behind, to be deleted by hand.</summary>
    public Task<AzureFailure?> DeleteAsync(string id, CancellationToken cancellationToken) => http.DeleteAsync(Of(id), cancellationToken);

    /// <summary>The environments on a billing policy.</summary>
    public Task<AzureAnswer<IReadOnlyList<BillingPolicyEnvironment>>> ListEnvironmentsAsync(string id, CancellationToken cancellationToken) =>
        http.ListAsync<BillingPolicyEnvironment>(Of(id, "/environments"), cancellationToken);

    /// <summary>Puts environments on a billing policy; one on another is moved.</summary>
    public Task<AzureFailure?> AddEnvironmentsAsync(string id, IReadOnlyList<string> environments, CancellationToken cancellationToken) =>
        http.TellAsync(HttpMethod.Post, Of(id, "/environments/add"), new EnvironmentIdList(environments), cancellationToken);

    /// <summary>Takes environments off a billing policy: what they use over their capacity is no longer billed, from now on.</summary>
    public Task<AzureFailure?> RemoveEnvironmentsAsync(string id, IReadOnlyList<string> environments, CancellationToken cancellationToken) =>
        http.TellAsync(HttpMethod.Post, Of(id, "/environments/remove"), new EnvironmentIdList(environments), cancellationToken);

    /// <summary>Has the service look at the Azure resource anew, as after a subscription came back.</summary>
    public Task<AzureAnswer<BillingPolicy>> RefreshProvisioningAsync(string id, CancellationToken cancellationToken) =>
        http.SendAsync<BillingPolicy>(HttpMethod.Post, Of(id, "/refreshProvisioningStatus"), null, cancellationToken);

    /// <summary>The billing policy that an environment is on; a failure of kind not found when it is on none.</summary>
    public Task<AzureAnswer<BillingPolicy>> FindOfEnvironmentAsync(string environment, CancellationToken cancellationToken) =>
        http.GetAsync<BillingPolicy>($"/licensing/environments/{Uri.EscapeDataString(environment)}/billingPolicy?api-version={PowerPlatformHttp.Version}", cancellationToken);

    private static string Of(string id, string part = "") => $"/licensing/billingPolicies/{Uri.EscapeDataString(id)}{part}?api-version={PowerPlatformHttp.Version}";

    private sealed record BillingPolicyUpdate(string Name, string Status);

    private sealed record EnvironmentIdList(IReadOnlyList<string> EnvironmentIds);
}
