using System.Collections.Concurrent;
using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Quota;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Time;
using CopilotCapacity.Domain.Units;

namespace CopilotCapacity.Metering.Quota;

/// <summary>An environment's quota at one ledger sequence number.</summary>
public sealed record QuotaReading
{
#pragma warning disable CS1591 // The members carry the names of the things they read.
    public required EnvironmentId Environment { get; init; }

    public required Reach Reach { get; init; }

    public required QuotaStatus Status { get; init; }

    public required Credits Allocation { get; init; }

    public required Credits AllocationConsumed { get; init; }

    public required Credits AllocationHeld { get; init; }

    public required Credits PoolConsumed { get; init; }

    public required Credits PoolHeld { get; init; }

    public required BillingPlanReading? Plan { get; init; }

    public required CurrencyCode Currency { get; init; }

    public required Credits Charged { get; init; }

    public required Period Period { get; init; }

    public required long Sequence { get; init; }

    /// <summary>The tenant's time up to which the ledger has been advanced.</summary>
    public required DateTimeOffset LedgerNow { get; init; }

    public required bool IsRehearsal { get; init; }
#pragma warning restore CS1591
}

/// <summary>The billing plan behind an environment, as far as its quota shows it.</summary>
/// <param name="Id">The plan.</param>
/// <param name="Name">The plan's name.</param>
/// <param name="SpendMicros">The spend of the month, or of the budget's window when there is one.</param>
/// <param name="BudgetMicros">The budget; null when there is none.</param>
/// <param name="HardStop">Whether spend stops at the budget.</param>
/// <param name="LeftMicros">What a hard budget leaves; null when nothing limits it.</param>
public sealed record BillingPlanReading(BillingPlanId Id, string Name, long SpendMicros, long? BudgetMicros, bool HardStop, long? LeftMicros);

/// <summary>
/// The committed quota of every environment of the tenants in use, for reading without the database and without waiting for
/// the meter. A burn on the pool changes one shared part here, however many environments draw on it.
/// </summary>
public sealed class QuotaBoard
{
    private readonly ConcurrentDictionary<TenantId, TenantBoard> _tenants = new();

    /// <summary>Reads a quota. The first result says whether the tenant's quotas are known here at all.</summary>
    public bool TryRead(TenantId tenant, EnvironmentId environment, out QuotaReading? reading)
    {
        reading = null;
        if (!_tenants.TryGetValue(tenant, out var board))
        {
            return false;
        }

        reading = board.Read(environment);
        return true;
    }

    /// <summary>The environment that a subject of events stands for; null when it stands for none that is known here.</summary>
    public EnvironmentId? FindEnvironment(TenantId tenant, Guid subject) =>
        _tenants.TryGetValue(tenant, out var board) ? board.Find(subject) : null;

    /// <summary>Takes over what a commit changed. Called by the meter after the commit, before it answers.</summary>
    public void Publish(TenantLedger ledger)
    {
        if (_tenants.TryGetValue(ledger.Id, out var board))
        {
            board.Update(ledger);
            return;
        }

        board = new TenantBoard();
        board.Fill(ledger);
        _tenants[ledger.Id] = board;
    }

    /// <summary>Forgets a tenant, whose ledger has to be read from disk again.</summary>
    public void Forget(TenantId tenant) => _tenants.TryRemove(tenant, out _);

    private sealed class TenantBoard
    {
        private readonly Lock _gate = new();
        private readonly Dictionary<EnvironmentId, EnvironmentPart> _environments = [];
        private readonly Dictionary<BillingPlanId, PlanPart> _plans = [];
        private readonly Dictionary<Guid, EnvironmentId> _subjects = [];
        private TenantPart _tenant;

        public EnvironmentId? Find(Guid subject)
        {
            lock (_gate)
            {
                return _subjects.TryGetValue(subject, out var id) ? id : null;
            }
        }

        public QuotaReading? Read(EnvironmentId id)
        {
            lock (_gate)
            {
                if (!_environments.TryGetValue(id, out var part))
                {
                    return null;
                }

                var plan = part.Plan is { } planId ? _plans[planId] : null;
                var reach = new Reach
                {
                    AllocationLeft = part.Backing - part.Consumed - part.Held,
                    AllocationTotal = part.Backing,
                    DrawsOnPool = part.DrawsOnPool,
                    PoolLeft = _tenant.PoolLeft,
                    PoolTotal = _tenant.PoolSize,
                    HasPayAsYouGo = plan is not null,
                    PayAsYouGoLeft = plan?.Left,
                    PayAsYouGoTotal = plan?.Total,
                    IsCapped = part.IsCapped,
                };
                return new QuotaReading
                {
                    Environment = id,
                    Reach = reach,
                    Status = reach.StatusAt(_tenant.LowThresholdPercent),
                    Allocation = part.Allocation,
                    AllocationConsumed = part.Consumed,
                    AllocationHeld = part.Held,
                    PoolConsumed = _tenant.PoolConsumed,
                    PoolHeld = _tenant.PoolHeld,
                    Plan = plan?.Reading,
                    Currency = _tenant.Currency,
                    Charged = part.Charged,
                    Period = _tenant.Period,
                    Sequence = _tenant.Sequence,
                    LedgerNow = _tenant.Now,
                    IsRehearsal = _tenant.IsRehearsal,
                };
            }
        }

        public void Fill(TenantLedger ledger)
        {
            lock (_gate)
            {
                SetShared(ledger);
                foreach (var environment in ledger.Environments)
                {
                    Set(ledger, environment);
                }
            }
        }

        public void Update(TenantLedger ledger)
        {
            lock (_gate)
            {
                var hasTurned = ledger.Open.Period != _tenant.Period;
                SetShared(ledger);
                if (hasTurned)
                {
                    foreach (var environment in ledger.Environments)
                    {
                        Set(ledger, environment);
                    }

                    return;
                }

                foreach (var environment in ledger.Changes.Environments.Concat(ledger.Changes.Quotas))
                {
                    Set(ledger, environment);
                }

                foreach (var month in ledger.Changes.EnvironmentMonths.Where(month => month.Period == ledger.Open.Period))
                {
                    Set(ledger, month.Environment);
                }
            }
        }

        private void SetShared(TenantLedger ledger)
        {
            var open = ledger.Open;
            _tenant = new TenantPart(
                open.PoolLeft, open.PoolSize, open.PoolConsumed, open.PoolHeld, ledger.LowThresholdPercent, ledger.Currency,
                open.Period, ledger.Sequence, ledger.Now, ledger.IsRehearsal);
            foreach (var plan in ledger.Plans)
            {
                _plans[plan.Id] = PlanPart.From(plan, open.Period);
            }
        }

        private void Set(TenantLedger ledger, TenantEnvironment environment)
        {
            if (environment.RetiredAt is not null)
            {
                _environments.Remove(environment.Id);
                return;
            }

            _subjects[environment.Id.Value] = environment.Id;
            foreach (var application in environment.Applications)
            {
                _subjects[application.Id.Value] = environment.Id;
            }

            var month = ledger.Open.Find(environment);
            _environments[environment.Id] = new EnvironmentPart(
                environment.Allocation,
                month?.Backing ?? Credits.Zero,
                month?.Consumed ?? Credits.Zero,
                month?.Held ?? Credits.Zero,
                month?.Charged ?? Credits.Zero,
                environment.DrawFromTenantPool,
                environment.IsCapped,
                environment.PayingPlan?.Id);
        }
    }

    private readonly record struct TenantPart(
        Credits PoolLeft,
        Credits PoolSize,
        Credits PoolConsumed,
        Credits PoolHeld,
        int LowThresholdPercent,
        CurrencyCode Currency,
        Period Period,
        long Sequence,
        DateTimeOffset Now,
        bool IsRehearsal);

    private readonly record struct EnvironmentPart(
        Credits Allocation,
        Credits Backing,
        Credits Consumed,
        Credits Held,
        Credits Charged,
        bool DrawsOnPool,
        bool IsCapped,
        BillingPlanId? Plan);

    private sealed record PlanPart(BillingPlanReading Reading, Credits? Left, Credits? Total)
    {
        public static PlanPart From(Domain.PayAsYouGo.BillingPlan plan, Period period)
        {
            var room = plan.RoomMicros(period);
            var total = plan.TotalMicros(period);
            var reading = new BillingPlanReading(
                plan.Id, plan.Name, plan.SpendMicros(period), plan.Budget?.AmountMicros, plan.Budget?.HardStop ?? false, room);
            return new PlanPart(
                reading,
                room is null ? null : plan.Price.RoomIn(room.Value),
                total is null ? null : plan.Price.RoomIn(total.Value));
        }
    }
}
