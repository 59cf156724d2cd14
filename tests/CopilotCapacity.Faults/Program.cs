using System.Globalization;
using CopilotCapacity.Domain.Faults;
using CopilotCapacity.Faults.Cases;

// dotnet run -c Release --project tests/CopilotCapacity.Faults -- kill --rounds 500 [--seed 1]
var seed = Number("--seed", Random.Shared.Next());
var rounds = Number("--rounds", 20);
var reports = args.FirstOrDefault() switch
{
    "kill" => [await KillCase.RunAsync(rounds, seed, tell: Console.Error.WriteLine)],
    "powercut" => [await PowerCutCase.RunAsync(rounds, seed, tell: Console.Error.WriteLine)],
    "overspend" => [await OverspendCase.RunAsync(rounds, seed)],
    "seeded" => [await SeededBugCase.RunAsync(Enum.Parse<SeededBug>(args[1], ignoreCase: true), seed)],
    "failpoints" => await FailpointsAsync(),
    _ => (Report[])[],
};

if (reports.Length == 0)
{
    await Console.Error.WriteLineAsync("Say kill, powercut, overspend or failpoints; with --rounds and --seed.");
    return 2;
}

foreach (var report in reports)
{
    Console.WriteLine(report);
}

return reports.All(report => report.Findings.Count == 0) ? 0 : 1;

async Task<Report[]> FailpointsAsync()
{
    var all = Enum.GetValues<Failpoint>();
    return
    [
        await FailpointCase.CrashAsync(all, 1, seed),
        await FailpointCase.CrashAsync(all, 3, seed),
        await FailpointCase.ThrowAsync(FailpointCase.Throwing, 1, seed),
        await FailpointCase.ThrowAsync(FailpointCase.Throwing, 20, seed),
    ];
}

int Number(string name, int otherwise)
{
    var at = Array.IndexOf(args, name);
    return at >= 0 && at + 1 < args.Length ? int.Parse(args[at + 1], CultureInfo.InvariantCulture) : otherwise;
}
