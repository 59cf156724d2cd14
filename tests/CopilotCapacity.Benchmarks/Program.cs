using System.Globalization;
using CopilotCapacity.Benchmarks;
using CopilotCapacity.Benchmarks.Scenarios;

CultureInfo.DefaultThreadCurrentCulture = CultureInfo.InvariantCulture;
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;

var options = BenchmarkOptions.Parse(args);
var scenarios = new Dictionary<string, Func<BenchmarkOptions, Report, Task>>(StringComparer.Ordinal)
{
    ["ingest"] = IngestBenchmark.RunAsync,
    ["environments"] = EnvironmentsBenchmark.RunAsync,
    ["quota"] = QuotaBenchmark.RunAsync,
    ["growth"] = GrowthBenchmark.RunAsync,
    ["consume"] = ConsumeBenchmark.RunAsync,
    ["holds"] = HoldsBenchmark.RunAsync,
    ["pages"] = PagesBenchmark.RunAsync,
    ["forecast"] = ForecastBenchmark.RunAsync,
    ["fanout"] = FanoutBenchmark.RunAsync,
};

if (options is null || (!string.Equals(options.Scenario, "all", StringComparison.Ordinal) && !scenarios.ContainsKey(options.Scenario)))
{
    await Console.Error.WriteLineAsync(
        $"Name what to measure: {string.Join(", ", scenarios.Keys)} or all. Options: --seconds, --events, --connections, --folder, --dashboards, --banners, --rounds.");
    return 1;
}

var report = new Report();
foreach (var (name, run) in scenarios)
{
    if (options.Scenario is "all" || string.Equals(options.Scenario, name, StringComparison.Ordinal))
    {
        Report.Say($"== {name}");
        await run(options, report);
    }
}

report.Print();
return 0;
