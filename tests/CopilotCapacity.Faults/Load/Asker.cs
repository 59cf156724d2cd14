using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace CopilotCapacity.Faults.Load;

/// <summary>A client that asks for permissions, one after the other, and remembers what it was granted.</summary>
public sealed class Asker(TestTenant tenant, int number, int seed)
{
    private const int Requests = 12;

    private readonly Random _random = new(seed);

    /// <summary>What it asked for.</summary>
    public int Asked { get; private set; }

    /// <summary>What it was refused for lack of credits.</summary>
    public int Refused { get; private set; }

    /// <summary>What it was granted, in credits.</summary>
    public decimal Granted { get; private set; }

    /// <summary>Answers that are wrong whatever the others ask.</summary>
    public List<string> Complaints { get; } = [];

    /// <summary>Asks for uses and holds in turn.</summary>
    public async Task RunAsync(Uri portal)
    {
        using var client = TestTenant.ClientOf(portal, tenant.Key);
        for (; Asked < Requests; Asked++)
        {
            var credits = _random.Next(1, 8_000) / 1000m;
            var environment = tenant.Environments[Asked % tenant.Environments.Count];
            using var answer = await ((Asked + number) % 3 == 0
                ? client.PostAsJsonAsync("/api/v1/holds", new { environmentId = environment, credits, expiresInSeconds = 3_600 })
                : ConsumeAsync(client, environment, credits));
            Note(answer.StatusCode, credits, await answer.Content.ReadAsStringAsync());
        }
    }

    private void Note(HttpStatusCode status, decimal credits, string body)
    {
        if (status == HttpStatusCode.PaymentRequired)
        {
            Refused++;
            return;
        }

        if (status is not (HttpStatusCode.OK or HttpStatusCode.Created))
        {
            Complaints.Add($"{tenant.Name}: a permission was answered {(int)status}: {body[..Math.Min(body.Length, 300)]}");
            return;
        }

        Granted += credits;
        using var json = JsonDocument.Parse(body);
        var unfunded = json.RootElement.GetProperty("burn").GetProperty("unfunded").GetDecimal();
        if (unfunded > 0)
        {
            Complaints.Add(string.Create(CultureInfo.InvariantCulture, $"{tenant.Name}: of {credits} granted credits nothing paid {unfunded}."));
        }
    }

    private Task<HttpResponseMessage> ConsumeAsync(HttpClient client, Guid environment, decimal credits)
    {
        var body = string.Create(CultureInfo.InvariantCulture, $$"""
            {"specversion":"1.0","id":"{{number}}-{{Asked}}","source":"https://faults.example/asker","type":"copilot.credits",
            "subject":"{{environment}}","time":"{{TimeProvider.System.GetUtcNow():yyyy-MM-ddTHH:mm:ss.fffZ}}","data":{"quantity":{{credits}}} }
            """);
        return client.PostAsync("/api/v1/consume", new StringContent(body, Encoding.UTF8, "application/cloudevents+json"));
    }
}
