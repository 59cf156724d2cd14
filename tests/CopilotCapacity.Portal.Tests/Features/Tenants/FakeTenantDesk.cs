using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Portal.Features.Tenants;
using CopilotCapacity.Portal.Tests.Features.Overview;

namespace CopilotCapacity.Portal.Tests.Features.Tenants;

internal sealed class FakeTenantDesk : ITenantDesk
{
    public IReadOnlyList<TenantRowView> Rows { get; set; } = [];

    public TenantSettings Settings { get; set; } = new()
    {
        Name = "Contoso",
        Currency = new CurrencyCode("EUR"),
        LowThresholdPercent = 80,
        WarningHorizonDays = 30,
        DisplayZone = "UTC",
        CreatedAt = Overviews.AsOf,
        TestClock = Overviews.AsOf,
        Version = 7,
        MayChange = true,
        MayMoveClock = true,
    };

    public bool Fails { get; set; }

    public string? Refusal { get; set; }

    public (string?, int) Asked { get; private set; }

    public (string, string, DateTimeOffset?) Created { get; private set; }

    public TenantSettings? Wanted { get; private set; }

    public DateTimeOffset? MovedTo { get; private set; }

    public int Moves { get; private set; }

    /// <summary>What a move waits for.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    public Task<TenantList?> ListAsync(string? search, int page, CancellationToken cancellationToken)
    {
        Asked = (search, page);
        return Task.FromResult<TenantList?>(new TenantList(Rows, Rows.Count));
    }

    public Task<string?> CreateAsync(TenantId id, string name, CurrencyCode currency, DateTimeOffset? testClock, CancellationToken cancellationToken)
    {
        Created = (name, currency.Value, testClock);
        return Task.FromResult<string?>(null);
    }

    public Task<TenantSettings?> ReadAsync(TenantId tenant, CancellationToken cancellationToken) =>
        Fails ? throw new IOException("gone") : Task.FromResult<TenantSettings?>(Settings);

    public Task<string?> ChangeAsync(TenantId tenant, TenantSettings wanted, string? reason, CancellationToken cancellationToken)
    {
        Wanted = wanted;
        return Task.FromResult(Refusal);
    }

    public async Task<string?> MoveClockAsync(TenantId tenant, DateTimeOffset to, CancellationToken cancellationToken)
    {
        MovedTo = to;
        Moves++;
        await Gate;
        return Refusal;
    }
}
