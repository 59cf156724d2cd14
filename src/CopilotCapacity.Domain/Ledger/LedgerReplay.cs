using CopilotCapacity.Domain.PayAsYouGo;
using CopilotCapacity.Domain.Rating;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Units;

namespace CopilotCapacity.Domain.Ledger;

/// <summary>
/// Decides a tenant's history again from its journal, in the order of the sequence numbers. What it brings forth can then be
/// compared with what was written, entry by entry, and its balances with those that are kept.
/// </summary>
/// <param name="id">The tenant.</param>
/// <param name="limits">The limits under which the history was made.</param>
public sealed class LedgerReplay(TenantId id, LedgerLimits limits)
{
    // Closed holds too: work may be settled after expiry.
    private readonly Dictionary<HoldId, Hold> _holds = [];

    private readonly Dictionary<LinkedApplicationId, List<UsageEvent>> _kept = [];

    private TenantLedger? _ledger;

    /// <summary>The ledger as far as the history was read.</summary>
    /// <exception cref="InvalidOperationException">Nothing was read yet.</exception>
    public TenantLedger Ledger => _ledger ?? throw new InvalidOperationException("The journal does not begin with the tenant's creation.");

    /// <summary>Does again what an entry tells. What time did by itself is done by advancing.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="find">Finds a use that was read before, by its sequence number.</param>
    /// <returns>Why it could not be done; null when it could.</returns>
    public Refusal? Apply(LedgerEntry entry, Func<long, Posting?> find)
    {
        if (entry.Change is TenantCreated created)
        {
            _ledger = TenantLedger.Create(
                id, created.Name, new CurrencyCode(created.Currency), entry.At, created.TestClock is not null, limits);
            return null;
        }

        Ledger.Advance(entry.At);
        var refusal = Apply(entry.Change, entry.At, find);
        Ledger.Conclude();
        return refusal;
    }

    /// <summary>Books a use again.</summary>
    /// <returns>Why it could not be booked; null when it could.</returns>
    public Refusal? Apply(Posting posting)
    {
        Ledger.Advance(posting.RecordedAt);
        return posting.Kind switch
        {
            PostingKind.Fact => Ledger.Record(posting.Usage).Refusal,
            PostingKind.Permission => Ledger.Permit(posting.Usage).Refusal,
            PostingKind.Settlement when _holds.TryGetValue(posting.Hold!.Value, out var hold) => Ledger.Settle(hold, posting.Usage).Refusal,
            _ => Refusal.NotFound("hold"),
        };
    }

    /// <summary>Lets the time pass that has passed since the last entry.</summary>
    public void Advance(DateTimeOffset now) => Ledger.Advance(now);

    private Refusal? Apply(LedgerChange change, DateTimeOffset at, Func<long, Posting?> find) => change switch
    {
        { IsByTime: true } => null,
        TenantChanged it => Ledger.Change(it.Name, it.LowThresholdPercent, it.WarningHorizonDays, it.DisplayZone).Refusal,
        ClockMoved it => Ledger.MoveClock(it.To).Refusal,
        GrantAdded it => Ledger.AddGrant(GrantOf(it)).Refusal,
        GrantEnded it => Ledger.EndGrant(it.Id, null).Refusal,
        AllocationSet it => Ledger.SetAllocation(it.Environment, it.Credits, it.DrawFromTenantPool, it.PayAsYouGo, null).Refusal,
        Reallocated it => Ledger.Reallocate(it).Refusal,
        RateSet it => Ledger.SetRate(it.Feature, it.CreditsPerUnit, it.EffectiveAt).Refusal,
        HoldMade it => Reserve(it, at),
        HoldReleased it => _holds.TryGetValue(it.Id, out var hold) ? Ledger.Release(hold).Refusal : Refusal.NotFound("hold"),
        CapAdded it => Ledger.AddCap(it.Id, it.Settings, it.Counted).Refusal,
        CapChanged it => Ledger.ChangeCap(it.Id, it.Settings, it.Counted ?? new Dictionary<int, Credits>(), null).Refusal,
        CapDeleted it => Ledger.DeleteCap(it.Id, null).Refusal,
        AgentSet it => Ledger.SetAgent(it.Environment, it.AgentId, it.Name, it.TurnedOff).Refusal,
        UsageReversed it => find(it.Original) is { } original ? Ledger.Reverse(original, it.Reason).Refusal : Refusal.NotFound("use"),
        AlertAcknowledged it => Ledger.AcknowledgeAlert(it.Alert).Refusal,
        SyncFailed it => Ledger.NoteSyncFailing(it.Service, it.Name, it.Reason).Refusal,
        SyncRestored it => Ledger.NoteSyncWorking(it.Service).Refusal,
        _ => ApplyToEnvironments(change),
    };

    private Refusal? ApplyToEnvironments(LedgerChange change) => change switch
    {
        EnvironmentCreated it => Ledger.AddEnvironment(
            it.Id, new EnvironmentDescription(it.Name, it.Type, it.Region, it.CostCenter), it.DrawFromTenantPool).Refusal,
        EnvironmentChanged it => Ledger.ChangeEnvironment(
            it.Id, new EnvironmentDescription(it.Name, it.Type, it.Region, it.CostCenter), null).Refusal,
        EnvironmentRetired it => Ledger.RetireEnvironment(it.Id, null).Refusal,
        ApplicationLinked it => Link(it),
        ApplicationUnlinked it => Ledger.UnlinkApplication(it.Environment, it.Id).Refusal,
        UsageKept it => Keep(it),
        PlanCreated it => Ledger.AddPlan(
            it.Id,
            new PlanDescription(it.Name, it.SubscriptionId, it.ResourceGroup, it.Region, it.Price, it.IsEnabled),
            move: true,
            it.Environments ?? []).Refusal,
        PlanChanged it => Ledger.ChangePlan(
            it.Plan, new PlanDescription(it.Name, it.SubscriptionId, it.ResourceGroup, it.Region, it.Price, it.IsEnabled), null).Refusal,
        PricesPlanned it => Ledger.PlanPrices(it.Plan, it.Prices).Refusal,
        PlanJoined it => Ledger.JoinPlan(it.Plan, it.Environment, move: true).Refusal,
        PlanLeft it => Ledger.LeavePlan(it.Plan, it.Environment, null).Refusal,
        PlanDeleted it => Ledger.DeletePlan(it.Plan, null).Refusal,
        BudgetSet it => Ledger.SetBudget(it.Plan, it.Budget, null).Refusal,
        _ => throw new InvalidOperationException($"It is not known how to do {change.GetType().Name} again."),
    };

    private Refusal? Reserve(HoldMade made, DateTimeOffset at)
    {
        var hold = Ledger.Reserve(new NewHold
        {
            Id = made.Id,
            Environment = made.Environment,
            Credits = made.Credits,
            AgentId = made.AgentId,
            UserId = made.UserId,
            CostCenter = made.CostCenter,
            Life = made.ExpiresAt - at,
        });
        if (hold.Value is { } reserved && hold.Refusal is null)
        {
            _holds.Add(made.Id, reserved);
        }

        return hold.Refusal;
    }

    private Refusal? Link(ApplicationLinked linked)
    {
        _ = _kept.Remove(linked.Id, out var kept);
        return Ledger.LinkApplication(linked.Environment, new LinkedApplication(linked.Id, linked.Kind, linked.Url), kept ?? []).Refusal;
    }

    private Refusal? Keep(UsageKept it)
    {
        if (!_kept.TryGetValue(it.Application, out var kept))
        {
            _kept.Add(it.Application, kept = []);
        }

        kept.Add(it.Usage);
        return Ledger.Keep(it.Usage).Refusal;
    }

    private static NewGrant GrantOf(GrantAdded it) => new()
    {
        Id = it.Id,
        Kind = it.Kind,
        Amount = it.Amount,
        Priority = it.Priority,
        EffectiveAt = it.EffectiveAt,
        ExpiresAt = it.ExpiresAt,
        Recurrence = it.Recurrence,
        RolloverMax = it.RolloverMax,
        Order = it.Order,
    };
}
