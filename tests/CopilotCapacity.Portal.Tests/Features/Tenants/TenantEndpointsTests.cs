using System.Net;
using System.Text.Json;
using CopilotCapacity.Testing;

namespace CopilotCapacity.Portal.Tests.Features.Tenants;

public sealed class TenantEndpointsTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    private static readonly DateTimeOffset s_january = new(2026, 1, 15, 8, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Create_WithItsOwnId_IsListedAndReadable()
    {
        using var admin = fixture.Portal.CreateApi();
        var id = Guid.NewGuid();

        var created = await admin.SendJsonAsync(HttpMethod.Post, "/api/v1/tenants", $$"""{"id": "{{id}}", "name": " Fabrikam ", "currency": "eur"}""");
        var again = await admin.SendJsonAsync(HttpMethod.Post, "/api/v1/tenants", $$"""{"id": "{{id}}", "name": "Other"}""");
        var read = await admin.ReadAsync($"/api/v1/tenants/{id}");

        Assert.Equal(HttpStatusCode.Created, created.Status);
        Assert.Equal($"/api/v1/tenants/{id}", created.Message.Headers.Location?.ToString());
        Assert.Equal((HttpStatusCode.Conflict, "already_exists"), (again.Status, again.Code));
        Assert.Equal((created.Body, created.ETag), (read.Body, read.ETag));
        Assert.Equal("Fabrikam", read.Json.GetProperty("name").GetString());
        Assert.Equal("EUR", read.Json.GetProperty("currency").GetString());
        Assert.Equal(80, read.Json.GetProperty("lowThresholdPercent").GetInt32());
        Assert.Equal(7, read.Json.GetProperty("warningHorizonDays").GetInt32());
        Assert.Contains(id.ToString(), (await admin.ReadAsync("/api/v1/tenants?limit=1000")).Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"name\": \"\"}")]
    [InlineData("{\"name\": 5}")]
    [InlineData("{\"name\": \"x\", \"currency\": \"dollar\"}")]
    [InlineData("{\"name\": \"x\", \"id\": \"00000000-0000-0000-0000-000000000000\"}")]
    [InlineData("{\"name\": \"x\", \"testClock\": \"2026-01-01T00:00:00\"}")]
    [InlineData("{\"name\": \"x\", \"testClock\": \"9999-12-31T00:00:00Z\"}")]
    [InlineData("{\"name\": \"x\", \"testClock\": \"0001-01-01T00:00:00Z\"}")]
    public async Task Create_WithoutMeaning_Is422(string body)
    {
        using var admin = fixture.Portal.CreateApi();

        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await admin.SendJsonAsync(HttpMethod.Post, "/api/v1/tenants", body)).Status);
    }

    [Fact]
    public async Task Create_UnderAnIdempotencyKey_HappensOnce()
    {
        using var admin = fixture.Portal.CreateApi();

        var first = await admin.SendJsonAsync(HttpMethod.Post, "/api/v1/tenants", "{\"name\": \"Once\"}", ("Idempotency-Key", "t"));
        var second = await admin.SendJsonAsync(HttpMethod.Post, "/api/v1/tenants", "{\"name\": \"Once\"}", ("Idempotency-Key", "t"));
        var other = await admin.SendJsonAsync(HttpMethod.Post, "/api/v1/tenants", "{\"name\": \"Twice\"}", ("Idempotency-Key", "t"));

        Assert.Equal((HttpStatusCode.Created, first.Body), (second.Status, second.Body));
        Assert.Equal("idempotency_key_reused", other.Code);
    }

    [Theory]
    [InlineData("{\"lowThresholdPercent\": 0}")]
    [InlineData("{\"lowThresholdPercent\": 100}")]
    [InlineData("{\"warningHorizonDays\": 0}")]
    [InlineData("{\"name\": \" \"}")]
    public async Task Change_WithoutMeaning_Is422(string body)
    {
        var tenant = await fixture.NewTenantAsync();
        using var admin = fixture.Portal.CreateApi();

        var reply = await admin.SendJsonAsync(HttpMethod.Put, $"/api/v1/tenants/{tenant.Id}", body, ("If-Match", "*"));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, reply.Status);
    }

    [Fact]
    public async Task Clock_OnlyOfARehearsal_OnlyForward_OnlyWithinReach()
    {
        var (real, rehearsal) = (await fixture.NewTenantAsync(), await fixture.NewTenantAsync(s_january));

        Assert.Equal((HttpStatusCode.Conflict, "not_a_rehearsal"), Of(await MoveAsync(real, "2027-01-01T00:00:00Z")));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await MoveAsync(rehearsal, "2026-01-15T07:59:59Z")).Status);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await MoveAsync(rehearsal, "9999-12-31T23:59:59Z")).Status);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await MoveAsync(rehearsal, "2026-02-30T00:00:00Z")).Status);
        var moved = await MoveAsync(rehearsal, "2026-01-16T10:00:00+02:00");
        Assert.Equal("2026-01-16T08:00:00Z", moved.Json.GetProperty("testClock").GetString());
    }

    [Fact]
    public async Task Clock_OverAMonthsEnd_RefillsPacksAndKeepsLateFactsInTheirMonth()
    {
        var tenant = await fixture.NewTenantAsync(s_january);
        await tenant.BuyAsync(100);
        var environment = await tenant.NewEnvironmentAsync();
        await tenant.Api.RecordAsync(EventText.Of(environment, "1", "credits", "{\"quantity\": 60}", time: null));
        Assert.Equal(40, (await tenant.CapacityAsync()).Number("remaining"));

        await MoveAsync(tenant, "2026-02-01T00:00:00Z");
        var february = await tenant.CapacityAsync();
        var late = await tenant.Api.RecordAsync(EventText.Of(environment, "2", "credits", "{\"quantity\": 50}", time: "2026-01-31T23:59:59.999Z"));
        var january = await tenant.CapacityAsync("2026-01");

        Assert.Equal("2026-02-01T00:00:00Z", february.GetProperty("period").GetProperty("start").GetString());
        Assert.Equal("2026-03-01T00:00:00Z", february.GetProperty("period").GetProperty("end").GetString());
        Assert.Equal(100, february.Number("remaining"));
        Assert.Equal(40, late.Item(0).Number("burn", "pool"));
        Assert.Equal(10, late.Item(0).Number("burn", "unfunded"));
        Assert.Equal(100, january.Number("consumed"));
        Assert.Equal(10, january.Number("unfunded"));
        Assert.Equal(100, (await tenant.CapacityAsync()).Number("remaining"));
    }

    [Theory]
    [InlineData("2026-03-05T00:00:00Z", "2026-01-20T00:00:00Z", null)]
    [InlineData("2026-03-05T00:00:00.0000001Z", "2026-01-20T00:00:00Z", "too_late")]
    [InlineData("2026-03-05T00:00:00.0000001Z", "2026-02-01T00:00:00Z", null)]
    [InlineData("2026-03-05T00:00:00Z", "2026-03-05T00:05:00Z", null)]
    [InlineData("2026-03-05T00:00:00Z", "2026-03-05T00:05:00.001Z", "in_the_future")]
    [InlineData("2026-03-05T00:00:00Z", "9999-12-31T23:59:59Z", "in_the_future")]
    [InlineData("2026-03-05T00:00:00Z", "0001-01-01T00:00:00Z", "too_late")]
    public async Task Clock_DecidesWhatIsTooLateAndWhatTooEarly(string now, string time, string? code)
    {
        var tenant = await fixture.NewTenantAsync(s_january);
        var environment = await tenant.NewEnvironmentAsync();
        Assert.Equal(HttpStatusCode.OK, (await MoveAsync(tenant, now)).Status);

        var reply = await tenant.Api.RecordAsync(EventText.Of(environment, "1", time: time));

        Assert.Equal((code is null ? HttpStatusCode.OK : HttpStatusCode.UnprocessableEntity, code), (reply.Status, reply.Code));
    }

    private static (HttpStatusCode, string?) Of(ApiReply reply) => (reply.Status, reply.Code);

    private static Task<ApiReply> MoveAsync(TenantUnderTest tenant, string now) => tenant.Api.SendJsonAsync(
        HttpMethod.Put, $"/api/v1/tenants/{tenant.Id}/clock", JsonSerializer.Serialize(new { now }));
}
