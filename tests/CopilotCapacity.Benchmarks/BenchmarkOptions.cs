using System.Globalization;

namespace CopilotCapacity.Benchmarks;

/// <summary>What to measure, and how long.</summary>
internal sealed record BenchmarkOptions(string Scenario)
{
    /// <summary>How long each figure is measured, after a warm-up.</summary>
    public int Seconds { get; init; } = 10;

    /// <summary>How many events lie in the file for <c>growth</c>.</summary>
    public int Events { get; init; } = 20_000_000;

    /// <summary>How many requests of ingest are under way at once.</summary>
    public int Connections { get; init; } = 64;

    /// <summary>How many connections of the hub listen in <c>fanout</c>.</summary>
    public int Dashboards { get; init; } = 1_000;

    /// <summary>How many banners' streams are open in <c>fanout</c>.</summary>
    public int Banners { get; init; } = 5_000;

    /// <summary>How many times all credits are used up and added in <c>fanout</c>; each time two changes are told.</summary>
    public int Rounds { get; init; } = 500;

    /// <summary>Where the databases lie; a disk, not memory.</summary>
    public string Folder { get; init; } = Path.GetTempPath();

    /// <summary>Reads the command line; null when it is not understood.</summary>
    public static BenchmarkOptions? Parse(string[] args)
    {
        if (args.Length % 2 == 0)
        {
            return null;
        }

        var options = new BenchmarkOptions(args[0]);
        for (var index = 1; index < args.Length; index += 2)
        {
            var value = args[index + 1];
            var number = int.TryParse(value.Replace("_", "", StringComparison.Ordinal), CultureInfo.InvariantCulture, out var parsed) ? parsed : 0;
            options = args[index] switch
            {
                "--seconds" when number > 0 => options with { Seconds = number },
                "--events" when number > 0 => options with { Events = number },
                "--connections" when number > 0 => options with { Connections = number },
                "--dashboards" when number > 0 => options with { Dashboards = number },
                "--banners" when number > 0 => options with { Banners = number },
                "--rounds" when number > 0 => options with { Rounds = number },
                "--folder" => options with { Folder = value },
                _ => null,
            };
            if (options is null)
            {
                return null;
            }
        }

        return options;
    }
}
