using System.Diagnostics;

namespace CopilotCapacity.Domain.Faults;

/// <summary>Places on the way of a change at which a test build can be made to fail, in the order they are passed.</summary>
public enum Failpoint
{
    /// <summary>The identities of a batch have been looked up; nothing has been decided.</summary>
    AfterLookup,

    /// <summary>A month has been closed and the next has not begun.</summary>
    MonthTurn,

    /// <summary>The transaction has begun; nothing has been written.</summary>
    TransactionBegun,

    /// <summary>Usage and its identities are written; balances are not.</summary>
    BeforeBalances,

    /// <summary>Balances and the tenant's sequence are written; roll-ups are not.</summary>
    BeforeRollups,

    /// <summary>All is written; the transaction is open.</summary>
    BeforeCommit,

    /// <summary>All is on disk; nothing of it is known in memory.</summary>
    AfterCommit,

    /// <summary>All is on disk and on the board; neither feed nor caller has been told.</summary>
    BeforeFeed,

    /// <summary>Board and feed have been told; this caller has not been answered.</summary>
    BeforeAnswer,

    /// <summary>This caller has been answered; others of the same commit have not.</summary>
    AfterAnswer,
}

/// <summary>Makes a test build fail at a named place. In any other build nothing of a call remains.</summary>
public static class Failpoints
{
#if FAILPOINTS
    private static readonly Lock s_gate = new();
    private static readonly string? s_log = Environment.GetEnvironmentVariable("FAILPOINT_LOG");
    private static readonly Dictionary<string, Plan> s_plans = Read(Environment.GetEnvironmentVariable("FAILPOINT"));
    private static readonly HashSet<Failpoint> s_noted = [];

    // What was let out too early shall be seen outside before the process ends.
    private static readonly TimeSpan s_linger = TimeSpan.FromMilliseconds(
        int.Parse(Environment.GetEnvironmentVariable("FAILPOINT_LINGER") ?? "400", System.Globalization.CultureInfo.InvariantCulture));

    private static Dictionary<string, Plan> Read(string? plans) =>
        (plans ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries).Select(plan => plan.Split(':')).ToDictionary(
            parts => parts[0],
            parts => new Plan(parts[1] is "crash", int.Parse(parts[2], System.Globalization.CultureInfo.InvariantCulture)),
            StringComparer.Ordinal);

    private static void Note(string line)
    {
        if (s_log is not null)
        {
            File.AppendAllText(s_log, line + "\n");
        }
    }
#endif

    /// <summary>Says that a place has been reached.</summary>
    [Conditional("FAILPOINTS")]
    public static void Reach(Failpoint point)
    {
#if FAILPOINTS
        Plan? plan;
        lock (s_gate)
        {
            if (s_noted.Add(point))
            {
                Note($"{point}");
            }

            if (!s_plans.TryGetValue(point.ToString(), out plan) || !plan.IsDue())
            {
                return;
            }

            Note($"{point}!");
        }

        if (!plan.IsCrash)
        {
            throw new IOException($"The failpoint {point} was told to fail.");
        }

        Thread.CurrentThread.Join(s_linger);
        using var self = Process.GetCurrentProcess();
        self.Kill();
        Thread.CurrentThread.Join();
#endif
    }

#if FAILPOINTS
    private sealed class Plan(bool isCrash, int count)
    {
        private int _count = count;

        public bool IsCrash => isCrash;

        public bool IsDue() => isCrash ? _count-- <= 0 : _count-- > 0;
    }
#endif
}
