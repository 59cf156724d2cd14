using System.Text.Json;
using CopilotCapacity.Benchmarks.Baseline;
using CopilotCapacity.Benchmarks.Load;

namespace CopilotCapacity.Benchmarks.Scenarios;

/// <summary>Credits reserved before the work, then settled with less: two requests a hold.</summary>
internal static class HoldsBenchmark
{
    private const int Environments = 1_000;
    private const int Connections = 50;

    public static async Task RunAsync(BenchmarkOptions options, Report report)
    {
        using var folder = new DatabaseFolder(options);
        await new Organisation(Environments).CreateAsync(folder.Database);
        await using var portal = await PortalProcess.StartAsync(folder.File);
        var key = await portal.CreateKeyAsync(Organisation.Tenant);
        var steps = Enumerable.Range(0, Connections).Select(number => StepOf(key, number)).ToArray();
        var measured = await LoadRun.RunAsync(portal.Port, LoadRun.WarmUp, TimeSpan.FromSeconds(options.Seconds), steps);
        var baseline = await Baselines.WritesAsync(options) / 2;
        report.Add(
            $"holds made and settled a second, {Connections} connections", $"{measured.PerSecond:N0}", new Goal("2,500", "6,000"),
            $"{baseline:N0}", $"both together {measured.Times}; the baseline needs two transactions");
    }

    private static Step StepOf(string key, int number)
    {
        var random = new Random(number);
        return async connection =>
        {
            var id = 0L;
            var environment = Organisation.Environment(random.Next(Environments));
            var hold = RequestTemplate.Post(
                "/api/v1/holds", key, "application/json", JsonSerializer.Serialize(new { environmentId = environment, credits = 5, expiresInSeconds = 300 }));
            var made = await connection.SendAsync(hold.Next(ref id));
            LoadRun.Expect(made, 201);
            var settle = RequestTemplate.Post($"/api/v1/holds/{IdOf(made)}/settle", key, "application/json", """{"credits":3}""");
            LoadRun.Expect(await connection.SendAsync(settle.Next(ref id)), 200);
            return 1;
        };
    }

    // The id is the first GUID of the body, whether the body comes in chunks or not.
    private static Guid IdOf(Answer answer)
    {
        var bytes = answer.Bytes.Span;
        var mark = bytes.IndexOf("\"id\":\""u8) + 6;
        return System.Buffers.Text.Utf8Parser.TryParse(bytes[mark..], out Guid id, out _)
            ? id
            : throw new InvalidOperationException("The hold has no id.");
    }
}
