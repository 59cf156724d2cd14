using System.Net;
using System.Net.Http.Headers;

namespace CopilotCapacity.Faults.Load;

/// <summary>
/// A client that outlives the portal. It sends batches of new events one after the other, remembers what it sent, and repeats
/// what was not acknowledged, with the same ids, before anything new.
/// </summary>
public sealed class Sender(TestTenant tenant, string name, int seed)
{
    private const int BatchEvents = 100;

    private readonly Random _random = new(seed);
    private readonly List<SentBatch> _sent = [];
    private Action _goesThrough = () => { };
    private TaskCompletionSource _acknowledged = NewSignal();
    private int _next;

    /// <summary>Whose events it sends.</summary>
    public TestTenant Tenant => tenant;

    /// <summary>All it ever sent.</summary>
    public IReadOnlyList<SentBatch> Sent => _sent;

    /// <summary>Answers that are wrong whatever happened to the process.</summary>
    public List<string> Complaints { get; } = [];

    /// <summary>
    /// Sends until the portal is gone or it is told to stop, and tells of the first batch that goes through. A request on its
    /// way is always waited for.
    /// </summary>
    public async Task RunAsync(Uri portal, Action goesThrough, CancellationToken stop)
    {
        _goesThrough = goesThrough;
        using var client = TestTenant.ClientOf(portal, tenant.Key);
        while (!stop.IsCancellationRequested && await RepeatAsync(client))
        {
            _sent.Add(NewBatch());
        }
    }

    /// <summary>Ends when the next batch has been acknowledged.</summary>
    public Task NextAcknowledgedAsync() => Volatile.Read(ref _acknowledged).Task;

    /// <summary>Sends what is open, and some of what was acknowledged long ago once more.</summary>
    public async Task<bool> DrainAsync(Uri portal)
    {
        using var client = TestTenant.ClientOf(portal, tenant.Key);
        if (!await RepeatAsync(client))
        {
            return false;
        }

        foreach (var batch in _random.GetItems(_sent.ToArray(), Math.Min(5, _sent.Count)))
        {
            await SendAsync(client, batch);
        }

        return true;
    }

    // False when the portal is gone, or refused what it should have taken.
    private async Task<bool> RepeatAsync(HttpClient client)
    {
        // Only the last batch can be open: nothing new is sent before it is acknowledged.
        while (_sent.Count > 0 && !_sent[^1].IsAcknowledged)
        {
            try
            {
                if (!await SendAsync(client, _sent[^1]))
                {
                    return false;
                }
            }
            catch (HttpRequestException)
            {
                return false;
            }
        }

        return true;
    }

    private async Task<bool> SendAsync(HttpClient client, SentBatch batch)
    {
        using var content = new ByteArrayContent(batch.Body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/cloudevents-batch+json");
        using var answer = await client.PostAsync("/api/v1/events", content);
        if (answer.StatusCode == HttpStatusCode.NoContent)
        {
            batch.IsAcknowledged = true;
            _goesThrough();
            Interlocked.Exchange(ref _acknowledged, NewSignal()).SetResult();
            return true;
        }

        if ((int)answer.StatusCode >= 500)
        {
            return true;
        }

        var body = await answer.Content.ReadAsStringAsync();
        Complaints.Add($"{tenant.Name}/{name}: a batch was answered {(int)answer.StatusCode}: {body[..Math.Min(body.Length, 300)]}");
        return false;
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private SentBatch NewBatch()
    {
        var events = new SentEvent[BatchEvents];
        for (var index = 0; index < events.Length; index++)
        {
            events[index] = new SentEvent($"{name}-{_next++:D7}", _random.Next(1, 5_000));
        }

        return SentBatch.Of(
            events,
            $"https://faults.example/{name}",
            index => tenant.Environments[index % tenant.Environments.Count],
            TimeProvider.System.GetUtcNow());
    }
}
