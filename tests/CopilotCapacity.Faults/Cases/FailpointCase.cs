using System.Diagnostics;
using CopilotCapacity.Faults.Checks;
using CopilotCapacity.Faults.Portal;

namespace CopilotCapacity.Faults.Cases;

/// <summary>The process ends at each named place on the way of a change, once or again and again.</summary>
public static class FailpointCase
{
    // A single crash comes under load. One that comes again and again comes at the first chance, so that nothing gets through.
    private const int PassesBefore = 10;

    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);

    /// <summary>The places at which a commit can fail while the process goes on.</summary>
    public static IReadOnlyList<Failpoint> Throwing { get; } =
        [Failpoint.TransactionBegun, Failpoint.BeforeBalances, Failpoint.BeforeRollups, Failpoint.BeforeCommit, Failpoint.AfterCommit];

    /// <summary>
    /// Crashes at each of the points, <paramref name="crashes"/> times in a row before it gets through.
    /// </summary>
    public static async Task<Report> CrashAsync(IReadOnlyList<Failpoint> points, int crashes, int seed, SeededBug bug = SeededBug.None)
    {
        var report = new Report($"crash at failpoints, {crashes} in a row", seed);
        using var world = await World.CreateAsync(Programs.WithFailpoints, seed, bug);
        var log = Path.Combine(world.Folder("log"), "reached");
        foreach (var point in points)
        {
            for (var crash = 0; crash < crashes; crash++)
            {
                File.Delete(log);
                var passes = crashes == 1 && point is not Failpoint.MonthTurn ? PassesBefore : 0;
                using var portal = await world.StartAsync(("FAILPOINT", $"{point}:crash:{passes}"), ("FAILPOINT_LOG", log));
                await world.LoadAsync(portal, _ => CrashedAsync(portal, point, world.Clock));
                if (Failures(log) != 1 || !portal.HasEnded)
                {
                    report.Add(Only($"{point} was not reached, or the process went on."));
                    return report;
                }

                report.Rounds++;
            }

            world.Clock.NextMonth();
        }

        return await SettleAsync(report, world);
    }

    /// <summary>Fails at each of the points in turn, the given number of times, while the process goes on.</summary>
    public static async Task<Report> ThrowAsync(IReadOnlyList<Failpoint> points, int times, int seed, SeededBug bug = SeededBug.None)
    {
        var report = new Report($"errors at failpoints, {times} in a row", seed);
        using var world = await World.CreateAsync(Programs.WithFailpoints, seed, bug);
        var plan = string.Join(',', points.Select(point => $"{point}:throw:{times}"));
        var log = Path.Combine(world.Folder("log"), "reached");
        using (var portal = await world.StartAsync(("FAILPOINT", plan), ("FAILPOINT_LOG", log)))
        {
            await world.LoadAsync(portal, _ => FailedAsync(log, points.Count * times, world));
            await portal.KillAsync();
        }

        report.Rounds = Failures(log);
        return await SettleAsync(report, world);
    }

    private static async Task<Report> SettleAsync(Report report, World world)
    {
        report.Add(await world.SettleAsync());
        report.Add(world);
        return report;
    }

    // Usage reaches every point but the month's turn, which the rehearsal tenant's clock reaches.
    private static async Task CrashedAsync(PortalProcess portal, Failpoint point, Rehearsal clock)
    {
        if (point is Failpoint.MonthTurn)
        {
            try
            {
                await clock.MoveAsync(portal.Address);
            }
            catch (HttpRequestException)
            {
                // The answer never came; the move is asked for again after the start.
            }
        }

        await Task.WhenAny(portal.Ended, Task.Delay(s_patience));
    }

    // Whatever the failed commits answered is waited for: it is part of what is judged.
    private static async Task FailedAsync(string log, int failures, World world)
    {
        var patience = Stopwatch.StartNew();
        while (Failures(log) < failures && patience.Elapsed < s_patience)
        {
            await Task.Delay(20);
        }

        await Task.WhenAny(Task.WhenAll(world.Senders.Select(sender => sender.NextAcknowledgedAsync())), Task.Delay(s_patience));
    }

    // Read without a lock: the portal may be writing.
    private static int Failures(string log)
    {
        if (!File.Exists(log))
        {
            return 0;
        }

        using var stream = new FileStream(log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Count(letter => letter == '!');
    }

    private static Findings Only(string sentence)
    {
        var findings = new Findings();
        findings.Others.Add(sentence);
        return findings;
    }
}
