using CopilotCapacity.Domain.Requests;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Storage.Queries;

namespace CopilotCapacity.Portal.Features.Requests;

/// <summary>What a request is about, as it stands now.</summary>
/// <param name="Name">The environment or plan.</param>
/// <param name="Version">The version of its allocation or of the plan; null when it is gone.</param>
/// <param name="Now">What it has: the allocation, in credits.</param>
/// <param name="NowMoney">What it has: the budget.</param>
public sealed record RequestSubject(string Name, int? Version, Credits? Now, Money? NowMoney);

/// <summary>A request as a page shows it.</summary>
/// <param name="Request">The request.</param>
/// <param name="Subject">What it is about, as it stands now.</param>
/// <param name="More">What is asked for, in money, when it is a budget.</param>
/// <param name="MayWithdraw">Whether whoever looks has asked for it.</param>
public sealed record RequestView(StoredRequest Request, RequestSubject Subject, Money? More, bool MayWithdraw);

/// <summary>What somebody can ask for.</summary>
/// <param name="Environments">Environments, with what their allocation is now.</param>
/// <param name="Plans">Plans with a budget, with what that is now.</param>
public sealed record RequestChoices(IReadOnlyList<(EnvironmentId Id, string Name, Credits Now)> Environments, IReadOnlyList<(BillingPlanId Id, string Name, Money Now)> Plans);

/// <summary>The requests of a tenant.</summary>
/// <param name="TenantName">The tenant's name.</param>
/// <param name="Currency">Its currency.</param>
/// <param name="AsOf">The tenant's time at which it was read.</param>
/// <param name="PoolLeft">What the tenant pool still has.</param>
/// <param name="Open">Those that wait, newest first.</param>
/// <param name="Decided">Those that were decided, newest first.</param>
/// <param name="Next">Before which number the decided ones go on; null on the last page.</param>
/// <param name="Choices">What whoever looks can ask for.</param>
/// <param name="MayDecide">Whether whoever looks may decide.</param>
public sealed record RequestPage(
    string TenantName,
    CurrencyCode Currency,
    DateTimeOffset AsOf,
    Credits PoolLeft,
    IReadOnlyList<RequestView> Open,
    IReadOnlyList<RequestView> Decided,
    long? Next,
    RequestChoices Choices,
    bool MayDecide);

/// <summary>Requests for capacity. Each change gives null, or the sentence that says why not.</summary>
public interface IRequestDesk
{
    /// <summary>The requests; null when there is no such tenant for whoever asks.</summary>
    Task<RequestPage?> ReadAsync(TenantId tenant, long? before, CancellationToken cancellationToken);

    /// <summary>Asks for capacity.</summary>
    Task<string?> AskAsync(TenantId tenant, NewRequest request, CancellationToken cancellationToken);

    /// <summary>Grants a request as it was seen: what it is about must not have changed since.</summary>
    Task<string?> ApproveAsync(TenantId tenant, RequestId id, int? seenVersion, CancellationToken cancellationToken);

    /// <summary>Does not grant it, and says why.</summary>
    Task<string?> DeclineAsync(TenantId tenant, RequestId id, string? reason, CancellationToken cancellationToken);

    /// <summary>Takes back a request of one's own.</summary>
    Task<string?> WithdrawAsync(TenantId tenant, RequestId id, CancellationToken cancellationToken);
}
