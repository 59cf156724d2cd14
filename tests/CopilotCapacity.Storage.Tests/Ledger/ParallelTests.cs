namespace CopilotCapacity.Storage.Tests.Ledger;

/// <summary>Many callers of many tenants at once, on one file.</summary>
public sealed class ParallelTests
{
    private const int Tenants = 3;
    private const int CallersEach = 4;

    // Callers of a tenant use the same ids, so that they repeat and contradict one another all the time.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Callers_AtOnce_LeaveWhatOneAfterTheOtherWouldHaveLeft(int seed)
    {
        await using var file = new PortalFile();
        var tenants = Enumerable.Range(1, Tenants).ToList();
        foreach (var tenant in tenants)
        {
            await new RandomHistory(file, seed, tenant).BeginAsync();
        }

        var callers = tenants.SelectMany(tenant => Enumerable.Range(0, CallersEach)
            .Select(caller => new RandomHistory(file, (seed * 1_000) + (tenant * 100) + caller, tenant, withLimits: true))).ToList();
        await Task.WhenAll(callers.Select(caller => Task.Run(() => caller.DoAsync(60))));

        Assert.Contains(callers, caller => caller.Results.Exists(result => result.StartsWith("Conflict", StringComparison.Ordinal)));
        foreach (var tenant in tenants)
        {
            Assert.Empty(file.Differences(tenant));
        }

        Assert.Equal(
            file.Number("SELECT COUNT(*) FROM usage_events WHERE Kind IN (0, 1)"),
            file.Number("SELECT COUNT(DISTINCT TenantKey || ' ' || Source || ' ' || EventId) FROM usage_events WHERE Kind IN (0, 1)"));
        var before = await Task.WhenAll(tenants.Select(tenant => file.ReadAsync(tenant)));
        await file.RestartAsync();
        var after = await Task.WhenAll(tenants.Select(tenant => file.ReadAsync(tenant)));
        foreach (var (was, @is) in before.Zip(after))
        {
            Assert.Equal(Lines(was).Except(Lines(@is), StringComparer.Ordinal), Lines(@is).Except(Lines(was), StringComparer.Ordinal), StringComparer.Ordinal);
        }
    }

    // Only the lines that differ are shown when they do.
    private static string[] Lines(string text) => text.Split('\n');
}
