using System.Net;
using System.Text.Json;
using CopilotCapacity.Portal.Tests.Features.Permissions;
using CopilotCapacity.Testing;

namespace CopilotCapacity.Portal.Tests.Hosting.Http;

/// <summary>What every call has in common: the order of refusals, the form of errors, versions, repeats and lists.</summary>
public sealed class ConventionTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    private static readonly string s_none = Guid.NewGuid().ToString();

    [Theory]
    [InlineData("GET", "/api/v1/tenants")]
    [InlineData("GET", "/api/v1/nothing-here")]
    [InlineData("DELETE", "/api/v1/tenants")]
    [InlineData("POST", "/api/v1/events")]
    [InlineData("GET", "/api/v1/environments/not-a-guid/quota")]
    [InlineData("GET", "/api/v1/tenants/not-a-guid")]
    public async Task Call_WithoutKey_Is401(string method, string path)
    {
        using var client = fixture.Portal.CreateClient();

        var reply = await client.SendJsonAsync(new HttpMethod(method), path, method is "POST" ? "{" : null);

        Assert.Equal((HttpStatusCode.Unauthorized, "unauthorized"), (reply.Status, reply.Code));
    }

    [Theory]
    [InlineData("GET", "/api/v1/nothing-here")]
    [InlineData("GET", "/api/v1")]
    [InlineData("GET", "/api/v2/tenants")]
    [InlineData("GET", "/api")]
    [InlineData("GET", "/api/v1/tenants/not-a-guid")]
    [InlineData("PUT", "/api/v1/tenants/not-a-guid")]
    [InlineData("POST", "/api/v1/tenants/not-a-guid/environments")]
    [InlineData("GET", "/api/v1/tenants/00000000-0000-0000-0000-000000000001/capacity")]
    public async Task UnknownResource_Is404Problem(string method, string path)
    {
        using var admin = fixture.Portal.CreateApi();

        var reply = await admin.SendJsonAsync(new HttpMethod(method), path, method is "GET" ? null : "{");

        Assert.Equal((HttpStatusCode.NotFound, "not_found"), (reply.Status, reply.Code));
    }

    [Fact]
    public async Task MalformedId_InDevelopment_Is404Too()
    {
        await using var portal = new PortalUnderTest { EnvironmentName = "Development" };
        using var admin = portal.CreateApi();

        var reply = await admin.ReadAsync("/api/v1/tenants/not-a-guid");

        Assert.Equal((HttpStatusCode.NotFound, "not_found"), (reply.Status, reply.Code));
    }

    [Theory]
    [InlineData("DELETE", "/api/v1/tenants", "GET, POST")]
    [InlineData("GET", "/api/v1/events", "POST")]
    [InlineData("POST", "/api/v1/environments/x/quota", "GET")]
    [InlineData("PATCH", "/api/v1/tenants/x/environments/y/allocation", "GET, PUT")]
    public async Task WrongMethod_Is405WithAllow(string method, string path, string allowed)
    {
        using var admin = fixture.Portal.CreateApi();

        var reply = await admin.SendJsonAsync(new HttpMethod(method), path, null);

        Assert.Equal((HttpStatusCode.MethodNotAllowed, "method_not_allowed"), (reply.Status, reply.Code));
        Assert.Equal(allowed, string.Join(", ", reply.Message.Content.Headers.Allow.Order(StringComparer.Ordinal)));
    }

    public static TheoryData<string, string, string> InTenant => new()
    {
        { "GET", "", "" },
        { "PUT", "", "{" },
        { "PUT", "/clock", "{" },
        { "GET", "/environments", "" },
        { "POST", "/environments", "{" },
        { "GET", "/environments/E", "" },
        { "PUT", "/environments/E", "{" },
        { "DELETE", "/environments/E", "" },
        { "GET", "/environments/E/allocation", "" },
        { "PUT", "/environments/E/allocation", "{" },
        { "GET", "/grants", "" },
        { "POST", "/grants", "{" },
        { "GET", "/grants/G", "" },
        { "DELETE", "/grants/G", "" },
        { "POST", "/message-packs", "{" },
        { "GET", "/capacity", "" },
        { "GET", "/usage", "" },
        { "GET", "/usage/events", "" },
        { "GET", "/rates", "" },
        { "PUT", "/rates/credits", "{" },
        { "POST", "/reallocations", "{" },
        { "GET", "/billing-plans", "" },
        { "POST", "/billing-plans", "{" },
        { "GET", "/billing-plans/P", "" },
        { "PUT", "/billing-plans/P", "{" },
        { "DELETE", "/billing-plans/P", "" },
        { "POST", "/billing-plans/P/environments", "{" },
        { "PUT", "/billing-plans/P/budget", "{" },
        { "GET", "/billing-plans/P/spend", "" },
        { "GET", "/api-keys", "" },
        { "POST", "/api-keys", "{" },
        { "DELETE", "/api-keys/K", "" },
        { "GET", "/channels", "" },
        { "POST", "/channels", "{" },
        { "GET", "/channels/C", "" },
        { "PUT", "/channels/C", "{" },
        { "DELETE", "/channels/C", "" },
        { "POST", "/channels/C/rotate", "{" },
        { "POST", "/channels/C/test", "{" },
        { "GET", "/deliveries", "" },
    };

    [Theory]
    [MemberData(nameof(InTenant))]
    public async Task AnotherTenantsResource_IsAnsweredAsOneThatDoesNotExist(string method, string path, string body)
    {
        var (mine, other) = (await fixture.NewTenantAsync(), await fixture.NewTenantAsync());
        var theirs = await FillAsync(other, path);
        var content = body.Length == 0 ? null : body;

        var reply = await mine.Api.SendJsonAsync(new HttpMethod(method), $"/api/v1/tenants/{other.Id}{theirs}", content);
        var nothing = await mine.Api.SendJsonAsync(new HttpMethod(method), $"/api/v1/tenants/{Guid.NewGuid()}{theirs}", content);

        Assert.Equal((HttpStatusCode.NotFound, "not_found"), (reply.Status, reply.Code));
        Assert.Equal(nothing.Body, reply.Body);
    }

    [Theory]
    [InlineData("GET", "/environments/E")]
    [InlineData("PUT", "/environments/E")]
    [InlineData("DELETE", "/environments/E")]
    [InlineData("GET", "/environments/E/allocation")]
    [InlineData("GET", "/grants/G")]
    [InlineData("DELETE", "/grants/G")]
    [InlineData("DELETE", "/api-keys/K")]
    [InlineData("GET", "/billing-plans/P")]
    [InlineData("DELETE", "/billing-plans/P")]
    [InlineData("POST", "/billing-plans/P/environments")]
    [InlineData("PUT", "/billing-plans/P/budget")]
    [InlineData("GET", "/billing-plans/P/spend")]
    [InlineData("PUT", "/channels/C")]
    [InlineData("POST", "/channels/C/rotate")]
    public async Task MissingScope_Is403OnlyForWhatIsThere(string method, string path)
    {
        var tenant = await fixture.NewTenantAsync();
        using var powerless = await fixture.WithScopesAsync(tenant, "usage:write");
        var there = await FillAsync(tenant, path);
        var gone = path.Replace("E", s_none, StringComparison.Ordinal).Replace("G", s_none, StringComparison.Ordinal)
            .Replace("K", s_none, StringComparison.Ordinal).Replace("P", s_none, StringComparison.Ordinal).Replace("C", s_none, StringComparison.Ordinal);

        var refused = await powerless.SendJsonAsync(new HttpMethod(method), $"/api/v1/tenants/{tenant.Id}{there}", null);
        var missing = await powerless.SendJsonAsync(new HttpMethod(method), $"/api/v1/tenants/{tenant.Id}{gone}", null);

        Assert.Equal((HttpStatusCode.Forbidden, "missing_scope"), (refused.Status, refused.Code));
        Assert.Equal((HttpStatusCode.NotFound, "not_found"), (missing.Status, missing.Code));
    }

    [Fact]
    public async Task MissingScope_OnQuota_Is403OnlyForWhatIsThere()
    {
        var tenant = await fixture.NewTenantAsync();
        using var powerless = await fixture.WithScopesAsync(tenant, "usage:write");
        var environment = await tenant.NewEnvironmentAsync();

        Assert.Equal(HttpStatusCode.Forbidden, (await powerless.ReadAsync($"/api/v1/environments/{environment}/quota")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await powerless.ReadAsync($"/api/v1/environments/{s_none}/quota")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await powerless.ReadAsync("/api/v1/environments/x/quota")).Status);
    }

    [Fact]
    public async Task MissingScope_OnWhatUseMakes_Is403OnlyForWhatIsThere()
    {
        var tenant = await fixture.NewTenantAsync(PermissionCalls.Start);
        await tenant.BuyAsync(25_000);
        var environment = await tenant.NewEnvironmentAsync();
        var path = $"/api/v1/tenants/{tenant.Id}";
        using var admin = fixture.Portal.CreateApi();
        using var usage = await fixture.WithScopesAsync(tenant, "usage:write");
        using var powerless = await fixture.WithScopesAsync(tenant, "quota:read");
        var application = await CreateAsync(admin, $"{path}/environments/{environment}/applications", new { application = "sales", url = "https://sales.example" });
        var cap = await CreateAsync(admin, path + "/caps", new { scope = new { environmentId = environment }, per = "day", credits = 1 });
        var hold = await CreateAsync(usage, "/api/v1/holds", new { environmentId = environment, credits = 1 });
        var posted = await usage.SendJsonAsync(HttpMethod.Post, "/api/v1/consume", PermissionCalls.Use(environment, "e-1", 24_999));
        Assert.True(posted.Status == HttpStatusCode.OK, posted.Body);
        var sequence = posted.Json.GetProperty("sequence").ToString();
        var alert = (await admin.ReadAsync(path + "/alerts")).Json.GetProperty("items")[0].GetProperty("id").GetString()!;
        (HttpMethod Method, string There)[] calls =
        [
            (HttpMethod.Post, $"/api/v1/events/{sequence}/reversal"),
            (HttpMethod.Post, $"{path}/alerts/{alert}/acknowledge"),
            (HttpMethod.Delete, $"{path}/environments/{environment}/applications/{application}"),
            (HttpMethod.Get, $"{path}/caps/{cap}"),
            (HttpMethod.Put, $"{path}/caps/{cap}"),
            (HttpMethod.Delete, $"{path}/caps/{cap}"),
            (HttpMethod.Post, $"/api/v1/holds/{hold}/settle"),
            (HttpMethod.Delete, $"/api/v1/holds/{hold}"),
        ];

        foreach (var (method, there) in calls)
        {
            var gone = new[] { application, cap, hold, alert }.Aggregate(there, (text, id) => text.Replace(id, s_none, StringComparison.Ordinal))
                .Replace($"/{sequence}/", "/999999/", StringComparison.Ordinal);
            Assert.Equal((there, HttpStatusCode.Forbidden), (there, (await powerless.SendJsonAsync(method, there, null)).Status));
            Assert.Equal((gone, HttpStatusCode.NotFound), (gone, (await powerless.SendJsonAsync(method, gone, null)).Status));
        }
    }

    private static async Task<string> CreateAsync(HttpClient api, string path, object body)
    {
        var reply = await api.SendJsonAsync(HttpMethod.Post, path, System.Text.Json.JsonSerializer.Serialize(body));
        Assert.Equal(HttpStatusCode.Created, reply.Status);
        return reply.Json.GetProperty("id").GetString()!;
    }

    [Theory]
    [InlineData("PUT", "", "{\"name\":\"New\"}")]
    [InlineData("PUT", "/environments/E", "{\"name\":\"New\",\"type\":\"SANDBOX\",\"region\":\"europe\"}")]
    [InlineData("PUT", "/environments/E/allocation", "{\"credits\":0}")]
    [InlineData("DELETE", "/environments/E", null)]
    [InlineData("DELETE", "/grants/G", null)]
    [InlineData("PUT", "/billing-plans/P", "{\"name\":\"New\"}")]
    [InlineData("DELETE", "/billing-plans/P", null)]
    [InlineData("PUT", "/channels/C", "{\"name\":\"New\",\"url\":\"https://hooks.contoso.example\"}")]
    [InlineData("DELETE", "/channels/C", null)]
    public async Task Change_NeedsTheVersionSeen_BeforeItsBodyIsRead(string method, string path, string? body)
    {
        var tenant = await fixture.NewTenantAsync();
        using var admin = fixture.Portal.CreateApi();
        var url = $"/api/v1/tenants/{tenant.Id}{await FillAsync(tenant, path)}";
        var seen = await admin.ReadAsync(url);

        var without = await admin.SendJsonAsync(new HttpMethod(method), url, body is null ? null : "{");
        var stale = await admin.SendJsonAsync(new HttpMethod(method), url, body is null ? null : "{", ("If-Match", "\"999\""));
        var weak = await admin.SendJsonAsync(new HttpMethod(method), url, body, ("If-Match", $"W/{seen.ETag}"));
        var right = await admin.SendJsonAsync(new HttpMethod(method), url, body, ("If-Match", seen.ETag!));
        var again = await admin.SendJsonAsync(new HttpMethod(method), url, body, ("If-Match", seen.ETag!));

        Assert.Equal((HttpStatusCode)428, without.Status);
        Assert.Equal("precondition_required", without.Code);
        Assert.Equal((HttpStatusCode.PreconditionFailed, "precondition_failed"), (stale.Status, stale.Code));
        Assert.Equal(HttpStatusCode.PreconditionFailed, weak.Status);
        Assert.Equal(body is null ? HttpStatusCode.NoContent : HttpStatusCode.OK, right.Status);
        Assert.Equal(path is "/environments/E" or "/billing-plans/P" or "/channels/C" && body is null
            ? HttpStatusCode.NotFound
            : HttpStatusCode.PreconditionFailed, again.Status);
        if (body is not null)
        {
            var now = await admin.ReadAsync(url);
            Assert.Equal(now.ETag, right.ETag);
            Assert.Equal(HttpStatusCode.OK, (await admin.SendJsonAsync(new HttpMethod(method), url, body, ("If-Match", "*"))).Status);
        }
    }

    [Theory]
    [InlineData("not json", 400, "invalid_json")]
    [InlineData("", 400, "invalid_json")]
    [InlineData("null", 400, "invalid_json")]
    [InlineData("[]", 400, "invalid_json")]
    [InlineData("{\"amount\": 5", 400, "invalid_json")]
    [InlineData("{\"amount\": 5} x", 400, "invalid_json")]
    [InlineData("{\"amount\": 5, \"amount\": 6}", 400, "invalid_json")]
    [InlineData("{}", 422, "invalid_request")]
    [InlineData("{\"amount\": null}", 422, "invalid_request")]
    [InlineData("{\"amount\": \"5\"}", 422, "invalid_request")]
    [InlineData("{\"amount\": 0}", 422, "invalid_request")]
    [InlineData("{\"amount\": -0}", 422, "invalid_request")]
    [InlineData("{\"amount\": -1}", 422, "invalid_request")]
    [InlineData("{\"amount\": 0.0005}", 422, "invalid_request")]
    [InlineData("{\"amount\": 1e400}", 422, "invalid_request")]
    [InlineData("{\"amount\": 1e15}", 422, "invalid_request")]
    [InlineData("{\"amount\": 1, \"kind\": \"gift\"}", 422, "invalid_request")]
    [InlineData("{\"amount\": 1, \"kind\": 1}", 422, "invalid_request")]
    [InlineData("{\"amount\": 1, \"kind\": \"1\"}", 422, "invalid_request")]
    [InlineData("{\"amount\": 1, \"kind\": \"included, messagePack\"}", 422, "invalid_request")]
    [InlineData("{\"amount\": 1, \"priority\": 1.5}", 422, "invalid_request")]
    [InlineData("{\"amount\": 1, \"id\": \"x\"}", 422, "invalid_request")]
    [InlineData("{\"amount\": 1, \"id\": \"00000000-0000-0000-0000-000000000000\"}", 422, "invalid_request")]
    [InlineData("{\"amount\": 1, \"expiresAt\": \"2026-11-15\"}", 422, "invalid_request")]
    [InlineData("{\"amount\": 1, \"expiresAt\": \"2027-02-30T00:00:00Z\"}", 422, "invalid_request")]
    [InlineData("{\"amount\": 1, \"expiresAt\": \"2026-11-15T12:00:00Z\"}", 422, "expires_in_the_past")]
    [InlineData("{\"amount\": 1, \"kind\": \"\\ud800\"}", 422, "invalid_request")]
    public async Task Body_ThatCannotBeMeant_IsRefusedAndLeavesNothing(string body, int status, string code)
    {
        var tenant = await fixture.NewTenantAsync();

        var reply = await tenant.Api.SendJsonAsync(HttpMethod.Post, $"/api/v1/tenants/{tenant.Id}/grants", body, ("Idempotency-Key", "k"));

        Assert.Equal((status, code), ((int)reply.Status, reply.Code));
        Assert.Equal(status, reply.Json.GetProperty("status").GetInt32());
        Assert.Empty((await tenant.Api.ReadAsync($"/api/v1/tenants/{tenant.Id}/grants")).Json.GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task FieldError_StandsUnderThePathOfTheField()
    {
        var tenant = await fixture.NewTenantAsync();

        var reply = await tenant.Api.SendJsonAsync(
            HttpMethod.Post, $"/api/v1/tenants/{tenant.Id}/message-packs", "{\"packs\": 1, \"unitPrice\": {\"amount\": 12, \"currency\": \"USD\"}}");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, reply.Status);
        Assert.True(reply.Json.GetProperty("errors").TryGetProperty("unitPrice.amount", out _), reply.Body);
    }

    [Fact]
    public async Task Body_Over4MiB_Is413_AlsoChunked()
    {
        var tenant = await fixture.NewTenantAsync();
        var large = "{\"name\": \"" + new string('x', 4 * 1024 * 1024) + "\"}";
        var chunked = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/tenants/{tenant.Id}/environments")
        {
            Content = new StreamContent(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(large))),
        };
        chunked.Headers.TransferEncodingChunked = true;
        chunked.Content.Headers.ContentLength = null;

        var whole = await tenant.Api.SendJsonAsync(HttpMethod.Post, $"/api/v1/tenants/{tenant.Id}/environments", large);
        var inChunks = await tenant.Api.AskAsync(chunked);

        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, "too_large"), (whole.Status, whole.Code));
        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, "too_large"), (inChunks.Status, inChunks.Code));
    }

    public static TheoryData<string, string, string> Creating => new()
    {
        { "/environments", "{\"name\": \"A\", \"type\": \"Trial\", \"region\": \"eu\"}", "{\"name\": \"B\", \"type\": \"trial\", \"region\": \"eu\"}" },
        { "/grants", "{\"amount\": 5}", "{\"amount\": 6}" },
        { "/billing-plans", PlanText.Of("A"), PlanText.Of("B") },
        { "/message-packs", "{\"packs\": 1}", "{\"packs\": 2}" },
        { "/api-keys", "{\"name\": \"k\", \"scopes\": [\"quota:read\"]}", "{\"name\": \"k2\", \"scopes\": [\"quota:read\"]}" },
        { "/channels", "{\"name\": \"A\", \"kind\": \"webhook\", \"url\": \"https://a.example\"}", "{\"name\": \"B\", \"kind\": \"webhook\", \"url\": \"https://a.example\"}" },
    };

    [Theory]
    [MemberData(nameof(Creating))]
    public async Task Create_UnderAnIdempotencyKey_HappensOnce(string path, string body, string other)
    {
        var tenant = await fixture.NewTenantAsync();
        using var admin = fixture.Portal.CreateApi();
        var url = $"/api/v1/tenants/{tenant.Id}{path}";
        var before = await CountAsync(admin, tenant.Id, path);

        var first = await admin.SendJsonAsync(HttpMethod.Post, url, body, ("Idempotency-Key", "abc"));
        var second = await admin.SendJsonAsync(HttpMethod.Post, url, " " + body, ("Idempotency-Key", "abc"));
        var reused = await admin.SendJsonAsync(HttpMethod.Post, url, other, ("Idempotency-Key", "abc"));
        var unusable = await admin.SendJsonAsync(HttpMethod.Post, url, body, ("Idempotency-Key", new string('x', 256)));

        Assert.Equal(HttpStatusCode.Created, first.Status);
        Assert.Equal((first.Status, first.Body, first.ETag), (second.Status, second.Body, second.ETag));
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "idempotency_key_reused"), (reused.Status, reused.Code));
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "invalid_idempotency_key"), (unusable.Status, unusable.Code));
        Assert.Equal(before + 1, await CountAsync(admin, tenant.Id, path));
    }

    [Fact]
    public async Task IdempotencyKey_WithABodyThatIsNoText_IsNoServerError()
    {
        var tenant = await fixture.NewTenantAsync();

        var reply = await tenant.Api.SendJsonAsync(
            HttpMethod.Post, $"/api/v1/tenants/{tenant.Id}/grants", "{\"amount\": 1, \"note\": \"\\ud800\"}", ("Idempotency-Key", "k"));

        Assert.Equal(HttpStatusCode.Created, reply.Status);
    }

    [Theory]
    [InlineData("limit=0")]
    [InlineData("limit=1001")]
    [InlineData("limit=-1")]
    [InlineData("limit=x")]
    [InlineData("limit=1&limit=2")]
    [InlineData("cursor=!!!")]
    [InlineData("cursor=a")]
    [InlineData("cursor=%E4%BD%A0")]
    [InlineData("cursor=MTpvdGhlcg")]
    public async Task List_WithAPageThatIsNone_Is422(string query)
    {
        var tenant = await fixture.NewTenantAsync();

        var reply = await tenant.Api.ReadAsync($"/api/v1/tenants/{tenant.Id}/grants?{query}");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, reply.Status);
    }

    [Fact]
    public async Task List_ReadPageByPage_HoldsEachItemOnce()
    {
        var tenant = await fixture.NewTenantAsync();
        for (var count = 0; count < 5; count++)
        {
            await tenant.BuyAsync(1);
        }

        var seen = new List<Guid>();
        var next = "";
        do
        {
            var page = (await tenant.Api.ReadAsync($"/api/v1/tenants/{tenant.Id}/grants?limit=2{next}")).Json;
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetGuid()));
            next = page.GetProperty("next").ValueKind == JsonValueKind.Null ? null : $"&cursor={page.GetProperty("next").GetString()}";
        }
        while (next is not null);

        Assert.Equal(5, seen.Distinct().Count());
        Assert.Equal(5, seen.Count);
    }

    private static async Task<int> CountAsync(HttpClient api, Guid tenant, string path)
    {
        var list = path is "/message-packs" ? "/grants" : path;
        return (await api.ReadAsync($"/api/v1/tenants/{tenant}{list}")).Json.GetProperty("items").GetArrayLength();
    }

    // C, E, G, K and P stand for a channel, an environment, a grant, a key and a billing plan of the tenant.
    private async Task<string> FillAsync(TenantUnderTest tenant, string path)
    {
        if (path.Contains("/E", StringComparison.Ordinal))
        {
            return path.Replace("E", (await tenant.NewEnvironmentAsync()).ToString(), StringComparison.Ordinal);
        }

        if (path.Contains("/P", StringComparison.Ordinal))
        {
            return path.Replace("P", (await tenant.NewPlanAsync()).ToString(), StringComparison.Ordinal);
        }

        if (path.Contains("/C", StringComparison.Ordinal))
        {
            var made = await tenant.Api.SendJsonAsync(
                HttpMethod.Post, $"/api/v1/tenants/{tenant.Id}/channels", "{\"name\": \"Hook\", \"kind\": \"webhook\", \"url\": \"https://hooks.contoso.example\"}");
            return path.Replace("C", made.Json.GetProperty("id").GetString(), StringComparison.Ordinal);
        }

        if (path.EndsWith("/G", StringComparison.Ordinal))
        {
            return path.Replace("G", (await tenant.BuyAsync(1)).Json.GetProperty("id").GetString(), StringComparison.Ordinal);
        }

        if (path.EndsWith("/K", StringComparison.Ordinal))
        {
            using var admin = fixture.Portal.CreateApi();
            var keys = (await admin.ReadAsync($"/api/v1/tenants/{tenant.Id}/api-keys")).Json;
            return path.Replace("K", keys.GetProperty("items")[0].GetProperty("id").GetString(), StringComparison.Ordinal);
        }

        return path;
    }
}
