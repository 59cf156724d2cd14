using CopilotCapacity.Domain.PayAsYouGo;
using CopilotCapacity.Domain.Prepaid;
using CopilotCapacity.Domain.Quota;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Time;
using CopilotCapacity.Domain.Units;

namespace CopilotCapacity.Domain.Ledger;

/// <summary>
/// The balances of one month of one tenant: its grants in their burn order, the environments, and the pool between them.
/// Always: the backings and the pool add up to the entitlement, and so do what grants burned, hold and have left.
/// </summary>
public sealed partial class MonthBook(Period period, LedgerChanges changes)
{
    private readonly BurnOrder _order = new(period);
    private readonly List<GrantMonth> _grants = [];
    private readonly Dictionary<int, EnvironmentMonth> _environments = [];
    private Dictionary<TenantEnvironment, Credits> _cuts = [];

    /// <summary>The month.</summary>
    public Period Period { get; } = period;

    /// <summary>True once the next month has begun; from then on only late facts are booked here.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>Granted + carried in − expired − carried out, of all grants.</summary>
    public Credits Entitled { get; private set; }

    /// <summary>The backing of all allocations.</summary>
    public Credits Allocated { get; private set; }

    /// <summary>Burnt from the tenant pool.</summary>
    public Credits PoolConsumed { get; private set; }

    /// <summary>Held in the tenant pool.</summary>
    public Credits PoolHeld { get; private set; }

    /// <summary>What is not allocated.</summary>
    public Credits PoolSize => Entitled - Allocated;

    /// <summary>What is left in the tenant pool.</summary>
    public Credits PoolLeft => PoolSize - PoolConsumed - PoolHeld;

    /// <summary>The grants in the order in which they burn.</summary>
    public IReadOnlyList<GrantMonth> Grants => _grants;

    /// <summary>The environments that have or use something in this month.</summary>
    public IReadOnlyCollection<EnvironmentMonth> Environments => _environments.Values;

    /// <summary>Puts back what was read from storage.</summary>
    public void Restore(IEnumerable<GrantMonth> grants, IEnumerable<EnvironmentMonth> environments, bool isClosed)
    {
        foreach (var grant in grants)
        {
            Insert(grant);
            Entitled += grant.Granted + grant.CarriedIn - grant.Expired - grant.CarriedOut;
        }

        foreach (var environment in environments)
        {
            _environments.Add(environment.Environment.Key, environment);
            Allocated += environment.Backing;
            PoolConsumed += environment.PoolConsumed;
            PoolHeld += environment.PoolHeld;
        }

        IsClosed = isClosed;
    }

    /// <summary>The environment's month, made when it is first asked for.</summary>
    public EnvironmentMonth Of(TenantEnvironment environment)
    {
        if (!_environments.TryGetValue(environment.Key, out var month))
        {
            month = new EnvironmentMonth { Environment = environment, Period = Period };
            _environments.Add(environment.Key, month);
            changes.Touch(month);
        }

        return month;
    }

    /// <summary>The environment's month if it has one.</summary>
    public EnvironmentMonth? Find(TenantEnvironment environment) => _environments.GetValueOrDefault(environment.Key);

    /// <summary>The grant's month if it has one.</summary>
    public GrantMonth? Find(Grant grant) => _grants.Find(month => month.Grant == grant);

    /// <summary>All the environment can draw on in this month.</summary>
    public Reach ReachOf(TenantEnvironment environment)
    {
        var month = Find(environment);
        var plan = environment.PayingPlan;
        var room = plan?.RoomMicros(Period);
        var total = plan?.TotalMicros(Period);
        return new Reach
        {
            AllocationLeft = month?.AllocationLeft ?? Credits.Zero,
            AllocationTotal = month?.Backing ?? Credits.Zero,
            DrawsOnPool = environment.DrawFromTenantPool,
            PoolLeft = PoolLeft,
            PoolTotal = PoolSize,
            HasPayAsYouGo = plan is not null,
            PayAsYouGoLeft = room is null ? null : plan!.Price.RoomIn(room.Value),
            PayAsYouGoTotal = total is null ? null : plan!.Price.RoomIn(total.Value),
            IsCapped = environment.IsCapped,
        };
    }

    /// <summary>Books a split charge. The grants' parts are added to <paramref name="grantBurns"/>.</summary>
    /// <param name="month">The environment's month.</param>
    /// <param name="burn">A split that <see cref="ReachOf"/> gave for this environment.</param>
    /// <param name="charge">The pay-as-you-go part; null when there is none.</param>
    /// <param name="grantBurns">Takes one part for each grant that paid.</param>
    public void Book(EnvironmentMonth month, Burn burn, PlanCharge? charge, List<GrantBurn> grantBurns)
    {
        Draw(burn.Prepaid, grantBurns, isHeld: false);
        Count(month, burn, charge);
    }

    /// <summary>Begins a grant in this month: new credits first restore backing, then fill the pool.</summary>
    public void Begin(Grant grant, Credits granted, Credits carriedIn)
    {
        var month = new GrantMonth { Grant = grant, Period = Period, Granted = granted, CarriedIn = carriedIn };
        Insert(month);
        changes.Touch(month);
        Entitled += granted + carriedIn;
        RestoreBacking(granted + carriedIn);
    }

    /// <summary>Ends a grant within this month: what remains of it expires. Returns what was lost.</summary>
    public Credits Expire(Grant grant)
    {
        if (Find(grant) is not { } month)
        {
            return Credits.Zero;
        }

        var lost = month.Remaining;
        month.Expired += lost;
        changes.Touch(month);
        Remove(lost);
        return lost;
    }

    /// <summary>
    /// Closes the month. What is carried over leaves it; what remains after that has lapsed, and only late facts may burn it.
    /// </summary>
    /// <param name="turn">The first instant of the next month.</param>
    /// <returns>What each grant carries into the next month.</returns>
    public IReadOnlyDictionary<Grant, Credits> Close(DateTimeOffset turn)
    {
        var carried = new Dictionary<Grant, Credits>();
        foreach (var month in _grants)
        {
            var carry = month.Grant.CountsAt(turn) ? month.Grant.CarryOf(month.Remaining) : Credits.Zero;
            carried[month.Grant] = carry;
            if (carry.IsPositive)
            {
                month.CarriedOut += carry;
                changes.Touch(month);
                Remove(carry);
            }
        }

        IsClosed = true;
        return carried;
    }

    /// <summary>Marks a month that was over before the tenant was known here.</summary>
    public void CloseEmpty() => IsClosed = true;

    /// <summary>Sets an environment's backing as far as credits allow. The caller has checked that it fits.</summary>
    public void Back(TenantEnvironment environment, Credits backing)
    {
        var month = Of(environment);
        Allocated += backing - month.Backing;
        month.Backing = backing;
        changes.Touch(month);
    }

    /// <summary>Notes that an environment begins the month with less behind its allocation than it had.</summary>
    public void Cut(TenantEnvironment environment, Credits lost) =>
        _cuts[environment] = _cuts.GetValueOrDefault(environment) + lost;

    /// <summary>What allocations have lost since this was last asked.</summary>
    public IReadOnlyDictionary<TenantEnvironment, Credits> TakeCuts()
    {
        if (_cuts.Count == 0)
        {
            return _cuts;
        }

        var cuts = _cuts;
        _cuts = [];
        return cuts;
    }

    // Only new credits restore backing; what an admin takes from an allocation is the pool's, to be used as they choose.
    private void RestoreBacking(Credits added)
    {
        foreach (var month in Unbacked())
        {
            var part = Credits.Min(added, month.Environment.Allocation - month.Backing);
            if (part.IsPositive)
            {
                Back(month.Environment, month.Backing + part);
                added -= part;
            }
        }
    }

    // Credits that end leave the pool first, then the backing of the allocation set last, never below what it has used.
    private void Remove(Credits lost)
    {
        var rest = lost - Credits.Min(lost, PoolLeft);
        Entitled -= lost;
        if (!rest.IsPositive)
        {
            return;
        }

        foreach (var month in _environments.Values.OrderByDescending(month => month.Environment.AllocationOrder).ThenByDescending(month => month.Environment.Key).ToList())
        {
            var cut = Credits.Min(rest, month.AllocationLeft);
            if (cut.IsPositive)
            {
                Back(month.Environment, month.Backing - cut);
                Cut(month.Environment, cut);
                rest -= cut;
            }
        }

        if (rest.IsPositive)
        {
            throw new InvalidOperationException($"{rest} credits of {Period} stand behind nothing that could be cut.");
        }
    }

    private List<EnvironmentMonth> Unbacked() =>
    [
        .. _environments.Values
            .Where(month => month.Environment.RetiredAt is null && month.Backing < month.Environment.Allocation)
            .OrderBy(month => month.Environment.AllocationOrder)
            .ThenBy(month => month.Environment.Key),
    ];

    private void Count(EnvironmentMonth month, Burn burn, PlanCharge? charge)
    {
        month.Consumed += burn.Allocation;
        month.PoolConsumed += burn.Pool;
        PoolConsumed += burn.Pool;
        month.PayAsYouGo += burn.PayAsYouGo;
        month.Unfunded += burn.Unfunded;
        changes.Touch(month);
        if (charge is { } paid)
        {
            month.SpendMicros += paid.CostMicros;
            var planMonth = paid.Plan.Month(Period);
            planMonth.Credits += paid.Credits;
            planMonth.SpendMicros += paid.CostMicros;
            changes.Touch(planMonth);
        }
    }

    private void Draw(Credits amount, List<GrantBurn> parts, bool isHeld)
    {
        for (var index = 0; amount.IsPositive; index++)
        {
            if (index == _grants.Count)
            {
                throw new InvalidOperationException($"The grants of {Period} lack {amount} credits that the balances show.");
            }

            var grant = _grants[index];
            var part = Credits.Min(amount, grant.Remaining);
            if (part.IsPositive)
            {
                Take(grant, part, isHeld);
                parts.Add(new GrantBurn(grant.Grant.Key, part));
                amount -= part;
            }
        }
    }

    private void Take(GrantMonth grant, Credits part, bool isHeld)
    {
        if (isHeld)
        {
            grant.Held += part;
        }
        else
        {
            grant.Burned += part;
        }

        changes.Touch(grant);
    }

    private void Insert(GrantMonth month)
    {
        var index = _grants.BinarySearch(month, _order);
        _grants.Insert(index < 0 ? ~index : index, month);
    }
}
