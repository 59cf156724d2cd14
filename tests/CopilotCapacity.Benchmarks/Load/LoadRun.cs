using System.Diagnostics;
using System.Text;

namespace CopilotCapacity.Benchmarks.Load;

/// <summary>What one connection does, again and again: it sends and says how many things were done.</summary>
internal delegate ValueTask<int> Step(RawConnection connection);

/// <summary>What a run measured.</summary>
/// <param name="PerSecond">Things done a second.</param>
/// <param name="P50">Half of the requests took at most this many milliseconds.</param>
/// <param name="P99">99 of 100 did.</param>
internal readonly record struct Measured(double PerSecond, double P50, double P99)
{
    public string Times => $"p50 {P50:0.0} ms, p99 {P99:0.0} ms";
}

/// <summary>Many connections under load for a while, the first part of which is not counted.</summary>
internal static class LoadRun
{
    /// <summary>Long enough that the server's code is compiled in its final form; shorter runs measure the compiler.</summary>
    public static TimeSpan WarmUp => TimeSpan.FromSeconds(30);

    /// <summary>Runs one step for each connection until time is up.</summary>
    /// <param name="port">The server's.</param>
    /// <param name="warmUp">Not counted.</param>
    /// <param name="duration">Counted.</param>
    /// <param name="steps">One for each connection.</param>
    public static async Task<Measured> RunAsync(int port, TimeSpan warmUp, TimeSpan duration, IReadOnlyList<Step> steps)
    {
        var from = Stopwatch.GetTimestamp() + (long)(warmUp.TotalSeconds * Stopwatch.Frequency);
        var window = new Window(from, from + (long)(duration.TotalSeconds * Stopwatch.Frequency));
        var runs = await Task.WhenAll(steps.Select(step => Task.Run(() => RunOneAsync(port, window, step))));
        var times = runs.SelectMany(run => run.Times).Order().ToArray();
        return new Measured(runs.Sum(run => run.Done) / duration.TotalSeconds, Percentile(times, 0.5), Percentile(times, 0.99));
    }

    /// <summary>Ends the run when an answer is not what it has to be: a fast refusal is no throughput.</summary>
    public static void Expect(Answer answer, int status)
    {
        if (answer.Status != status)
        {
            throw new InvalidOperationException($"{status} was expected:\n{Encoding.UTF8.GetString(answer.Bytes.Span)}");
        }
    }

    private static async Task<(long Done, List<double> Times)> RunOneAsync(int port, Window window, Step step)
    {
        using var connection = new RawConnection();
        await connection.ConnectAsync(port);
        var done = 0L;
        var times = new List<double>();
        for (var begun = Stopwatch.GetTimestamp(); begun < window.To;)
        {
            var count = await step(connection);
            var ended = Stopwatch.GetTimestamp();
            if (ended >= window.From && ended < window.To)
            {
                done += count;
                times.Add((ended - begun) * 1_000.0 / Stopwatch.Frequency);
            }

            begun = ended;
        }

        return (done, times);
    }

    private static double Percentile(double[] sorted, double part) =>
        sorted.Length == 0 ? double.NaN : sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * part))];

    private readonly record struct Window(long From, long To);
}
