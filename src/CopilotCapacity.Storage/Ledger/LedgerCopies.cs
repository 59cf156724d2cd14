using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Storage.Queries;
using Microsoft.EntityFrameworkCore;

namespace CopilotCapacity.Storage.Ledger;

/// <summary>
/// Copies of tenants' ledgers on which changes can be tried by the very rules that decide them. A copy belongs to whoever asked for
/// it: the meter goes on meanwhile, and nothing of it is ever written.
/// </summary>
public sealed class LedgerCopies(IDbContextFactory<PortalDbContext> contexts, LedgerLimits limits, TimeProvider time)
{
    /// <summary>A tenant's ledger at the present; null when there is no such tenant.</summary>
    public TenantLedger? Load(TenantId tenant)
    {
        using var snapshot = ReadSnapshot.Open(contexts);
        if (snapshot.Tenant(tenant) is not { } row)
        {
            return null;
        }

        var ledger = TenantLedger.Restore(LedgerReader.Read(snapshot.Context, row, limits), limits);
        if (!ledger.IsRehearsal)
        {
            ledger.Advance(time.GetUtcNow());
        }

        return ledger;
    }
}
