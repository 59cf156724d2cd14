using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Metering;
using CopilotCapacity.Portal.Features.Access;

namespace CopilotCapacity.Portal.Features.Overview;

/// <summary>Sets allocations on behalf of the person in the circuit, whose right is looked at anew each time.</summary>
internal sealed class AllocationEditor(Meter meter, CurrentPerson current) : IAllocationEditor
{
    public async Task<string?> SetAsync(
        TenantId tenant,
        EnvironmentId environment,
        Credits credits,
        int expectedVersion,
        CancellationToken cancellationToken)
    {
        var (actor, refusal) = await current.AskAsync(Operation.ChangeCapacity, tenant, environment, cancellationToken: cancellationToken);
        if (actor is null)
        {
            return refusal;
        }

        var outcome = await meter.ChangeAsync(tenant, actor, ledger => Set(ledger, environment, credits, expectedVersion));
        return outcome.Refusal?.Detail;
    }

    // The switches stay as they are; only the number is edited here.
    private static Outcome<bool> Set(TenantLedger ledger, EnvironmentId id, Credits credits, int expectedVersion)
    {
        if (ledger.Find(id) is not { } environment)
        {
            return Refusal.NotFound("environment");
        }

        var set = ledger.SetAllocation(
            id, credits, environment.DrawFromTenantPool, environment.PayAsYouGo, expectedVersion);
        return set.Refusal is { } refusal ? refusal : true;
    }
}
