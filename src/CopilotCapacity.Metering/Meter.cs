using System.Threading.Channels;
using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Rating;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Metering.Ingest;
using CopilotCapacity.Metering.Store;
using CopilotCapacity.Metering.Work;
using Microsoft.Extensions.Options;

namespace CopilotCapacity.Metering;

/// <summary>
/// The door to the ledger: every change of any tenant goes through here, waits its turn, is decided by the domain, and is
/// answered after it is on disk. The <see cref="MeterLoop"/> does the work.
/// </summary>
public sealed class Meter(IOptions<MeteringOptions> options)
{
    private readonly Channel<MeterWork> _queue = Channel.CreateBounded<MeterWork>(
        new BoundedChannelOptions(options.Value.QueueLengthMax) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    internal ChannelReader<MeterWork> Queue => _queue.Reader;

    /// <summary>Records facts. The outcomes keep the events' order; all recorded ones are on disk.</summary>
    /// <exception cref="MeterBusyException">The queue is full.</exception>
    public Task<IReadOnlyList<RecordOutcome>> RecordAsync(TenantId tenant, IReadOnlyList<UsageEvent> events) =>
        events.Count == 0 ? Task.FromResult<IReadOnlyList<RecordOutcome>>([]) : Enqueue(new RecordWork(tenant, events, asksFirst: false));

    /// <summary>Asks for a use, which is burnt when it is granted. A refusal carries its explanation.</summary>
    public async Task<RecordOutcome> PermitAsync(TenantId tenant, UsageEvent usage) =>
        (await Enqueue(new RecordWork(tenant, [usage], asksFirst: true)))[0];

    /// <summary>
    /// Changes a tenant's ledger. <paramref name="change"/> runs on the meter's thread and must return a value that holds no
    /// part of the ledger. A refusal changes nothing.
    /// </summary>
    /// <returns>What <paramref name="change"/> gave; <c>not_found</c> when there is no such tenant.</returns>
    public Task<Outcome<T>> ChangeAsync<T>(TenantId tenant, Actor actor, Func<TenantLedger, Outcome<T>> change) =>
        Enqueue(new ChangeWork<T>(tenant, actor, (ledger, _) => change(ledger), readsTheDisk: false));

    /// <summary>Changes a tenant's ledger with a look at what is known beyond it.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="actor">Who causes it.</param>
    /// <param name="readsTheDisk">
    /// True when <paramref name="change"/> asks for more than holds and identities: then all earlier requests are on disk first.
    /// </param>
    /// <param name="change">As in the other overload.</param>
    public Task<Outcome<T>> ChangeAsync<T>(
        TenantId tenant,
        Actor actor,
        bool readsTheDisk,
        Func<TenantLedger, ILedgerArchive, Outcome<T>> change) =>
        Enqueue(new ChangeWork<T>(tenant, actor, change, readsTheDisk));

    /// <summary>
    /// Changes a tenant's ledger once per key: a repeated request is given the first answer again, from the same transaction.
    /// </summary>
    public Task<Outcome<RememberedAnswer>> ChangeOnceAsync(
        TenantId tenant,
        Actor actor,
        RequestKey key,
        string requestHash,
        bool readsTheDisk,
        Func<TenantLedger, ILedgerArchive, Outcome<RememberedAnswer>> change) =>
        Enqueue(new OnceWork(tenant, key, requestHash, new ChangeWork<RememberedAnswer>(tenant, actor, change, readsTheDisk)));

    /// <summary>As above, without a look beyond the ledger.</summary>
    public Task<Outcome<RememberedAnswer>> ChangeOnceAsync(
        TenantId tenant,
        Actor actor,
        RequestKey key,
        string requestHash,
        Func<TenantLedger, Outcome<RememberedAnswer>> change) =>
        ChangeOnceAsync(tenant, actor, key, requestHash, readsTheDisk: false, (ledger, _) => change(ledger));

    /// <summary>Makes a tenant known; refused as <c>already_exists</c> when its id is taken.</summary>
    public Task<Outcome<T>> CreateTenantAsync<T>(NewTenant wanted, Actor actor, Func<TenantLedger, Outcome<T>> answer) =>
        Enqueue(new CreateTenantWork<T>(wanted, actor, answer));

    /// <summary>Makes a tenant known once per key.</summary>
    public Task<Outcome<RememberedAnswer>> CreateTenantOnceAsync(
        NewTenant wanted,
        Actor actor,
        RequestKey key,
        string requestHash,
        Func<TenantLedger, Outcome<RememberedAnswer>> answer) =>
        Enqueue(new OnceWork(wanted.Id, key, requestHash, new CreateTenantWork<RememberedAnswer>(wanted, actor, answer)));

    /// <summary>Brings a tenant's quotas onto the board; false when there is no such tenant.</summary>
    public Task<bool> LoadAsync(TenantId tenant) => Enqueue(new LoadWork(tenant));

    internal void Close() => _queue.Writer.TryComplete();

    private Task<T> Enqueue<T>(MeterWork<T> work)
    {
        if (!_queue.Writer.TryWrite(work))
        {
            throw new MeterBusyException();
        }

        return work.Task;
    }
}

/// <summary>What a new tenant is to be.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Not blank.</param>
/// <param name="Currency">The currency of its prices and budgets.</param>
/// <param name="TestClock">Where the clock of a rehearsal tenant begins; null for a real one.</param>
public sealed record NewTenant(TenantId Id, string Name, CurrencyCode Currency, DateTimeOffset? TestClock);

/// <summary>The meter cannot take more work now, or is stopping. Nothing of the request was done; it may be sent again.</summary>
public sealed class MeterBusyException : Exception
{
    /// <summary>Creates the exception.</summary>
    public MeterBusyException()
        : base("The meter has more requests waiting than it may hold.")
    {
    }

    /// <summary>Creates the exception with a message.</summary>
    public MeterBusyException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with a message and its cause.</summary>
    public MeterBusyException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
