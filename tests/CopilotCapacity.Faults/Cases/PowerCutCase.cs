using CopilotCapacity.Faults.Checks;
using CopilotCapacity.Faults.Portal;

namespace CopilotCapacity.Faults.Cases;

/// <summary>The power goes at random moments under load: what was not synced is gone, and nothing of that was acknowledged.</summary>
public static class PowerCutCase
{
    private const int RoundsPerDatabase = 20;

    private static readonly string[] s_files = ["", "-wal", "-journal"];

    /// <summary>Runs it and tells how far it is after every database. It ends at the first one in which something was found.</summary>
    public static async Task<Report> RunAsync(
        int rounds, int seed, string? program = null, SeededBug bug = SeededBug.None, Action<Report>? tell = null)
    {
        var report = new Report("power cut", seed);
        var random = new Random(seed);
        while (report.Rounds < rounds && report.Findings.Count == 0)
        {
            using var world = await World.CreateAsync(program ?? Programs.Normal, random.Next(), bug);
            var disk = world.Folder("disk");
            var end = Math.Min(rounds, report.Rounds + RoundsPerDatabase);
            while (report.Rounds < end && report.Findings.Count == 0)
            {
                report.Forgotten += await CutAsync(world, disk, random);
                report.Rounds++;
                using var left = LedgerFile.OpenCopy(world.Database, world.Folder("copy"));
                report.Add(Oracle.Check(left, world.Tenants, world.Senders, isDrained: false));
            }

            if (report.Findings.Count == 0)
            {
                report.Add(await world.SettleAsync());
            }

            report.Add(world);
            tell?.Invoke(report);
        }

        return report;
    }

    // Gives 1 when the cut took something away: a shim that keeps everything would prove nothing.
    private static async Task<int> CutAsync(World world, string disk, Random random)
    {
        foreach (var file in Directory.EnumerateFiles(disk).Append(disk + ".now"))
        {
            File.Delete(file);
        }

        using var portal = await world.StartAsync(
            ("LD_PRELOAD", Programs.PowerCutShim), ("POWERCUT_FILE", world.Database), ("POWERCUT_DISK", disk), ("POWERCUT_NOW", disk + ".now"));
        await world.LoadAndEndAsync(portal, random, () => CutAsync(portal, disk + ".now", random.Next(3)));
        var hasForgotten = 0;
        foreach (var ending in s_files)
        {
            var (file, copy) = (world.Database + ending, Path.Combine(disk, Path.GetFileName(world.Database) + ending));
            if (!File.Exists(copy))
            {
                hasForgotten |= File.Exists(file) ? 1 : 0;
                File.Delete(file);
                continue;
            }

            hasForgotten |= File.Exists(file) && File.ReadAllBytes(file).AsSpan().SequenceEqual(File.ReadAllBytes(copy)) ? 0 : 1;
            File.Move(copy, file, overwrite: true);
        }

        File.Delete(world.Database + "-shm");
        return hasForgotten;
    }

    // At once, or at the next sync: before anything of it is on the disk, or with half of it there.
    private static async Task CutAsync(PortalProcess portal, string trigger, int kind)
    {
        if (kind > 0)
        {
            await File.WriteAllTextAsync(trigger, kind == 1 ? "before" : "half");
            await Task.WhenAny(portal.Ended, Task.Delay(TimeSpan.FromSeconds(5)));
        }

        await portal.KillAsync();
    }
}
