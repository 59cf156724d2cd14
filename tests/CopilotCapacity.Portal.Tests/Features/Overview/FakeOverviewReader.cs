using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Portal.Features.Overview;

namespace CopilotCapacity.Portal.Tests.Features.Overview;

/// <summary>Answers with what the test sets, counts the reads, and can wait or fail.</summary>
public sealed class FakeOverviewReader : IOverviewReader
{
    private int _reads;

    public int Reads => Volatile.Read(ref _reads);

    public TenantOverview? Overview { get; set; } = Overviews.Create();

    public IReadOnlyList<TenantChoice> Tenants { get; set; } = [new(Overviews.Tenant, "Contoso Europe", IsRehearsal: false)];

    public bool Fails { get; set; }

    /// <summary>Runs when a read has begun, before it answers.</summary>
    public Func<Task>? OnRead { get; set; }

    public bool MayAdministerPortal { get; set; }

    public Task<TenantMenu> MenuAsync(CancellationToken cancellationToken) =>
        Fails ? Task.FromException<TenantMenu>(new InvalidOperationException("No database.")) : Task.FromResult(new TenantMenu(Tenants, MayAdministerPortal));

    public async Task<TenantOverview?> ReadAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _reads);
        if (OnRead is not null)
        {
            await OnRead();
        }

        return Fails ? throw new InvalidOperationException("No database.") : Overview;
    }
}

/// <summary>Keeps what was set; refuses with a sentence when told to.</summary>
public sealed class FakeAllocationEditor : IAllocationEditor
{
    public List<(EnvironmentId Environment, AllocationSettings Settings, int Version)> Sets { get; } = [];

    public string? Refusal { get; set; }

    public Task<string?> SetAsync(TenantId tenant, EnvironmentId environment, AllocationSettings settings, int expectedVersion, CancellationToken cancellationToken)
    {
        Sets.Add((environment, settings, expectedVersion));
        return Task.FromResult(Refusal);
    }
}
