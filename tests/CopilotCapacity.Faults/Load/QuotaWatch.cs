using System.Text.Json;

namespace CopilotCapacity.Faults.Load;

/// <summary>
/// Reads a tenant's quota all the time. What it was shown must not be taken back: the ledger's sequence never falls, not even
/// over the end of the process.
/// </summary>
public sealed class QuotaWatch(TestTenant tenant)
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(20);

    /// <summary>The highest sequence it was shown.</summary>
    public long Seen { get; private set; }

    /// <summary>What was taken back.</summary>
    public List<string> Complaints { get; } = [];

    /// <summary>Reads until the portal is gone or it is told to stop.</summary>
    public async Task RunAsync(Uri portal, CancellationToken stop)
    {
        using var client = TestTenant.ClientOf(portal, tenant.Key);
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await ReadAsync(client);
            }
            catch (HttpRequestException)
            {
                return;
            }

            await Task.Delay(s_pause, CancellationToken.None);
        }
    }

    /// <summary>Reads once.</summary>
    public async Task ReadOnceAsync(Uri portal)
    {
        using var client = TestTenant.ClientOf(portal, tenant.Key);
        await ReadAsync(client);
    }

    private async Task ReadAsync(HttpClient client)
    {
        using var answer = await client.GetAsync($"/api/v1/environments/{tenant.Environments[0]}/quota");
        if (!answer.IsSuccessStatusCode)
        {
            return;
        }

        using var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        var sequence = body.RootElement.GetProperty("sequence").GetInt64();
        if (sequence < Seen)
        {
            Complaints.Add($"{tenant.Name}: a reader was shown sequence {Seen}, and then {sequence}.");
        }

        Seen = sequence;
    }
}
