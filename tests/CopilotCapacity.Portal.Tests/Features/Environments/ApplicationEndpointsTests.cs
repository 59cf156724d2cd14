using System.Net;
using System.Text.Json;
using CopilotCapacity.Testing;

namespace CopilotCapacity.Portal.Tests.Features.Environments;

public sealed class ApplicationEndpointsTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    private const string Link = "{\"application\": \"sales\", \"url\": \"https://contoso.crm.dynamics.com\"}";

    [Fact]
    public async Task Link_MakesTheApplicationASubjectOfItsEnvironment()
    {
        var tenant = await fixture.NewTenantAsync();
        await tenant.BuyAsync(100);
        var environment = await tenant.NewEnvironmentAsync();
        var application = await LinkAsync(tenant, environment);
        var recorded = await tenant.Api.RecordAsync(EventText.Of(application, "1"));

        Assert.Equal(2, recorded.Item(0).Number("credits"));
        Assert.Equal(2, (await tenant.CapacityAsync()).Number("consumed"));
        var listed = await tenant.Api.ReadAsync(Applications(tenant, environment));
        Assert.Equal(application, listed.Item(0).GetProperty("id").GetGuid());
    }

    [Fact]
    public async Task Unlink_KeepsFactsUnattributedAndRefusesPermissions_UntilItIsLinkedElsewhere()
    {
        var tenant = await fixture.NewTenantAsync();
        await tenant.BuyAsync(100);
        var (environment, other) = (await tenant.NewEnvironmentAsync(), await tenant.NewEnvironmentAsync());
        var application = await LinkAsync(tenant, environment);
        var gone = await tenant.Api.SendJsonAsync(HttpMethod.Delete, $"{Applications(tenant, environment)}/{application}", null);
        var use = EventText.Of(application, "1", "credits", "{\"quantity\": 7}");

        var kept = await tenant.Api.RecordAsync(EventText.Array([use, EventText.Of(application, "2", "credits", "{\"quantity\": 5}")]));
        var again = await tenant.Api.RecordAsync(use);
        var other7 = await tenant.Api.RecordAsync(EventText.Of(application, "1", "credits", "{\"quantity\": 8}"));
        var asked = await tenant.Api.SendJsonAsync(HttpMethod.Post, "/api/v1/consume", EventText.Of(application, "3", time: null));
        var held = await tenant.Api.SendJsonAsync(
            HttpMethod.Post, "/api/v1/holds", JsonSerializer.Serialize(new { environmentId = application, credits = 1 }));
        var before = await tenant.CapacityAsync();

        Assert.Equal(HttpStatusCode.NoContent, gone.Status);
        Assert.All(kept.Json.GetProperty("items").EnumerateArray(), item => Assert.Equal("recorded", item.GetProperty("outcome").GetString()));
        Assert.Equal(0, kept.Item(0).Number("credits"));
        Assert.Equal("duplicate", again.Item(0).GetProperty("outcome").GetString());
        Assert.Equal(kept.Item(0).GetProperty("sequence").GetInt64(), again.Item(0).GetProperty("sequence").GetInt64());
        Assert.Equal("event_conflict", other7.Code);
        Assert.Equal((HttpStatusCode.PaymentRequired, "not_linked"), (asked.Status, asked.Code));
        Assert.Equal("application", asked.Json.GetProperty("explanation")[0].GetProperty("source").GetString());
        Assert.Equal("not_linked", held.Code);
        Assert.Equal(0, before.Number("consumed"));
        Assert.Equal(["usage.unlinked"], await KindsAsync(tenant));

        Assert.Equal(HttpStatusCode.Created, (await LinkAgainAsync(tenant, other, application)).Status);
        Assert.Equal(12, (await tenant.CapacityAsync()).Number("consumed"));
        Assert.Equal("duplicate", (await tenant.Api.RecordAsync(use)).Item(0).GetProperty("outcome").GetString());
        var usage = await tenant.UsageAsync("from=2026-11-01T00:00:00Z&to=2026-12-01T00:00:00Z&groupBy=environment&granularity=none");
        Assert.Equal(12, usage.Number("totals", "billed"));
        Assert.Equal(other, usage.GetProperty("items")[0].GetProperty("key").GetProperty("environment").GetGuid());
        var verified = await tenant.Api.SendJsonAsync(HttpMethod.Post, $"/api/v1/tenants/{tenant.Id}/ledger/verify", null);
        Assert.True(verified.Json.GetProperty("ok").GetBoolean(), verified.Body);
    }

    [Theory]
    [InlineData("{\"url\": \"https://contoso.example\"}", "application")]
    [InlineData("{\"application\": \"sales\"}", "url")]
    [InlineData("{\"application\": \"sales\", \"url\": \"contoso\"}", "url")]
    [InlineData("{\"application\": \"sales\", \"url\": \"javascript:alert(1)\"}", "url")]
    [InlineData("{\"application\": \"outlook\", \"url\": \"https://contoso.example\"}", "application")]
    public async Task Link_WithAFault_NamesTheField(string body, string field)
    {
        var tenant = await fixture.NewTenantAsync();
        var answer = await tenant.Api.SendJsonAsync(HttpMethod.Post, Applications(tenant, await tenant.NewEnvironmentAsync()), body);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.Status);
        Assert.True(answer.Json.GetProperty("errors").TryGetProperty(field, out _), answer.Body);
    }

    [Fact]
    public async Task Link_AnIdThatIsTaken_OrWhatIsNotThere_IsRefused()
    {
        var (tenant, stranger) = (await fixture.NewTenantAsync(), await fixture.NewTenantAsync());
        var environment = await tenant.NewEnvironmentAsync();
        var application = await LinkAsync(tenant, environment);

        Assert.Equal("already_exists", (await LinkAgainAsync(tenant, environment, application)).Code);
        Assert.Equal("already_exists", (await LinkAgainAsync(tenant, environment, environment)).Code);
        var theirs = await stranger.Api.SendJsonAsync(HttpMethod.Post, Applications(tenant, environment), Link);
        Assert.Equal(HttpStatusCode.NotFound, theirs.Status);
        var unknown = await tenant.Api.SendJsonAsync(HttpMethod.Delete, $"{Applications(tenant, environment)}/{Guid.NewGuid()}", null);
        Assert.Equal(HttpStatusCode.NotFound, unknown.Status);
    }

    private static string Applications(TenantUnderTest tenant, Guid environment) =>
        $"/api/v1/tenants/{tenant.Id}/environments/{environment}/applications";

    private static async Task<Guid> LinkAsync(TenantUnderTest tenant, Guid environment)
    {
        var linked = await tenant.Api.SendJsonAsync(HttpMethod.Post, Applications(tenant, environment), Link);
        Assert.True(linked.Status == HttpStatusCode.Created, linked.Body);
        return linked.Json.GetProperty("id").GetGuid();
    }

    private static Task<ApiReply> LinkAgainAsync(TenantUnderTest tenant, Guid environment, Guid id) => tenant.Api.SendJsonAsync(
        HttpMethod.Post,
        Applications(tenant, environment),
        JsonSerializer.Serialize(new { id, application = "sales", url = "https://contoso.crm.dynamics.com" }));

    private static async Task<List<string?>> KindsAsync(TenantUnderTest tenant) =>
    [
        .. (await tenant.Api.ReadAsync($"/api/v1/tenants/{tenant.Id}/alerts")).Json.GetProperty("items").EnumerateArray()
            .Select(alert => alert.GetProperty("kind").GetString()),
    ];
}
