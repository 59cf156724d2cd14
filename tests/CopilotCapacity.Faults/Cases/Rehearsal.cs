using System.Net.Http.Json;
using CopilotCapacity.Faults.Checks;
using CopilotCapacity.Faults.Load;

namespace CopilotCapacity.Faults.Cases;

/// <summary>A tenant with a clock of its own, whose months turn when the test wants it.</summary>
public sealed class Rehearsal(TestTenant tenant)
{
    /// <summary>What it is granted every month.</summary>
    public const long MonthlyCredits = 1_000;

    private int _months = 1;

    /// <summary>Where its clock begins.</summary>
    public static DateTimeOffset Start { get; } = new(2030, 1, 15, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The next move goes one month further.</summary>
    public void NextMonth() => _months++;

    /// <summary>Moves the clock to where it is to be; asking twice changes nothing.</summary>
    public async Task MoveAsync(Uri portal)
    {
        using var client = TestTenant.ClientOf(portal, tenant.Key);
        using var answer = await client.PutAsJsonAsync($"/api/v1/tenants/{tenant.Id}/clock", new { now = Start.AddMonths(_months) });
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Every month turned once and was refilled once, and nothing was carried over.</summary>
    public void Check(LedgerFile file, Findings findings)
    {
        var key = file.Tenants()[tenant.Id];
        var turns = file.Numbers("SELECT count(*) FROM journal WHERE TenantKey = $1 AND Change LIKE '%eriodTurned%'", key)[0];
        var grants = file.Numbers(
            "SELECT count(*), sum(Granted), sum(CarriedIn) + sum(CarriedOut) + sum(Burned) FROM grant_months WHERE TenantKey = $1", key);
        long[] expected = [_months + 1, MonthlyCredits * 1_000 * (_months + 1), 0];
        if (turns != _months || !grants.AsSpan().SequenceEqual(expected))
        {
            findings.Others.Add(
                $"{_months} months: {turns} turns, grants {string.Join(", ", grants)}, they must be {string.Join(", ", expected)}.");
        }
    }
}
