using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Metering;
using CopilotCapacity.Portal.Features.Access;
using CopilotCapacity.Portal.Features.Audit;

namespace CopilotCapacity.Portal.Features.Overview;

/// <summary>Sets allocations on behalf of the person in the circuit, whose right is looked at anew each time.</summary>
internal sealed class AllocationEditor(Meter meter, CurrentPerson current, Meanwhile meanwhile) : IAllocationEditor
{
    public async Task<string?> SetAsync(
        TenantId tenant,
        EnvironmentId environment,
        AllocationSettings settings,
        int expectedVersion,
        CancellationToken cancellationToken)
    {
        var (actor, refusal) = await current.AskAsync(Operation.ChangeCapacity, tenant, environment, cancellationToken: cancellationToken);
        if (actor is null)
        {
            return refusal;
        }

        var outcome = await meter.ChangeAsync(
            tenant, actor, ledger => ledger.SetAllocation(environment, settings.Credits, settings.DrawsOnPool, settings.PayAsYouGo, expectedVersion));
        return await meanwhile.SayAsync(tenant, environment.Value, outcome.Refusal, cancellationToken);
    }
}
