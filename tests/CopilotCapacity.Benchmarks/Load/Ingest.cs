namespace CopilotCapacity.Benchmarks.Load;

/// <summary>Batches of facts on many connections.</summary>
internal sealed class Ingest(Organisation organisation, string key, int connections)
{
    public const int BatchEvents = 100;

    private const int TemplatesEach = 8;
    private const double WarmUpEvents = 500_000;
    private const int WarmUpPartsMax = 10;

    // Ids go on from run to run on the same file, and begin beyond those that were filled in.
    private static long s_id = 1_000_000_000;

    /// <summary>
    /// Runs until the server's code is compiled in its final form, which depends on how often it has run, or patience ends on a
    /// machine that is busy with other things.
    /// </summary>
    public async Task WarmUpAsync(int port)
    {
        var part = TimeSpan.FromSeconds(5);
        var sent = 0.0;
        for (var parts = 0; parts < WarmUpPartsMax && sent < WarmUpEvents; parts++)
        {
            sent += (await RunAsync(port, part)).PerSecond * part.TotalSeconds;
        }
    }

    public Task<Measured> RunAsync(int port, TimeSpan duration) =>
        LoadRun.RunAsync(port, TimeSpan.Zero, duration, [.. Enumerable.Range(0, connections).Select(number => StepOf(number))]);

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
