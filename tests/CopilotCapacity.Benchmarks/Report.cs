namespace CopilotCapacity.Benchmarks;

/// <summary>What a figure must be, and what is aimed at.</summary>
internal readonly record struct Goal(string Must, string Aim)
{
    public static Goal None => new("", "");
}

/// <summary>The figures measured, beside a baseline of the same run, what they must be and what is aimed at.</summary>
internal sealed class Report
{
    private readonly List<string[]> _rows = [["figure", "measured", "baseline", "must", "aim", "remark"]];

    public static void Say(string text) => Console.WriteLine($"{DateTime.UtcNow:HH:mm:ss} {text}");

    public void Add(string figure, string measured, Goal goal, string baseline = "", string remark = "")
    {
        Say($"{figure}: {measured} {remark}");
        _rows.Add([figure, measured, baseline, goal.Must, goal.Aim, remark]);
    }

    public void Print()
    {
        var load = File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "?";
        Console.WriteLine();
        Console.WriteLine($"{Environment.ProcessorCount} processors, {Environment.OSVersion}, .NET {Environment.Version}, load average at the end {load}");
        Console.WriteLine("Baseline of writing: one transaction of EF Core for each use, in process, without HTTP. Of reading: the same by EF Core for each read.");
        Console.WriteLine();
        var widths = Enumerable.Range(0, _rows[0].Length).Select(column => _rows.Max(row => row[column].Length)).ToArray();
        for (var index = 0; index < _rows.Count; index++)
        {
            Console.WriteLine($"| {string.Join(" | ", _rows[index].Select((cell, column) => cell.PadRight(widths[column])))} |");
            if (index == 0)
            {
                Console.WriteLine($"| {string.Join(" | ", widths.Select(width => new string('-', width)))} |");
            }
        }
    }
}
