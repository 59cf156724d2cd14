using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Portal.Features.Audit;
using CopilotCapacity.Storage.Audit;
using CopilotCapacity.Storage.Queries;

namespace CopilotCapacity.Portal.Tests.Features.Audit;

/// <summary>An audit trail in memory that remembers what it was asked.</summary>
public sealed class FakeAuditReader : IAuditReader
{
    public IReadOnlyList<AuditView> Entries { get; set; } = [];

    public AuditVerification Verification { get; set; } = new(0, new string('0', 64), null);

    public bool Fails { get; set; }

    /// <summary>The numbers of the entries that may be taken back.</summary>
    public HashSet<long> Undoable { get; } = [];

    public int Reads { get; private set; }

    public TenantId? Tenant { get; private set; }

    public AuditFilter? Filter { get; private set; }

    public long Before { get; private set; }

    public Task<AuditTrailView?> ReadAsync(TenantId? tenant, AuditFilter filter, long before, int limit, CancellationToken cancellationToken)
    {
        Reads++;
        (Tenant, Filter, Before) = (tenant, filter, before);
        return Fails ? throw new IOException("gone") : Task.FromResult<AuditTrailView?>(new AuditTrailView(tenant is null ? "The portal" : "Contoso", Entries, HasOlder: false) { Undoable = Undoable });
    }

    public Task<AuditVerification?> VerifyAsync(TenantId? tenant, CancellationToken cancellationToken) => Task.FromResult<AuditVerification?>(Verification);
}
