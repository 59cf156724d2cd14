using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Portal.Features.Sync;
using CopilotCapacity.Portal.Tests.Features.Overview;
using CopilotCapacity.Storage.Model;

namespace CopilotCapacity.Portal.Tests.Features.Sync;

/// <summary>A sync in memory that remembers what it was asked.</summary>
internal sealed class FakeSync : ISyncDesk
{
    private Action? _moved;

    public SyncView View { get; set; } = new()
    {
        TenantName = "Contoso",
        Services = [new("azure", "Azure", true, Overviews.AsOf.AddHours(-3), null, null), new("powerPlatform", "Power Platform", false, null, null, null)],
        Runs = [],
        Differences = [],
        Settled = [],
        WriteBack = false,
        NextAt = Overviews.AsOf.AddHours(2),
        AsOf = Overviews.AsOf,
        MayChange = true,
        MayChangeSettings = true,
    };

    public bool Fails { get; set; }

    public string? Refusal { get; set; }

    public List<string> Asked { get; } = [];

    public static SyncDifferenceView Difference(bool canAdopt = true, bool canPush = true, DifferenceState state = DifferenceState.Open) => new()
    {
        Service = "azure",
        ServiceName = "Azure",
        Key = "budget:1",
        ObjectKind = "plan",
        ObjectId = "22222222-0000-0000-0000-000000000000",
        Title = "The budget of Azure Europe differs",
        Fields = [new("amount", "EUR 500", "EUR 300")],
        CanAdopt = canAdopt,
        CanPush = canPush,
        State = state,
        FoundAt = Overviews.AsOf.AddHours(-3),
        Reviewed = "a:b",
    };

    public static SyncRunView Run(SyncState state, int done = 2, bool isCancelling = false, bool isFinished = true) => new(
        4,
        state,
        "Amira Vogel",
        Overviews.AsOf.AddMinutes(-5),
        isFinished ? Overviews.AsOf : null,
        isCancelling,
        [
            .. Enumerable.Range(1, 3).Select(number => new SyncStepView(
                "Azure", $"Step {number}", number > done ? SyncState.Waiting : state == SyncState.Failed && number == done ? SyncState.Failed : SyncState.Done, number > done ? null : $"Said {number}.", null)),
        ]);

    public void Move() => _moved?.Invoke();

    public Task<SyncView?> ReadAsync(TenantId tenant, CancellationToken cancellationToken) => Fails ? throw new IOException("gone") : Task.FromResult<SyncView?>(View);

    public IDisposable Follow(TenantId tenant, Action moved)
    {
        _moved = moved;
        return new Following();
    }

    public Task<string?> StartAsync(TenantId tenant, CancellationToken cancellationToken) => Answer("start");

    public Task<string?> CancelAsync(TenantId tenant, CancellationToken cancellationToken) => Answer("cancel");

    public Task<string?> AdoptAsync(TenantId tenant, SyncDifferenceView difference, CancellationToken cancellationToken) => Answer($"adopt {difference.Key} as {difference.Reviewed}");

    public Task<string?> PushAsync(TenantId tenant, SyncDifferenceView difference, CancellationToken cancellationToken) => Answer($"push {difference.Key} as {difference.Reviewed}");

    public Task<string?> SetWriteBackAsync(TenantId tenant, bool isAllowed, CancellationToken cancellationToken) => Answer($"write {isAllowed}");

    private Task<string?> Answer(string asked)
    {
        Asked.Add(asked);
        return Task.FromResult(Refusal);
    }

    private sealed class Following : IDisposable
    {
        public void Dispose()
        {
        }
    }
}
