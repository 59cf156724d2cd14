using CopilotCapacity.Domain.PayAsYouGo;
using CopilotCapacity.Domain.Quota;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Units;

namespace CopilotCapacity.Domain.Alerts;

/// <summary>
/// The environments that share all sources but their own allocation. A use of the shared part moves one number, the group's
/// value; only environments whose mark lies between its old and its new place can change their status, so nobody else is
/// looked at.
/// </summary>
/// <remarks>
/// With <c>a</c> left of an allocation <c>A</c>, <c>S</c> left of the shared total <c>T</c> and <c>p</c> percent below which
/// it is low: <c>100 (a + S) ≤ p (A + T)</c> is <c>100 S − p T ≤ p A − 100 a</c>. The left side is the group's value, the
/// right side the environment's mark.
/// </remarks>
internal sealed class ReachGroup(bool drawsOnPool, BillingPlan? plan)
{
    private readonly SortedSet<TenantEnvironment> _byMark = new(Comparer<TenantEnvironment>.Create(Compare));

    // Stand-ins that delimit a range of marks; keys below and above those of real environments.
    private readonly TenantEnvironment _from = Probe(int.MinValue);
    private readonly TenantEnvironment _to = Probe(int.MaxValue);

    private Int128? _nextDown;

    public bool DrawsOnPool => drawsOnPool;

    public BillingPlan? Plan => plan;

    public Int128 Value { get; private set; }

    /// <summary>What is left of the shared sources.</summary>
    public Credits Shared { get; private set; }

    /// <summary>True when the plan has no hard stop: then nothing shared can run out.</summary>
    public bool IsUnlimited { get; private set; }

    public IEnumerable<TenantEnvironment> Members => _byMark;

    public void Add(TenantEnvironment environment, Int128 mark)
    {
        environment.Watch.Group = this;
        environment.Watch.Mark = mark;
        _byMark.Add(environment);
        if (_nextDown is { } next && mark > next && mark < Value)
        {
            _nextDown = mark;
        }
    }

    public void Remove(TenantEnvironment environment)
    {
        _byMark.Remove(environment);
        environment.Watch.Group = null;
        if (_nextDown == environment.Watch.Mark)
        {
            _nextDown = null;
        }
    }

    /// <summary>Moves the value, and adds to <paramref name="changed"/> the environments whose status it may have changed.</summary>
    public void Move(Reach shared, int lowThresholdPercent, List<TenantEnvironment> changed)
    {
        var before = (Value, Shared, IsUnlimited);
        Take(shared, lowThresholdPercent);
        if (before.IsUnlimited != IsUnlimited || before.Shared.IsPositive != Shared.IsPositive)
        {
            // The value may have jumped past marks that were behind it.
            changed.AddRange(_byMark);
            _nextDown = null;
        }
        else if (Value < before.Value)
        {
            // Most uses end here: the next environment to become low is still ahead.
            if (NextDown(before.Value) >= Value)
            {
                Collect(Value, before.Value - 1, changed);
                _nextDown = null;
            }
        }
        else if (Value > before.Value)
        {
            Collect(before.Value, Value - 1, changed);
            _nextDown = null;
        }
    }

    /// <summary>Takes the value over without asking whom it concerns.</summary>
    public void Take(Reach shared, int lowThresholdPercent)
    {
        Value = ((Int128)100 * shared.Left.Thousandths) - ((Int128)(100 - lowThresholdPercent) * shared.Total.Thousandths);
        Shared = shared.Left;
        IsUnlimited = shared.IsUnlimited;
    }

    public static Int128 MarkOf(Reach reach, int lowThresholdPercent) =>
        ((Int128)(100 - lowThresholdPercent) * reach.AllocationTotal.Thousandths) - ((Int128)100 * reach.AllocationLeft.Thousandths);

    private Int128 NextDown(Int128 value)
    {
        if (_nextDown is null)
        {
            _to.Watch.Mark = value - 1;
            _from.Watch.Mark = Int128.MinValue;
            _nextDown = _byMark.GetViewBetween(_from, _to).Max?.Watch.Mark ?? Int128.MinValue;
        }

        return _nextDown.Value;
    }

    private void Collect(Int128 from, Int128 to, List<TenantEnvironment> changed)
    {
        _from.Watch.Mark = from;
        _to.Watch.Mark = to;
        changed.AddRange(_byMark.GetViewBetween(_from, _to));
    }

    private static int Compare(TenantEnvironment x, TenantEnvironment y)
    {
        var byMark = x.Watch.Mark.CompareTo(y.Watch.Mark);
        return byMark != 0 ? byMark : x.Key.CompareTo(y.Key);
    }

    private static TenantEnvironment Probe(int key) => new()
    {
        Key = key,
        Id = default,
        Name = "",
        Type = EnvironmentType.Default,
        Region = "",
        CreatedAt = default,
    };
}
