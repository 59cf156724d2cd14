using System.Globalization;
using System.Net;
using System.Text.Json;
using CopilotCapacity.Testing;

namespace CopilotCapacity.Portal.Tests.Peers;

/// <summary>A rehearsal tenant in which a peer's case happens, spoken to through the public API alone.</summary>
internal sealed class PeerTenant
{
    private readonly Dictionary<string, Guid> _grants = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Guid> _holds = new(StringComparer.Ordinal);
    private int _events;

    private PeerTenant(TenantUnderTest tenant, Guid environment, DateTimeOffset now)
    {
        Tenant = tenant;
        Environment = environment;
        Now = now;
    }

    public TenantUnderTest Tenant { get; }

    public Guid Environment { get; }

    public DateTimeOffset Now { get; private set; }

    private string Root => $"/api/v1/tenants/{Tenant.Id}";

    public static async Task<PeerTenant> StartAsync(ApiFixture fixture, DateTimeOffset now)
    {
        var tenant = await fixture.NewTenantAsync(now);
        return new PeerTenant(tenant, await tenant.NewEnvironmentAsync(), now);
    }

    public async Task GrantAsync(
        string id,
        decimal amount,
        int priority = 100,
        DateTimeOffset? effectiveAt = null,
        DateTimeOffset? expiresAt = null,
        string kind = "promotional",
        bool isMonthly = false,
        decimal? rolloverMax = null)
    {
        var made = await PostAsync($"{Root}/grants", new
        {
            amount,
            priority,
            effectiveAt,
            expiresAt,
            kind,
            recurrence = isMonthly ? "monthly" : "none",
            rolloverMax,
        });
        _grants[id] = made.GetProperty("id").GetGuid();
    }

    public async Task MoveToAsync(DateTimeOffset now)
    {
        if (now > Now)
        {
            Assert.Equal(HttpStatusCode.OK, (await SendAsync(HttpMethod.Put, $"{Root}/clock", new { now })).Status);
            Now = now;
        }
    }

    public string Event(decimal credits, string? key = null) =>
        Event("credits", new { quantity = credits }, key);

    public string Event(string feature, object data, string? key = null, Guid? environment = null) => EventText.Of(
        environment ?? Environment,
        key ?? string.Create(CultureInfo.InvariantCulture, $"event-{Interlocked.Increment(ref _events)}"),
        feature,
        JsonSerializer.Serialize(data),
        Now.UtcDateTime.ToString("O", CultureInfo.InvariantCulture));

    /// <summary>Tells facts, which are never refused.</summary>
    public async Task UseAsync(params IEnumerable<string> events)
    {
        var recorded = await Tenant.Api.RecordAsync(EventText.Array(events));
        Assert.True(recorded.Status == HttpStatusCode.OK, recorded.Body);
    }

    public Task UseAsync(decimal credits) => UseAsync(Event(credits));

    /// <summary>Asks for a use; true when it was granted.</summary>
    public async Task<bool> ConsumeAsync(decimal credits)
    {
        var asked = await Tenant.Api.SendJsonAsync(HttpMethod.Post, "/api/v1/consume", Event(credits));
        Assert.True(asked.Status is HttpStatusCode.OK or HttpStatusCode.PaymentRequired, asked.Body);
        return asked.Status == HttpStatusCode.OK;
    }

    public async Task HoldAsync(string name, decimal credits) =>
        _holds[name] = (await PostAsync("/api/v1/holds", new { environmentId = Environment, credits })).GetProperty("id").GetGuid();

    public async Task SettleAsync(string name, decimal credits) => Assert.Equal(
        HttpStatusCode.OK, (await SendAsync(HttpMethod.Post, $"/api/v1/holds/{_holds[name]}/settle", new { credits })).Status);

    public async Task ReleaseAsync(string name) => Assert.Equal(
        HttpStatusCode.NoContent, (await Tenant.Api.SendJsonAsync(HttpMethod.Delete, $"/api/v1/holds/{_holds[name]}", null)).Status);

    /// <summary>Puts the environment on a plan at one unit of money a credit, with a hard budget when one is given.</summary>
    public async Task<Guid> PayAsYouGoAsync(decimal? budget, bool hardStop = true, IEnumerable<decimal>? percents = null)
    {
        var plan = (await PostAsync($"{Root}/billing-plans", new
        {
            name = "Europe",
            subscriptionId = "sub-1",
            resourceGroup = "rg-1",
            region = "europe",
            environments = new[] { Environment },
            unitPrice = new { amount = "1.00", currency = "USD" },
        })).GetProperty("id").GetGuid();
        if (budget is { } amount)
        {
            var body = new
            {
                amount = new { amount = amount.ToString("0.00", CultureInfo.InvariantCulture), currency = "USD" },
                timeGrain = "monthly",
                startsOn = Now.UtcDateTime.ToString("yyyy-MM-01", CultureInfo.InvariantCulture),
                thresholds = (percents ?? []).Select(percent => new { percent, basis = "actual" }),
                contacts = Array.Empty<string>(),
                hardStop,
            };
            var set = await SendAsync(HttpMethod.Put, $"{Root}/billing-plans/{plan}/budget", body);
            Assert.True(set.Status == HttpStatusCode.OK, set.Body);
        }

        return plan;
    }

    public async Task SwitchPayAsYouGoAsync(bool payAsYouGo) => Assert.Equal(
        HttpStatusCode.OK,
        (await SendAsync(HttpMethod.Put, $"{Root}/environments/{Environment}/allocation", new { credits = 0, payAsYouGo })).Status);

    public Task<JsonElement> CapacityAsync() => Tenant.CapacityAsync();

    public async Task<decimal> RemainingAsync() => (await CapacityAsync()).Number("remaining");

    public async Task<JsonElement> GrantAsync(string id) => (await Tenant.Api.ReadAsync($"{Root}/grants/{_grants[id]}")).Json;

    public async Task<decimal> RemainingAsync(string grant) => (await GrantAsync(grant)).Number("remaining");

    public async Task<JsonElement> UsageAsync(DateTimeOffset from) => (await Tenant.UsageAsync(string.Create(
        CultureInfo.InvariantCulture,
        $"from={from.UtcDateTime:O}&to={Now.UtcDateTime.AddSeconds(1):O}&granularity=none"))).GetProperty("totals");

    public async Task<string> StatusAsync() =>
        (await Tenant.Api.ReadAsync($"/api/v1/environments/{Environment}/quota")).Json.GetProperty("status").GetString()!;

    public async Task<List<JsonElement>> AlertsAsync(string kind) =>
    [
        .. (await Tenant.Api.ReadAsync($"{Root}/alerts?limit=1000")).Json.GetProperty("items").EnumerateArray()
            .Where(alert => string.Equals(alert.GetProperty("kind").GetString(), kind, StringComparison.Ordinal)),
    ];

    public async Task<JsonElement> PostAsync(string path, object body)
    {
        var made = await SendAsync(HttpMethod.Post, path.StartsWith('/') ? path : $"{Root}/{path}", body);
        Assert.True(made.Status == HttpStatusCode.Created, made.Body);
        return made.Json;
    }

    public Task<ApiReply> SendAsync(HttpMethod method, string path, object body) => Tenant.Api.SendJsonAsync(
        method, path.StartsWith('/') ? path : $"{Root}/{path}", JsonSerializer.Serialize(body), ("If-Match", "*"));

    public async Task VerifyAsync()
    {
        var verified = await Tenant.Api.SendJsonAsync(HttpMethod.Post, $"{Root}/ledger/verify", null);
        Assert.True(verified.Json.GetProperty("ok").GetBoolean(), verified.Body);
    }
}
