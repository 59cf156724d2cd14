using CopilotCapacity.Domain.Faults;
using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Rating;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Metering.Ingest;
using CopilotCapacity.Metering.Store;

namespace CopilotCapacity.Metering.Work;

/// <summary>
/// One request to the meter. It is applied to the ledgers, and answered once the commit it shares with others is on disk.
/// Applying may happen twice, when a shared commit failed and each request is then tried by itself.
/// </summary>
internal abstract class MeterWork(TenantId tenant)
{
    public TenantId Tenant { get; } = tenant;

    /// <summary>How much it counts towards the size of a commit.</summary>
    public virtual int Weight => 1;

    /// <summary>True when it reads what earlier requests have written, so that they must be on disk first.</summary>
    public virtual bool ReadsTheDisk => false;

    public abstract void Apply(MeterSession session);

    public abstract void Answer();

    public abstract void Fail(Exception exception);
}

internal abstract class MeterWork<T>(TenantId tenant) : MeterWork(tenant)
{
    private readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<T> Task => _completion.Task;

    public T Result { get; protected set; } = default!;

    public override void Answer() => _completion.TrySetResult(Result);

    public override void Fail(Exception exception) => _completion.TrySetException(exception);
}

internal sealed class RecordWork(TenantId tenant, IReadOnlyList<UsageEvent> events, bool asksFirst)
    : MeterWork<IReadOnlyList<RecordOutcome>>(tenant)
{
    private static readonly Refusal s_noTenant = Refusal.NotFound("tenant");

    public override int Weight => events.Count;

    public override void Apply(MeterSession session)
    {
        var outcomes = new RecordOutcome[events.Count];
        Result = outcomes;
        if (session.Ledger(Tenant) is not { } ledger)
        {
            Array.Fill(outcomes, RecordOutcome.Rejected(s_noTenant));
            return;
        }

        var known = session.FindRecorded(Tenant, events);
        Failpoints.Reach(Failpoint.AfterLookup);
        for (var index = 0; index < outcomes.Length; index++)
        {
            // An identity may also have come earlier in this very commit, which the disk does not know yet.
            var before = known[index] ?? session.FindInCommit(Tenant, events[index]);
            outcomes[index] = before is null ? Post(session, ledger, events[index]) : RecordOutcome.Again(before, events[index]);
        }
    }

    public override void Answer()
    {
        Failpoints.Reach(Failpoint.BeforeAnswer);
        base.Answer();
        Failpoints.Reach(Failpoint.AfterAnswer);
    }

    private RecordOutcome Post(MeterSession session, TenantLedger ledger, UsageEvent usage)
    {
        if (!asksFirst && ledger.IsUnlinked(usage.Subject))
        {
            return Keep(session, ledger, usage);
        }

        var posted = asksFirst ? ledger.Permit(usage) : ledger.Record(usage);
        if (posted.Refusal is not null)
        {
            return RecordOutcome.Rejected(posted.Refusal);
        }

        var outcome = RecordOutcome.Recorded(posted.Value!);
        session.Remember(ledger.Id, usage, outcome.Answer!);
        return outcome;
    }

    private static RecordOutcome Keep(MeterSession session, TenantLedger ledger, UsageEvent usage)
    {
        var kept = ledger.Keep(usage);
        if (kept.Refusal is { } refusal)
        {
            return RecordOutcome.Rejected(refusal);
        }

        var answer = PostedAnswer.OfKept(kept.Value!);
        session.Remember(ledger.Id, usage, answer);
        return new RecordOutcome(RecordResult.Recorded, answer, null);
    }
}

internal sealed class ChangeWork<T>(TenantId tenant, Actor actor, Func<TenantLedger, ILedgerArchive, Outcome<T>> change, bool readsTheDisk)
    : MeterWork<Outcome<T>>(tenant)
{
    public override bool ReadsTheDisk => readsTheDisk;

    public override void Apply(MeterSession session)
    {
        if (session.Ledger(Tenant) is not { } ledger)
        {
            Result = Refusal.NotFound("tenant");
            return;
        }

        var before = ledger.Sequence;
        Result = change(ledger, session);
        ledger.Conclude();
        if (Result.Refusal is not null)
        {
            session.Refused(ledger, before);
        }

        session.Attribute(ledger, before, actor);
    }
}

internal sealed class CreateTenantWork<T>(NewTenant wanted, Actor actor, Func<TenantLedger, Outcome<T>> answer)
    : MeterWork<Outcome<T>>(wanted.Id)
{
    public override void Apply(MeterSession session)
    {
        if (session.Ledger(Tenant) is not null)
        {
            Result = Refusal.Conflict("already_exists", "There is a tenant with this id.");
            return;
        }

        var ledger = session.Create(wanted);
        Result = answer(ledger);
        ledger.Conclude();
        if (Result.Refusal is not null)
        {
            session.Refused(ledger, 0);
        }

        session.Attribute(ledger, 0, actor);
    }
}

internal sealed class OnceWork(
    TenantId tenant,
    RequestKey key,
    string requestHash,
    MeterWork<Outcome<RememberedAnswer>> work)
    : MeterWork<Outcome<RememberedAnswer>>(tenant)
{
    public override bool ReadsTheDisk => work.ReadsTheDisk;

    public override void Apply(MeterSession session)
    {
        if (session.FindAnswer(key) is { } earlier)
        {
            Result = string.Equals(earlier.RequestHash, requestHash, StringComparison.Ordinal)
                ? earlier
                : Refusal.Invalid("Idempotency-Key", "idempotency_key_reused", "This key was used for another request.");
            return;
        }

        work.Apply(session);
        Result = work.Result;
        if (work.Result.Value is { } answer && work.Result.Refusal is null)
        {
            session.Remember(answer);
        }
    }
}

internal sealed class LoadWork(TenantId tenant) : MeterWork<bool>(tenant)
{
    // Asking a session for a ledger loads it and brings it up to the present; there is nothing more to do.
    public override void Apply(MeterSession session) => Result = session.Ledger(Tenant) is not null;
}
