namespace CopilotCapacity.Benchmarks.Load;

/// <summary>Batches of facts on many connections.</summary>
internal sealed class Ingest(Organisation organisation, string key, int connections)
{
    public const int BatchEvents = 100;

    private const int TemplatesEach = 8;

    // Ids go on from run to run on the same file, and begin beyond those that were filled in.
    private static long s_id = 1_000_000_000;

    public Task<Measured> RunAsync(int port, TimeSpan warmUp, TimeSpan duration) =>
        LoadRun.RunAsync(port, warmUp, duration, [.. Enumerable.Range(0, connections).Select(number => StepOf(number))]);

    private Step StepOf(int number)
    {
        var random = new Random(number);
        var templates = Enumerable.Range(0, TemplatesEach)
            .Select(_ => RequestTemplate.Batch(organisation, random, key, BatchEvents)).ToArray();
        var turn = 0;
        return async connection =>
        {
            var template = templates[turn++ % templates.Length];
            LoadRun.Expect(await connection.SendAsync(template.Next(ref s_id)), 204);
            return template.Events;
        };
    }
}
