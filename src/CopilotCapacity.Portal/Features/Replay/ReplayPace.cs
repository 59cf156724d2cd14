namespace CopilotCapacity.Portal.Features.Replay;

/// <summary>Says when an event may be sent.</summary>
public sealed class ReplayPace
{
    /// <summary>Events due within this time of each other travel together, so that slow replays do not send one request for each.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMilliseconds(250);

    /// <summary>As fast as the server takes them.</summary>
    public static readonly ReplayPace Unbound = new(default, default, null);

    private readonly DateTimeOffset _origin;
    private readonly DateTimeOffset _start;
    private readonly double? _factor;

    private ReplayPace(DateTimeOffset origin, DateTimeOffset start, double? factor)
    {
        _origin = origin;
        _start = start;
        _factor = factor;
    }

    /// <summary>
    /// The pace of a plan. One that began at "now" is sent as its times come, at full speed a minute earlier, so that a run taken up again catches up
    /// and never gets ahead. One from a given time is sent from <paramref name="now"/> on at the speed asked for.
    /// </summary>
    public static ReplayPace Of(ReplayPlan plan, bool fromNow, ReplaySpeed speed, DateTimeOffset now) => (fromNow, speed.Factor) switch
    {
        (true, null) => new ReplayPace(plan.Start - ReplayPlan.AheadMax, plan.Start, 1),
        (true, _) => new ReplayPace(plan.Start, plan.Start, 1),
        (false, null) => Unbound,
        (false, _) => new ReplayPace(now, plan.Start, speed.Factor),
    };

    /// <summary>When the event is due; long ago when nothing is to be waited for.</summary>
    public DateTimeOffset DueAt(UsageEventDto usage) => _factor is null
        ? DateTimeOffset.MinValue
        : _origin + ((new DateTimeOffset(usage.Time) - _start) / _factor.Value);

    /// <summary>True when an event due at <paramref name="due"/> should not hold up a batch that was due at <paramref name="batchDue"/>.</summary>
    public static bool Parts(DateTimeOffset batchDue, DateTimeOffset due, DateTimeOffset now) => due > now && due - batchDue > Window;
}
