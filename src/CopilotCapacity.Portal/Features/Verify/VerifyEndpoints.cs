using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Portal.Features.Access;
using CopilotCapacity.Portal.Hosting.Http;
using CopilotCapacity.Storage.Verification;

namespace CopilotCapacity.Portal.Features.Verify;

/// <summary>What a verification found; the first difference of each kind, in words.</summary>
public sealed record VerificationDto(long Sequence, bool Ok, IReadOnlyList<string> Differences);

/// <summary>Recomputes a tenant's ledger from its journal.</summary>
internal static class VerifyEndpoints
{
    public static void MapVerify(this IEndpointRouteBuilder api) => api.MapPost("/tenants/{tenantId}/ledger/verify", VerifyAsync)
        .InTenant(Operation.ReadTenant)
        .WithDescription("Decides the tenant's whole history again and compares entries, splits, balances and roll-ups. Changes nothing.")
        .Produces<VerificationDto>();

    // The history may be long and the database has no waiting of its own, so this is no work for a request's thread.
    private static Task<IResult> VerifyAsync(Guid tenantId, LedgerVerifier verifier, CancellationToken cancellationToken) => Task.Factory.StartNew(
        () => verifier.Verify(new TenantId(tenantId), cancellationToken) is { } found
            ? (IResult)ApiAnswer.Ok(new VerificationDto(found.Sequence, found.Differences.Count == 0, found.Differences))
            : Problems.NotFound(),
        cancellationToken,
        TaskCreationOptions.LongRunning,
        TaskScheduler.Default);
}
