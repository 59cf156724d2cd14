using System.Net;
using System.Text.Json;
using CopilotCapacity.Testing;

namespace CopilotCapacity.Portal.Tests.Features.Reallocations;

public sealed class ReallocationEndpointsTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task Moves_ThenUndo_SetTheAllocations()
    {
        var (tenant, first, second) = await FilledAsync();
        var before = await tenant.Api.ReadAsync(Allocation(tenant, first));

        var tried = await MoveAsync(tenant, Move(first, second, 25), dryRun: true);
        Assert.Equal(before.Body, (await tenant.Api.ReadAsync(Allocation(tenant, first))).Body);
        var made = await MoveAsync(tenant, Move(first, second, 25));
        var after = await tenant.Api.ReadAsync(Allocation(tenant, first));
        var undone = await UndoAsync(tenant, made);
        var again = await UndoAsync(tenant, made);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.OK), (tried.Status, made.Status, undone.Status));
        Assert.False(tried.Json.GetProperty("applied").GetBoolean());
        Assert.Equal(JsonValueKind.Null, tried.Json.GetProperty("id").ValueKind);
        Assert.Equal(
            $"{{\"id\":{made.Json.GetProperty("id").GetRawText()}," +
            $"\"before\":[{{\"environmentId\":\"{first}\",\"credits\":60}},{{\"environmentId\":\"{second}\",\"credits\":0}}]," +
            $"\"after\":[{{\"environmentId\":\"{first}\",\"credits\":35}},{{\"environmentId\":\"{second}\",\"credits\":25}}]," +
            $"\"statuses\":[{{\"environmentId\":\"{first}\",\"before\":\"available\",\"after\":\"available\"}}," +
            $"{{\"environmentId\":\"{second}\",\"before\":\"depleted\",\"after\":\"available\"}}],\"applied\":true}}",
            made.Body);
        Assert.Equal(35, after.Json.Number("credits"));
        Assert.NotEqual(before.ETag, after.ETag, StringComparer.Ordinal);
        Assert.Equal((HttpStatusCode.Conflict, "already_undone"), (again.Status, again.Code));
        Assert.Equal(before.Body, (await tenant.Api.ReadAsync(Allocation(tenant, first))).Body);
        Assert.Equal(made.Json.GetProperty("before").GetRawText(), undone.Json.GetProperty("after").GetRawText());
        Assert.Equal("not_found", (await tenant.Api.SendJsonAsync(HttpMethod.Post, $"{Url(tenant)}/{Guid.NewGuid()}/undo", null)).Code);
        Assert.Equal("not_found", (await tenant.Api.SendJsonAsync(HttpMethod.Post, $"{Url(tenant)}/x/undo", null)).Code);
    }

    [Fact]
    public async Task ThePool_IsNull_AndWhatDoesNotFitIs409()
    {
        var (tenant, first, second) = await FilledAsync();
        await tenant.Api.RecordAsync(EventText.Of(first, "1", "credits", "{\"quantity\": 50}"));

        var tooMuch = await MoveAsync(tenant, Move(null, second, 40.001m));
        var tooLittle = await MoveAsync(tenant, Move(first, null, 10.001m));
        var fits = await MoveAsync(tenant, Move(first, null, 10), Move(null, second, 50));

        Assert.Equal((HttpStatusCode.Conflict, "exceeds_entitlement", 40m), (tooMuch.Status, tooMuch.Code, tooMuch.Json.Number("available")));
        Assert.Equal((HttpStatusCode.Conflict, "below_consumed"), (tooLittle.Status, tooLittle.Code));
        var pool = fits.Json.GetProperty("after")[2];
        Assert.Equal((JsonValueKind.Null, 0m), (pool.GetProperty("environmentId").ValueKind, pool.Number("credits")));
        Assert.Equal(0, (await tenant.CapacityAsync()).Number("pool", "size"));
    }

    [Fact]
    public async Task UnderAnIdempotencyKey_CreditsMoveOnce()
    {
        var (tenant, first, second) = await FilledAsync();
        var body = $"{{\"moves\": [{{\"from\": \"{first}\", \"to\": \"{second}\", \"credits\": 10}}], \"reason\": \"more\"}}";

        var made = await tenant.Api.SendJsonAsync(HttpMethod.Post, Url(tenant), body, ("Idempotency-Key", "k"));
        var again = await tenant.Api.SendJsonAsync(HttpMethod.Post, Url(tenant), body, ("Idempotency-Key", "k"));
        var other = await tenant.Api.SendJsonAsync(HttpMethod.Post, Url(tenant), body.Replace("10", "11", StringComparison.Ordinal), ("Idempotency-Key", "k"));

        Assert.Equal(HttpStatusCode.OK, made.Status);
        Assert.Equal(made.Body, again.Body);
        Assert.Equal("idempotency_key_reused", other.Code);
        Assert.Equal(50, (await tenant.Api.ReadAsync(Allocation(tenant, first))).Json.Number("credits"));
    }

    [Theory]
    [InlineData("{}", "moves")]
    [InlineData("{\"moves\": []}", "moves")]
    [InlineData("{\"moves\": [null]}", "moves[0].credits")]
    [InlineData("{\"moves\": [{\"to\": \"E\"}]}", "moves[0].credits")]
    [InlineData("{\"moves\": [{\"to\": \"E\", \"credits\": 0}]}", "moves[0].credits")]
    [InlineData("{\"moves\": [{\"to\": \"E\", \"credits\": -1}]}", "moves[0].credits")]
    [InlineData("{\"moves\": [{\"to\": \"E\", \"credits\": 0.0001}]}", "moves[0].credits")]
    [InlineData("{\"moves\": [{\"to\": \"E\", \"credits\": 1}, {\"from\": \"E\", \"to\": \"E\", \"credits\": 1}]}", "moves[1].to")]
    [InlineData("{\"moves\": [{\"credits\": 1}]}", "moves[0].to")]
    [InlineData("{\"moves\": [{\"from\": \"5f0b2b5c-52a9-4f30-9d2c-1d7f55d1a001\", \"to\": \"E\", \"credits\": 1}]}", "moves[0].from")]
    public async Task Moves_WithoutMeaning_NameTheField(string body, string field)
    {
        var (tenant, first, _) = await FilledAsync();

        var reply = await tenant.Api.SendJsonAsync(
            HttpMethod.Post, Url(tenant), body.Replace("\"E\"", $"\"{first}\"", StringComparison.Ordinal));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, reply.Status);
        Assert.True(reply.Json.GetProperty("errors").TryGetProperty(field, out _), reply.Body);
    }

    private async Task<(TenantUnderTest Tenant, Guid First, Guid Second)> FilledAsync()
    {
        var tenant = await fixture.NewTenantAsync();
        await tenant.BuyAsync(100);
        var (first, second) = (await tenant.NewEnvironmentAsync(drawFromTenantPool: false), await tenant.NewEnvironmentAsync(drawFromTenantPool: false));
        await tenant.AllocateAsync(first, 60);
        return (tenant, first, second);
    }

    private static string Url(TenantUnderTest tenant) => $"/api/v1/tenants/{tenant.Id}/reallocations";

    private static string Allocation(TenantUnderTest tenant, Guid environment) =>
        $"/api/v1/tenants/{tenant.Id}/environments/{environment}/allocation";

    private static object Move(Guid? from, Guid? to, decimal credits) => new { from, to, credits };

    private static Task<ApiReply> MoveAsync(TenantUnderTest tenant, object move, bool dryRun) =>
        tenant.Api.SendJsonAsync(HttpMethod.Post, Url(tenant), JsonSerializer.Serialize(new { moves = new[] { move }, dryRun }));

    private static Task<ApiReply> MoveAsync(TenantUnderTest tenant, params object[] moves) =>
        tenant.Api.SendJsonAsync(HttpMethod.Post, Url(tenant), JsonSerializer.Serialize(new { moves }));

    private static Task<ApiReply> UndoAsync(TenantUnderTest tenant, ApiReply made) =>
        tenant.Api.SendJsonAsync(HttpMethod.Post, $"{Url(tenant)}/{made.Json.GetProperty("id").GetString()}/undo", null);
}
