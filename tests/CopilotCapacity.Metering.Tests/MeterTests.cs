using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Metering.Ingest;
using CopilotCapacity.Metering.Store;
using CopilotCapacity.Testing;

namespace CopilotCapacity.Metering.Tests;

public sealed class MeterTests
{
    [Fact]
    public async Task Record_ManyRequests_KeepTheirOrderAndShareCommits()
    {
        await using var meter = await RunningMeter.WithTenantAsync();
        var (reached, release) = meter.HoldNextCommit();
        var first = meter.RecordAsync(Make.Usage("0"));
        await reached;
        var others = Enumerable.Range(1, 60).Select(number => meter.RecordAsync(Make.Usage($"{number}"))).ToList();
        release.Set();

        long[] sequences = [(await first)[0].Answer!.Sequence, .. (await Task.WhenAll(others)).Select(outcomes => outcomes[0].Answer!.Sequence)];
        Assert.Equal(Enumerable.Range(4, 61).Select(number => (long)number), sequences);
        Assert.Equal([3, 1, 60], meter.Store.Commits.Select(commit => commit.Count));
    }

    [Fact]
    public async Task Record_MoreThanACommitHolds_TakesSeveralCommits()
    {
        await using var meter = await RunningMeter.WithTenantAsync(new MeteringOptions { CommitEventsMax = 2 });
        var (reached, release) = meter.HoldNextCommit();
        var tasks = new List<Task> { meter.RecordAsync(Make.Usage("0")) };
        await reached;
        tasks.AddRange(Enumerable.Range(1, 5).Select(number => meter.RecordAsync(Make.Usage($"{number}"))));
        release.Set();
        await Task.WhenAll(tasks);

        Assert.Equal([3, 1, 2, 2, 1], meter.Store.Commits.Select(commit => commit.Count));
    }

    [Fact]
    public async Task Record_TheSameIdentityAgain_ChangesNothing()
    {
        await using var meter = await RunningMeter.WithTenantAsync();
        var usage = Make.Usage("1", 7_000);
        var twice = await meter.RecordAsync(usage, usage);
        var state = await meter.ReadAsync();
        var later = await meter.RecordAsync(usage);

        Assert.Equal([RecordResult.Recorded, RecordResult.Duplicate], twice.Select(outcome => outcome.Result));
        Assert.Equal(RecordResult.Duplicate, later[0].Result);
        Assert.Equal(twice[0].Answer, twice[1].Answer);
        Assert.Equal(twice[0].Answer, later[0].Answer);
        Assert.Equal(state.Value, (await meter.ReadAsync()).Value);
        Assert.Equal(1, meter.Store.Events);
    }

    [Fact]
    public async Task Record_TheSameIdentityWithOtherContent_IsAConflictAlsoWithinOneCommit()
    {
        await using var meter = await RunningMeter.WithTenantAsync();
        var outcomes = await meter.RecordAsync(Make.Usage("1", 1_000), Make.Usage("1", 2_000), Make.Usage("1", 1_000, source: "/other"));
        var later = await meter.RecordAsync(Make.Usage("1", 3_000));

        Assert.Equal([RecordResult.Recorded, RecordResult.Conflict, RecordResult.Recorded], outcomes.Select(outcome => outcome.Result));
        Assert.Equal("event_conflict", later[0].Refusal?.Code);
        Assert.Equal(2, meter.Store.Events);
    }

    [Fact]
    public async Task Record_TheSameIdInTwoTenants_IsTwoEvents()
    {
        await using var meter = await RunningMeter.WithTenantAsync();
        await meter.CreateAsync(tenant: 2);
        var left = meter.RecordAsync(Make.Usage("1"));
        var right = await meter.Meter.RecordAsync(Make.Tenant(2), [Make.Usage("1")]).WaitAsync(RunningMeter.Patience);

        Assert.Equal(RecordResult.Recorded, (await left)[0].Result);
        Assert.Equal(RecordResult.Recorded, right[0].Result);
    }

    [Fact]
    public async Task Record_SomeRefused_RecordsTheOthersInOrder()
    {
        await using var meter = await RunningMeter.WithTenantAsync();
        var outcomes = await meter.RecordAsync(Make.Usage("1"), Make.Usage("2", environment: 9), Make.Usage("3"));
        Assert.Equal([RecordResult.Recorded, RecordResult.Rejected, RecordResult.Recorded], outcomes.Select(outcome => outcome.Result));
        Assert.Equal("unknown_subject", outcomes[1].Refusal?.Code);
        Assert.Equal(5, outcomes[2].Answer!.Sequence);
    }

    [Fact]
    public async Task Record_UnknownTenant_IsRejectedAndWritesNothing()
    {
        await using var meter = new RunningMeter();
        var outcomes = await meter.RecordAsync(Make.Usage("1"));
        Assert.Equal("not_found", outcomes[0].Refusal?.Code);
        Assert.Empty(meter.Store.Commits);
        Assert.False(await meter.Meter.LoadAsync(Make.Tenant()).WaitAsync(RunningMeter.Patience));
    }

    [Fact]
    public async Task Record_Nothing_NeedsNoCommit()
    {
        await using var meter = await RunningMeter.WithTenantAsync();
        Assert.Empty(await meter.RecordAsync());
        Assert.Single(meter.Store.Commits);
    }

    [Fact]
    public async Task Change_Refused_LeavesNoTrace()
    {
        await using var meter = await RunningMeter.WithTenantAsync();
        var before = await meter.ReadAsync();
        var refused = await meter.ChangeAsync<bool>(ledger => ledger.SetAllocation(Make.Environment(), Credits.Of(101), true, true, null).Refusal!);

        Assert.Equal("exceeds_entitlement", refused.Refusal?.Code);
        Assert.Equal(before.Value, (await meter.ReadAsync()).Value);
        Assert.Single(meter.Store.Commits);
    }

    [Fact]
    public async Task Change_RefusedAfterItsFirstPart_LeavesNoTraceEither()
    {
        await using var meter = await RunningMeter.WithTenantAsync();
        var before = await meter.ReadAsync();
        var (reached, release) = meter.HoldNextCommit();
        var first = meter.RecordAsync(Make.Usage("1"));
        await reached;
        var half = meter.ChangeAsync<bool>(ledger =>
        {
            ledger.AddEnvironment(2);
            return ledger.SetAllocation(Make.Environment(2), Credits.Of(101), true, true, null).Refusal!;
        });
        var company = meter.RecordAsync(Make.Usage("2"));
        release.Set();
        await Task.WhenAll(first, company);

        Assert.Equal("exceeds_entitlement", (await half).Refusal?.Code);
        Assert.DoesNotContain(Make.Environment(2).ToString(), (await meter.ReadAsync()).Value, StringComparison.Ordinal);
        Assert.Equal(Sequence(before.Value!) + 2, (await company)[0].Answer!.Sequence);
    }

    [Fact]
    public async Task CreateTenant_RefusedByItsAnswer_DoesNotExist()
    {
        await using var meter = new RunningMeter();
        var wanted = new NewTenant(Make.Tenant(), "Contoso", CurrencyCode.Usd, null);
        var refused = await meter.Meter.CreateTenantAsync<bool>(wanted, Actor.System, _ => Refusal.Conflict("no", "No.")).WaitAsync(RunningMeter.Patience);
        Assert.Equal("no", refused.Refusal?.Code);
        Assert.False(await meter.Meter.LoadAsync(Make.Tenant()).WaitAsync(RunningMeter.Patience));
        await meter.CreateAsync();
    }

    [Fact]
    public async Task CreateTenant_WithATakenId_IsRefused()
    {
        await using var meter = await RunningMeter.WithTenantAsync();
        var wanted = new NewTenant(Make.Tenant(), "Other", CurrencyCode.Usd, null);
        var refused = await meter.Meter.CreateTenantAsync<bool>(wanted, Actor.System, _ => true).WaitAsync(RunningMeter.Patience);
        Assert.Equal("already_exists", refused.Refusal?.Code);
    }

    [Fact]
    public async Task Change_NamesItsActorAndTimeHasNone()
    {
        await using var meter = await RunningMeter.WithTenantAsync();
        var admin = new Actor(ActorKind.Person, "p-1", "Ada");
        meter.Time.SetUtcNow(Make.At("2026-02-01"));
        await meter.Meter.ChangeAsync(Make.Tenant(), admin, ledger => ledger.Change("Fabrikam", 70, 9)).WaitAsync(RunningMeter.Patience);

        Assert.Null(meter.Store.Journal.Single(row => row.Entry.Change is PeriodTurned).Actor);
        Assert.Equal(admin, meter.Store.Journal.Single(row => row.Entry.Change is TenantChanged).Actor);
    }

    [Fact]
    public async Task ChangeOnce_Repeated_GivesTheFirstAnswerAgain()
    {
        await using var meter = await RunningMeter.WithTenantAsync();
        var key = new RequestKey(Make.Tenant(), "k-1");
        var calls = 0;
        var (reached, release) = meter.HoldNextCommit();
        var first = OnceAsync("hash");
        await reached;
        release.Set();
        var again = await OnceAsync("hash");
        var other = await OnceAsync("another request");

        Assert.Equal((await first).Value, again.Value);
        Assert.Equal("idempotency_key_reused", other.Refusal?.Code);
        Assert.Equal(1, calls);

        Task<Outcome<RememberedAnswer>> OnceAsync(string hash) => meter.Meter.ChangeOnceAsync(Make.Tenant(), Actor.System, key, hash, ledger =>
        {
            calls++;
            ledger.Change("Fabrikam", 70, 9);
            return new RememberedAnswer(key, hash, 200, $"call {calls}", null, null, ledger.Now);
        }).WaitAsync(RunningMeter.Patience);
    }

    [Fact]
    public async Task ChangeOnce_TwiceInOneCommit_HappensOnceAndARefusalIsNotRemembered()
    {
        await using var meter = await RunningMeter.WithTenantAsync();
        var (reached, release) = meter.HoldNextCommit();
        var before = meter.RecordAsync(Make.Usage("0"));
        await reached;
        var refused = OnceAsync(credits: 1_000);
        var first = OnceAsync(credits: 10);
        var second = OnceAsync(credits: 10);
        release.Set();
        await before;

        Assert.Equal("exceeds_entitlement", (await refused).Refusal?.Code);
        Assert.Equal(200, (await first).Value!.Status);
        Assert.Same((await first).Value, (await second).Value);
        Assert.Single(meter.Store.Journal, row => row.Entry.Change is AllocationSet);

        Task<Outcome<RememberedAnswer>> OnceAsync(long credits)
        {
            var key = new RequestKey(Make.Tenant(), "k-1");
            return meter.Meter.ChangeOnceAsync(Make.Tenant(), Actor.System, key, "hash", ledger =>
                ledger.SetAllocation(Make.Environment(), Credits.Of(credits), true, true, null).Refusal is { } refusal
                    ? refusal
                    : new RememberedAnswer(key, "hash", 200, "", null, null, ledger.Now)).WaitAsync(RunningMeter.Patience);
        }
    }

    [Fact]
    public async Task Record_QueueFull_IsToldToComeBack()
    {
        await using var meter = await RunningMeter.WithTenantAsync(new MeteringOptions { QueueLengthMax = 2 });
        var (reached, release) = meter.HoldNextCommit();
        var first = meter.RecordAsync(Make.Usage("0"));
        await reached;
        Task[] waiting = [first, meter.RecordAsync(Make.Usage("1")), meter.RecordAsync(Make.Usage("2"))];

        await Assert.ThrowsAsync<MeterBusyException>(() => meter.RecordAsync(Make.Usage("3")));
        release.Set();
        await Task.WhenAll(waiting);

        Assert.Equal(3, meter.Store.Events);
        await meter.RecordAsync(Make.Usage("3"));
    }

    private static long Sequence(string state) =>
        long.Parse(state.Split("\nat ")[1].Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
}
