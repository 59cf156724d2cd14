using CopilotCapacity.Domain.Caps;
using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Metering.Feed;
using CopilotCapacity.Metering.Ingest;
using CopilotCapacity.Metering.Tests.Store;
using CopilotCapacity.Testing;

namespace CopilotCapacity.Metering.Tests;

public sealed class MeterLoopTests
{
    [Fact]
    public async Task Answer_ComesOnlyAfterTheCommitReturned()
    {
        await using var meter = await RunningMeter.WithTenantAsync();
        var told = 0;
        using var subscription = meter.Feed.Subscribe(Make.Tenant(), _ => told++);
        var (reached, release) = meter.HoldNextCommit();
        var answer = meter.RecordAsync(Make.Usage("1", 9_000));
        await reached;

        Assert.False(answer.IsCompleted);
        Assert.Equal(0, told);
        Assert.Equal(Credits.Of(100), Left(meter));

        release.Set();
        await answer;
        Assert.Equal(1, told);
        Assert.Equal(Credits.Of(91), Left(meter));
    }

    [Fact]
    public async Task PoisonedWork_FailsAlone()
    {
        await using var meter = await RunningMeter.WithTenantAsync();
        var (reached, release) = meter.HoldNextCommit();
        var first = meter.RecordAsync(Make.Usage("0"));
        await reached;
        var before = meter.RecordAsync(Make.Usage("1"));
        var poisoned = meter.ChangeAsync<bool>(ledger =>
        {
            ledger.AddEnvironment(7);
            throw new InvalidOperationException("poison");
        });
        var after = meter.RecordAsync(Make.Usage("2"));
        release.Set();
        await first;

        Assert.Equal(5, (await before)[0].Answer!.Sequence);
        Assert.Equal("poison", (await Assert.ThrowsAsync<InvalidOperationException>(() => poisoned)).Message);
        Assert.Equal(6, (await after)[0].Answer!.Sequence);
        Assert.DoesNotContain(Make.Environment(7).ToString(), (await meter.ReadAsync()).Value, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FailedCommit_FailsAllOfItAndReloadsFromDisk()
    {
        await using var meter = await RunningMeter.WithTenantAsync();
        var before = await meter.ReadAsync();
        var loads = meter.Store.Loads;
        var (reached, release) = meter.HoldNextCommit();
        var held = meter.RecordAsync(Make.Usage("0"));
        await reached;
        Task<IReadOnlyList<RecordOutcome>>[] group = [meter.RecordAsync(Make.Usage("1")), meter.RecordAsync(Make.Usage("2"))];
        meter.FailNextCommit();
        release.Set();
        await held;

        foreach (var failed in group)
        {
            await Assert.ThrowsAsync<IOException>(() => failed);
        }

        var again = await meter.RecordAsync(Make.Usage("1"), Make.Usage("2"), Make.Usage("0"));
        Assert.Equal([RecordResult.Recorded, RecordResult.Recorded, RecordResult.Duplicate], again.Select(outcome => outcome.Result));
        Assert.Equal(5, again[0].Answer!.Sequence);
        Assert.True(meter.Store.Loads > loads);
        Assert.NotEqual(before.Value!, (await meter.ReadAsync()).Value!, StringComparer.Ordinal);
    }

    [Fact]
    public async Task CommitThatFailedAfterReachingTheDisk_IsFoundAgainByTheSameIds()
    {
        await using var meter = await RunningMeter.WithTenantAsync();
        meter.FailNextCommit(afterItIsOnDisk: true);
        await Assert.ThrowsAsync<IOException>(() => meter.RecordAsync(Make.Usage("1", 4_000)));
        var again = await meter.RecordAsync(Make.Usage("1", 4_000));

        Assert.Equal(RecordResult.Duplicate, again[0].Result);
        Assert.Equal(Credits.Of(4), again[0].Answer!.Burn.Total);
        Assert.Equal(Credits.Of(96), Left(meter));
    }

    [Fact]
    public async Task Stop_AnswersEverythingAcceptedAndRefusesWhatComesLater()
    {
        await using var meter = await RunningMeter.WithTenantAsync(new MeteringOptions { CommitEventsMax = 3 });
        var (reached, release) = meter.HoldNextCommit();
        var accepted = new List<Task<IReadOnlyList<RecordOutcome>>> { meter.RecordAsync(Make.Usage("0")) };
        await reached;
        accepted.AddRange(Enumerable.Range(1, 20).Select(number => meter.RecordAsync(Make.Usage($"{number}"))));
        var stopped = meter.StopAsync();
        await Assert.ThrowsAsync<MeterBusyException>(() => meter.RecordAsync(Make.Usage("late")));
        Assert.False(stopped.IsCompleted);
        release.Set();
        await stopped;

        Assert.All(accepted, task => Assert.True(task.IsCompletedSuccessfully));
        Assert.Equal(21, meter.Store.Events);
    }

    [Fact]
    public async Task MonthsTurn_HappensWithoutAnyRequestForEveryTenant()
    {
        await using var meter = await RunningMeter.WithTenantAsync();
        await meter.CreateAsync(tenant: 2);
        await meter.RecordAsync(Make.Usage("1", 30_000));
        var turned = Task.WhenAll(meter.CommittedAsync(5), meter.CommittedAsync(4, tenant: 2));
        meter.Time.SetUtcNow(Make.At("2026-02-01"));
        await meter.MoveUntilAsync(turned);

        Assert.Equal(2, meter.Store.Journal.Count(row => row.Entry.Change is PeriodTurned));
        Assert.Equal(Credits.Of(100), Left(meter));
    }

    [Fact]
    public async Task MonthsTurn_MissedWhileStopped_IsCaughtUpAtStart()
    {
        var store = new MemoryLedgerStore();
        await using (var first = new RunningMeter(store: store))
        {
            await first.CreateAsync();
        }

        await using var second = new RunningMeter(store: store, now: Make.At("2026-04-02"));
        Assert.True(await second.Meter.LoadAsync(Make.Tenant()).WaitAsync(RunningMeter.Patience));
        Assert.Equal(3, store.Journal.Count(row => row.Entry.Change is PeriodTurned));
    }

    [Fact]
    public async Task BoundaryThatIsGone_IsLookedUpOnceAndNotChased()
    {
        await using var meter = await RunningMeter.WithTenantAsync();
        await meter.ChangeAsync<bool>(ledger => ledger.AddGrant(Make.NewGrant(1, 2, until: "2026-01-16")).Refusal is null);
        await meter.ChangeAsync<bool>(ledger => ledger.EndGrant(Make.Grant(2), null).Refusal is null);
        var asked = 0;
        var settled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        meter.Store.OnDueTenants = () => asked++;
        meter.Store.OnEarliestBoundary = () => settled.TrySetResult();
        meter.Time.SetUtcNow(Make.At("2026-01-16"));
        await meter.MoveUntilAsync(settled.Task.WaitAsync(RunningMeter.Patience));

        meter.Store.OnEarliestBoundary = null;
        await meter.RecordAsync(Make.Usage("1"));
        Assert.Equal(1, asked);
    }

    [Fact]
    public async Task BoundaryOfWhichNothingComes_IsPassedOnceAndNotChased()
    {
        await using var meter = await RunningMeter.WithTenantAsync();
        var scope = new CapScope(Make.Environment(), null, null, null);
        await meter.ChangeAsync<bool>(ledger => ledger.AddCap(
            new CapId(Guid.NewGuid()), new CapSettings(scope, CapWindow.Day, Credits.Of(5), 80, true), new Dictionary<int, Credits>()).Refusal is null);
        var asked = 0;
        var settled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        meter.Store.OnDueTenants = () => asked++;
        meter.Store.OnEarliestBoundary = () => settled.TrySetResult();
        meter.Time.SetUtcNow(Make.At("2026-01-16"));
        await meter.MoveUntilAsync(settled.Task.WaitAsync(RunningMeter.Patience));

        meter.Store.OnEarliestBoundary = null;
        await meter.RecordAsync(Make.Usage("1"));
        Assert.Equal(2, asked);
    }

    [Fact]
    public async Task BoundaryThatCannotBeReadOrWritten_IsTriedAgainAndTheMeterLivesOn()
    {
        await using var meter = await RunningMeter.WithTenantAsync();
        var faults = 0;
        meter.Store.OnDueTenants = () =>
        {
            if (++faults <= 2)
            {
                throw new IOException("The disk is gone.");
            }
        };
        meter.FailNextCommit();
        var turned = meter.CommittedAsync(4);
        meter.Time.SetUtcNow(Make.At("2026-02-01"));
        await meter.MoveUntilAsync(turned);

        Assert.True(faults > 2);
        Assert.Equal(RecordResult.Recorded, (await meter.RecordAsync(Make.Usage("1", time: Make.At("2026-02-01"))))[0].Result);
    }

    [Fact]
    public async Task Feed_TellsEverySubscriberAlsoWhenOneThrows()
    {
        await using var meter = await RunningMeter.WithTenantAsync();
        var told = new List<LedgerCommitted>();
        using var throwing = meter.Feed.Subscribe(Make.Tenant(), _ => throw new InvalidOperationException("mine"));
        using var listening = meter.Feed.Subscribe(Make.Tenant(), told.Add);
        using var elsewhere = meter.Feed.Subscribe(Make.Tenant(2), told.Add);
        await meter.RecordAsync(Make.Usage("1"));
        await meter.RecordAsync(Make.Usage("1"));
        await meter.RecordAsync(Make.Usage("2"));

        Assert.Equal([new LedgerCommitted(Make.Tenant(), 4), new LedgerCommitted(Make.Tenant(), 5)], told);
    }

    [Fact]
    public async Task Clock_SteppingBack_UndoesNothing()
    {
        await using var meter = await RunningMeter.WithTenantAsync();
        meter.Time.SetUtcNow(Make.At("2026-02-01"));
        await meter.RecordAsync(Make.Usage("1", time: Make.At("2026-02-01")));
        var before = await meter.ReadAsync();
        meter.Time.AdjustTime(Make.Start);
        Assert.Equal(before.Value, (await meter.ReadAsync()).Value);
    }

    private static Credits Left(RunningMeter meter)
    {
        Assert.True(meter.Board.TryRead(Make.Tenant(), Make.Environment(), out var reading));
        return reading!.Reach.Left;
    }
}
