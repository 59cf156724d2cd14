using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Rating;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Metering.Feed;
using CopilotCapacity.Metering.Ingest;
using CopilotCapacity.Metering.Quota;
using CopilotCapacity.Metering.Store;
using CopilotCapacity.Metering.Tests.Store;
using CopilotCapacity.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace CopilotCapacity.Metering.Tests;

/// <summary>A meter with its loop running on a disk of dictionaries and a clock that stands still.</summary>
internal sealed class RunningMeter : IAsyncDisposable
{
    /// <summary>How long a test waits for what must happen before it fails.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly MeterLoop _loop;

    public RunningMeter(MeteringOptions? options = null, MemoryLedgerStore? store = null, DateTimeOffset? now = null)
    {
        var wrapped = Options.Create(options ?? new MeteringOptions());
        Store = store ?? new MemoryLedgerStore();
        Time = new FakeTimeProvider(now ?? Make.Start);
        Meter = new Meter(wrapped);
        _loop = new MeterLoop(Meter, Store, Board, Feed, Time, wrapped, NullLogger<MeterLoop>.Instance);
        _ = _loop.StartAsync(CancellationToken.None);
    }

    public MemoryLedgerStore Store { get; }

    public Meter Meter { get; }

    public QuotaBoard Board { get; } = new();

    public LedgerFeed Feed { get; } = new();

    public FakeTimeProvider Time { get; }

    public static async Task<RunningMeter> WithTenantAsync(MeteringOptions? options = null)
    {
        var meter = new RunningMeter(options);
        await meter.CreateAsync();
        return meter;
    }

    public async Task CreateAsync(int tenant = 1, long credits = 100)
    {
        var wanted = new NewTenant(Make.Tenant(tenant), "Contoso", CurrencyCode.Usd, null);
        var created = await Meter.CreateTenantAsync(wanted, Actor.System, ledger =>
        {
            ledger.AddEnvironment();
            ledger.AddGrant(Make.NewGrant(credits, monthly: true));
            return (Outcome<bool>)true;
        }).WaitAsync(Patience);
        Assert.Null(created.Refusal);
    }

    public Task<IReadOnlyList<RecordOutcome>> RecordAsync(params UsageEvent[] events) =>
        Meter.RecordAsync(Make.Tenant(), events).WaitAsync(Patience);

    public Task<Outcome<T>> ChangeAsync<T>(Func<TenantLedger, Outcome<T>> change) =>
        Meter.ChangeAsync(Make.Tenant(), Actor.System, change).WaitAsync(Patience);

    public Task<Outcome<string>> ReadAsync() => ChangeAsync<string>(ledger => LedgerText.Of(ledger));

    public Task StopAsync() => _loop.StopAsync(CancellationToken.None).WaitAsync(Patience);

    /// <summary>Holds the next commit until the result is released; the task tells when it has been reached.</summary>
    public (Task Reached, ManualResetEventSlim Release) HoldNextCommit()
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var release = new ManualResetEventSlim();
        Store.BeforeCommit = () =>
        {
            Store.BeforeCommit = null;
            reached.SetResult();
            release.Wait(Patience);
        };
        return (reached.Task.WaitAsync(Patience), release);
    }

    public void FailNextCommit(bool afterItIsOnDisk = false)
    {
        if (afterItIsOnDisk)
        {
            Store.AfterCommit = () =>
            {
                Store.AfterCommit = null;
                throw new IOException("The disk is full.");
            };
            return;
        }

        Store.BeforeCommit = () =>
        {
            Store.BeforeCommit = null;
            throw new IOException("The disk is full.");
        };
    }

    /// <summary>Completes with the first commit of the tenant that reaches a sequence number.</summary>
    public Task CommittedAsync(long sequence, int tenant = 1)
    {
        var committed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Feed.Subscribe(Make.Tenant(tenant), commit =>
        {
            if (commit.Sequence >= sequence)
            {
                committed.TrySetResult();
            }
        });
        return committed.Task.WaitAsync(Patience);
    }

    /// <summary>
    /// Moves the clock on hour by hour until something has happened: the loop may set its timer only after the first move.
    /// </summary>
    public async Task MoveUntilAsync(Task happened)
    {
        // No further than two days: what is waited for is due at once, and the months after it are not.
        for (var hour = 0; hour < 48 && !happened.IsCompleted; hour++)
        {
            Time.Advance(TimeSpan.FromHours(1));
            await Task.WhenAny(happened, Task.Delay(20));
        }

        await happened;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _loop.Dispose();
    }
}
