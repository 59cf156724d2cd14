using CopilotCapacity.Faults.Portal;

namespace CopilotCapacity.Faults.Cases;

/// <summary><c>kill -9</c> at random moments under load: nothing that was acknowledged is lost, nothing counts twice.</summary>
public static class KillCase
{
    // A file that grows without end would make the rounds slower and the checks longer, and find nothing more.
    private const int RoundsPerDatabase = 25;

    /// <summary>Runs it and tells how far it is after every database. It ends at the first one in which something was found.</summary>
    public static async Task<Report> RunAsync(
        int rounds, int seed, string? program = null, SeededBug bug = SeededBug.None, Action<Report>? tell = null)
    {
        var report = new Report("kill -9", seed);
        var random = new Random(seed);
        while (report.Rounds < rounds && report.Findings.Count == 0)
        {
            using var world = await World.CreateAsync(program ?? Programs.Normal, random.Next(), bug);
            var end = Math.Min(rounds, report.Rounds + RoundsPerDatabase);
            while (report.Rounds < end)
            {
                // The usual build knows no failpoint; one that could be called up in production would show here.
                using var portal = await world.StartAsync(program is null ? [("FAILPOINT", "BeforeCommit:crash:0")] : []);
                await world.LoadAndEndAsync(portal, random, portal.KillAsync);
                report.Rounds++;
            }

            report.Add(await world.SettleAsync());
            report.Add(world);
            tell?.Invoke(report);
        }

        return report;
    }
}
