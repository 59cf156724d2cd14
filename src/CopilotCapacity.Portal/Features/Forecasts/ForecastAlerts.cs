using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Metering;
using CopilotCapacity.Storage;
using CopilotCapacity.Storage.Queries;
using Microsoft.EntityFrameworkCore;

namespace CopilotCapacity.Portal.Features.Forecasts;

/// <summary>Has a tenant's forecasts looked at, and what they foretell told: all of it one unit of work of the meter.</summary>
internal sealed class ForecastAlerts(IDbContextFactory<PortalDbContext> contexts, UseForecasts forecasts, Meter meter, TimeProvider time)
{
    /// <summary>Looks at one tenant. Nothing happens when there is no such tenant.</summary>
    /// <returns>How many alerts were raised.</returns>
    public async Task<long> TellAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        // A large tenant's forecasts take seconds to make.
        if (await Task.Run(() => Read(tenant), cancellationToken) is not { } known)
        {
            return 0;
        }

        try
        {
            return (await meter.ChangeAsync(tenant, Actor.System, ledger => ledger.TellForecasts(known))).Value;
        }
        catch (MeterBusyException)
        {
            // It is looked at again in a few minutes.
            return 0;
        }
    }

    private KnownForecasts? Read(TenantId tenant)
    {
        using var snapshot = ReadSnapshot.Open(contexts);
        if (snapshot.Tenant(tenant) is not { } row)
        {
            return null;
        }

        var known = forecasts.Refresh(snapshot, row, row.IsRehearsal ? row.Now : time.GetUtcNow());
        return new KnownForecasts(known.Of, plan => known.Plans.GetValueOrDefault(plan), known.Whole);
    }
}
