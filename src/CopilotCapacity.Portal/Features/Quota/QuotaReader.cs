using CopilotCapacity.Domain.Quota;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Metering;
using CopilotCapacity.Metering.Quota;

namespace CopilotCapacity.Portal.Features.Quota;

/// <summary>Reads quotas from memory. The first question about a tenant since the start reads its ledger once.</summary>
internal sealed class QuotaReader(QuotaBoard board, Meter meter)
{
    /// <summary>The quota of an environment; null when there is none in service.</summary>
    public async ValueTask<QuotaReading?> FindAsync(TenantId tenant, EnvironmentId environment)
    {
        if (board.TryRead(tenant, environment, out var reading))
        {
            return reading;
        }

        await meter.LoadAsync(tenant);
        board.TryRead(tenant, environment, out reading);
        return reading;
    }

    /// <summary>Quotas that were touched after a ledger sequence number.</summary>
    public async ValueTask<IReadOnlyList<QuotaReading>> TouchedAsync(TenantId tenant, long after)
    {
        if (board.ReadTouched(tenant, after) is { } known)
        {
            return known;
        }

        await meter.LoadAsync(tenant);
        return board.ReadTouched(tenant, after) ?? [];
    }
}
