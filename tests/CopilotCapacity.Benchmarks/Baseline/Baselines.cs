using CopilotCapacity.Benchmarks.Load;

namespace CopilotCapacity.Benchmarks.Baseline;

/// <summary>The baselines, each measured once a run, on the same machine and disk as what stands beside them.</summary>
internal static class Baselines
{
    private const int Environments = 1_000;

    private static readonly TimeSpan s_warmUp = TimeSpan.FromSeconds(2);

    private static double? s_writes;
    private static double? s_reads;

    /// <summary>Uses a second, one transaction each.</summary>
    public static async Task<double> WritesAsync(BenchmarkOptions options)
    {
        if (s_writes is null)
        {
            using var folder = new DatabaseFolder(options);
            s_writes = await new BaselineIngest(folder, new Organisation(Environments)).RunAsync(s_warmUp, TimeSpan.FromSeconds(options.Seconds));
        }

        return s_writes.Value;
    }

    /// <summary>Quotas a second, each read from the database.</summary>
    public static async Task<double> ReadsAsync(BenchmarkOptions options)
    {
        if (s_reads is null)
        {
            using var folder = new DatabaseFolder(options);
            s_reads = await BaselineQuota.RunAsync(folder, new Organisation(Environments), s_warmUp, TimeSpan.FromSeconds(options.Seconds));
        }

        return s_reads.Value;
    }
}
