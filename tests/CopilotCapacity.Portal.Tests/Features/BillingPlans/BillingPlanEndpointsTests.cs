using System.Net;
using System.Text.Json;
using CopilotCapacity.Testing;

namespace CopilotCapacity.Portal.Tests.Features.BillingPlans;

public sealed class BillingPlanEndpointsTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task Create_WithEnvironments_IsReadBackAndPays()
    {
        var tenant = await fixture.NewTenantAsync();
        var environment = await tenant.NewEnvironmentAsync();
        var id = Guid.NewGuid();
        var body = $$"""
            { "id": "{{id}}", "name": "Europe", "subscriptionId": "sub-1", "resourceGroup": "rg-1", "region": "Europe",
              "environments": ["{{environment}}"], "unitPrice": { "amount": "0.012", "currency": "usd" } }
            """;

        var created = await tenant.Api.SendJsonAsync(HttpMethod.Post, tenant.Plans(), body);
        var read = await tenant.Api.ReadAsync(created.Message.Headers.Location!.ToString());
        await tenant.Api.RecordAsync(EventText.Of(environment, "1", "credits", "{\"quantity\": 10}"));
        var later = await tenant.Api.ReadAsync(tenant.Plans(id));
        var listed = await tenant.Api.ReadAsync(tenant.Plans());

        Assert.Equal(HttpStatusCode.Created, created.Status);
        Assert.Equal((created.Body, created.ETag), (read.Body, read.ETag));
        Assert.Equal(
            $"{{\"id\":\"{id}\",\"name\":\"Europe\",\"subscriptionId\":\"sub-1\",\"resourceGroup\":\"rg-1\",\"region\":\"Europe\"," +
            "\"unitPrice\":{\"amount\":\"0.012\",\"currency\":\"USD\"},\"plannedPrices\":[],\"status\":\"enabled\"," +
            $"\"environments\":[\"{environment}\"],\"budget\":null,\"azure\":{{\"lastSync\":null,\"resource\":null,\"drift\":null,\"failure\":null}}," +
            "\"monthToDate\":{\"credits\":0,\"spend\":{\"amount\":\"0.00\",\"currency\":\"USD\"}}}",
            read.Body);
        Assert.Equal(read.ETag, later.ETag);
        Assert.Equal(10, later.Json.Number("monthToDate", "credits"));
        Assert.Equal("0.12", later.Json.GetProperty("monthToDate").GetProperty("spend").GetProperty("amount").GetString());
        Assert.Equal(later.Body, listed.Item(0).GetRawText());
    }

    [Fact]
    public async Task PlannedPrice_ComesIntoForceOnItsDay_AndChargesBeforeKeepTheirs()
    {
        var start = new DateTimeOffset(2026, 1, 10, 0, 0, 0, TimeSpan.Zero);
        var tenant = await fixture.NewTenantAsync(start);
        var environment = await tenant.NewEnvironmentAsync();
        var plan = await tenant.NewPlanAsync(environment);
        await tenant.Api.RecordAsync(EventText.Of(environment, "1", "credits", "{\"quantity\": 10}", "2026-01-10T00:00:00Z"));

        var planned = await PutAsync(tenant, plan, """{ "plannedPrices": [{ "effectiveAt": "2026-01-20T00:00:00Z", "unitPrice": { "amount": "0.03", "currency": "USD" } }] }""");
        var other = await PutAsync(tenant, plan, """{ "plannedPrices": [{ "effectiveAt": "2026-01-20T00:00:00Z", "unitPrice": { "amount": "0.03", "currency": "EUR" } }] }""");
        var past = await PutAsync(tenant, plan, """{ "name": "Not kept", "plannedPrices": [{ "effectiveAt": "2026-01-10T00:00:00Z", "unitPrice": { "amount": "0.03", "currency": "USD" } }] }""");
        await tenant.Api.SendJsonAsync(HttpMethod.Put, $"/api/v1/tenants/{tenant.Id}/clock", """{ "now": "2026-01-20T00:00:00Z" }""");
        await tenant.Api.RecordAsync(EventText.Of(environment, "2", "credits", "{\"quantity\": 10}", "2026-01-20T00:00:00Z"));
        var read = (await tenant.Api.ReadAsync(tenant.Plans(plan))).Json;

        Assert.Equal("0.03", planned.Json.GetProperty("plannedPrices")[0].GetProperty("unitPrice").GetProperty("amount").GetString());
        Assert.Equal("0.01", planned.Json.GetProperty("unitPrice").GetProperty("amount").GetString());
        Assert.Equal("currency_mismatch", other.Code);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, past.Status);
        Assert.Equal(("Europe", "0.03", 0), (read.GetProperty("name").GetString(), read.GetProperty("unitPrice").GetProperty("amount").GetString(), read.GetProperty("plannedPrices").GetArrayLength()));
        Assert.Equal("0.40", read.GetProperty("monthToDate").GetProperty("spend").GetProperty("amount").GetString());
        Assert.True((await tenant.Api.SendJsonAsync(HttpMethod.Post, $"/api/v1/tenants/{tenant.Id}/ledger/verify", null)).Json.GetProperty("ok").GetBoolean());

        static Task<ApiReply> PutAsync(TenantUnderTest tenant, Guid plan, string body) => tenant.Api.SendJsonAsync(HttpMethod.Put, tenant.Plans(plan), body, ("If-Match", "*"));
    }

    [Theory]
    [InlineData("{\"subscriptionId\": \"s\", \"resourceGroup\": \"g\", \"region\": \"eu\"}", "name", "invalid_request")]
    [InlineData("{\"name\": \"A\", \"subscriptionId\": \" \", \"resourceGroup\": \"g\", \"region\": \"eu\"}", "subscriptionId", "invalid_request")]
    [InlineData("{\"name\": \"A\", \"subscriptionId\": \"s\", \"region\": \"eu\"}", "resourceGroup", "invalid_request")]
    [InlineData("{\"name\": \"A\", \"subscriptionId\": \"s\", \"resourceGroup\": \"g\"}", "region", "invalid_request")]
    [InlineData("{\"name\": \"A\", \"subscriptionId\": \"s\", \"resourceGroup\": \"g\", \"region\": \"eu\", \"unitPrice\": {\"amount\": \"0\", \"currency\": \"USD\"}}", "unitPrice", "invalid_request")]
    [InlineData("{\"name\": \"A\", \"subscriptionId\": \"s\", \"resourceGroup\": \"g\", \"region\": \"eu\", \"unitPrice\": {\"amount\": \"0.01\", \"currency\": \"EUR\"}}", "unitPrice.currency", "currency_mismatch")]
    [InlineData("{\"name\": \"A\", \"subscriptionId\": \"s\", \"resourceGroup\": \"g\", \"region\": \"eu\", \"environments\": [\"5f0b2b5c-52a9-4f30-9d2c-1d7f55d1a001\"]}", "environments[0]", "unknown_environment")]
    [InlineData("{\"name\": \"A\", \"subscriptionId\": \"s\", \"resourceGroup\": \"g\", \"region\": \"eu\", \"environments\": [null]}", "environments[0]", "invalid_request")]
    public async Task Create_WithoutMeaning_NamesTheField(string body, string field, string code)
    {
        var tenant = await fixture.NewTenantAsync();

        var reply = await tenant.Api.SendJsonAsync(HttpMethod.Post, tenant.Plans(), body);

        Assert.Equal((HttpStatusCode.UnprocessableEntity, code), (reply.Status, reply.Code));
        Assert.True(reply.Json.GetProperty("errors").TryGetProperty(field, out _), reply.Body);
        Assert.Empty((await tenant.Api.ReadAsync(tenant.Plans())).Json.GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task Create_WithOneEnvironmentThatDoesNotFit_LeavesNothing()
    {
        var tenant = await fixture.NewTenantAsync();
        var (fits, taken) = (await tenant.NewEnvironmentAsync(), await tenant.NewEnvironmentAsync());
        var trial = await NewEnvironmentAsync(tenant, "trial", "europe");
        var abroad = await NewEnvironmentAsync(tenant, "sandbox", "asia");
        await tenant.NewPlanAsync(taken);

        foreach (var (other, status, code) in new[]
        {
            (trial, HttpStatusCode.UnprocessableEntity, "environment_type_not_eligible"),
            (abroad, HttpStatusCode.UnprocessableEntity, "region_mismatch"),
            (taken, HttpStatusCode.Conflict, "on_another_plan"),
        })
        {
            var reply = await tenant.Api.SendJsonAsync(HttpMethod.Post, tenant.Plans(), PlanText.Of(environments: [fits, other]));
            Assert.Equal((status, code), (reply.Status, reply.Code));
        }

        Assert.Single((await tenant.Api.ReadAsync(tenant.Plans())).Json.GetProperty("items").EnumerateArray());
        Assert.False((await QuotaOf(tenant, fits)).GetProperty("payAsYouGo").GetProperty("enabled").GetBoolean());
    }

    [Fact]
    public async Task Join_IsRefusedForWhatDoesNotFit_AndMovesOnlyWhenAsked()
    {
        var tenant = await fixture.NewTenantAsync();
        var environment = await tenant.NewEnvironmentAsync();
        var trial = await NewEnvironmentAsync(tenant, "trial", "europe");
        var abroad = await NewEnvironmentAsync(tenant, "production", "asia");
        var (first, second) = (await tenant.NewPlanAsync(environment), await tenant.NewPlanAsync());

        Assert.Equal((HttpStatusCode.Conflict, "on_another_plan"), Of(await JoinAsync(second, environment)));
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "environment_type_not_eligible"), Of(await JoinAsync(second, trial)));
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "region_mismatch"), Of(await JoinAsync(second, abroad)));
        Assert.Equal((HttpStatusCode.NotFound, "not_found"), Of(await JoinAsync(second, Guid.NewGuid())));
        Assert.Equal((HttpStatusCode.NotFound, "not_found"), Of(await JoinAsync(Guid.NewGuid(), environment)));

        var before = await tenant.Api.ReadAsync(tenant.Plans(first));
        var moved = await JoinAsync(second, environment, move: true);
        var after = await tenant.Api.ReadAsync(tenant.Plans(first));
        Assert.Equal(HttpStatusCode.OK, moved.Status);
        Assert.Equal(environment, moved.Json.GetProperty("environments")[0].GetGuid());
        Assert.Empty(after.Json.GetProperty("environments").EnumerateArray());
        Assert.NotEqual(before.ETag, after.ETag, StringComparer.Ordinal);
        var again = await JoinAsync(second, environment);
        Assert.Equal((moved.Body, moved.ETag), (again.Body, again.ETag));

        static (HttpStatusCode, string?) Of(ApiReply reply) => (reply.Status, reply.Code);

        Task<ApiReply> JoinAsync(Guid plan, Guid environmentId, bool? move = null) => tenant.Api.SendJsonAsync(
            HttpMethod.Post, $"{tenant.Plans(plan)}/environments", JsonSerializer.Serialize(new { environmentId, move }));
    }

    [Fact]
    public async Task Leave_NeedsThePlansVersion_AndEndsPayAsYouGo()
    {
        var tenant = await fixture.NewTenantAsync();
        var (environment, other) = (await tenant.NewEnvironmentAsync(), await tenant.NewEnvironmentAsync());
        var plan = await tenant.NewPlanAsync(environment);
        var url = $"{tenant.Plans(plan)}/environments";
        var seen = await tenant.Api.ReadAsync(tenant.Plans(plan));

        Assert.Equal("not_found", (await tenant.Api.SendJsonAsync(HttpMethod.Delete, $"{url}/{other}", null)).Code);
        Assert.Equal((HttpStatusCode)428, (await tenant.Api.SendJsonAsync(HttpMethod.Delete, $"{url}/{environment}", null)).Status);
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await tenant.Api.SendJsonAsync(HttpMethod.Delete, $"{url}/{environment}", null, ("If-Match", "\"9\""))).Status);
        Assert.True((await QuotaOf(tenant, environment)).GetProperty("payAsYouGo").GetProperty("enabled").GetBoolean());
        var left = await tenant.Api.SendJsonAsync(HttpMethod.Delete, $"{url}/{environment}", null, ("If-Match", seen.ETag!));
        Assert.Equal(HttpStatusCode.NoContent, left.Status);
        Assert.False((await QuotaOf(tenant, environment)).GetProperty("payAsYouGo").GetProperty("enabled").GetBoolean());
        Assert.NotEqual(seen.ETag, (await tenant.Api.ReadAsync(tenant.Plans(plan))).ETag, StringComparer.Ordinal);
    }

    [Fact]
    public async Task Leave_WithoutTheScope_Is403OnlyForAnEnvironmentOnThePlan()
    {
        var tenant = await fixture.NewTenantAsync();
        var (environment, other) = (await tenant.NewEnvironmentAsync(), await tenant.NewEnvironmentAsync());
        var url = $"{tenant.Plans(await tenant.NewPlanAsync(environment))}/environments";
        using var powerless = await fixture.WithScopesAsync(tenant, "quota:read");

        Assert.Equal("missing_scope", (await powerless.SendJsonAsync(HttpMethod.Delete, $"{url}/{environment}", null)).Code);
        Assert.Equal("not_found", (await powerless.SendJsonAsync(HttpMethod.Delete, $"{url}/{other}", null)).Code);
    }

    [Fact]
    public async Task Change_OfStatusAndPrice_TakesEffectAtOnce_AndKeepsWhatIsLeftOut()
    {
        var tenant = await fixture.NewTenantAsync();
        var environment = await tenant.NewEnvironmentAsync();
        var plan = await tenant.NewPlanAsync(environment);

        var disabled = await PutAsync("{\"status\": \"Disabled\"}");
        Assert.Equal("disabled", disabled.Json.GetProperty("status").GetString());
        Assert.Equal("Europe", disabled.Json.GetProperty("name").GetString());
        Assert.Equal("depleted", (await QuotaOf(tenant, environment)).GetProperty("status").GetString());
        var enabled = await PutAsync($"{{\"status\": \"enabled\", \"environments\": [\"{environment}\"], \"unitPrice\": {{\"amount\": \"0.02\", \"currency\": \"USD\"}}}}");
        Assert.Equal(HttpStatusCode.OK, enabled.Status);
        Assert.Equal("available", (await QuotaOf(tenant, environment)).GetProperty("status").GetString());
        await tenant.Api.RecordAsync(EventText.Of(environment, "1", "credits", "{\"quantity\": 10}"));
        Assert.Equal("0.20", (await tenant.CapacityAsync()).GetProperty("payAsYouGo").GetProperty("spend").GetProperty("amount").GetString());

        Assert.Equal("region_mismatch", (await PutAsync("{\"region\": \"asia\"}")).Code);
        Assert.Equal("currency_mismatch", (await PutAsync("{\"unitPrice\": {\"amount\": \"1\", \"currency\": \"EUR\"}}")).Code);
        Assert.Equal("invalid_request", (await PutAsync("{\"status\": \"paused\"}")).Code);
        Assert.Equal("invalid_request", (await PutAsync("{\"environments\": []}")).Code);

        Task<ApiReply> PutAsync(string body) => tenant.Api.SendJsonAsync(HttpMethod.Put, tenant.Plans(plan), body, ("If-Match", "*"));
    }

    [Fact]
    public async Task Delete_TakesThePlanAway_AndKeepsWhatItPaid()
    {
        var tenant = await fixture.NewTenantAsync();
        var environment = await tenant.NewEnvironmentAsync();
        var plan = await tenant.NewPlanAsync(environment);
        await tenant.SetBudgetAsync(plan, PlanText.Budget("5.00"));
        await tenant.Api.RecordAsync(EventText.Of(environment, "1", "credits", "{\"quantity\": 10}"));

        var gone = await tenant.Api.SendJsonAsync(HttpMethod.Delete, tenant.Plans(plan), null, ("If-Match", "*"));

        Assert.Equal((HttpStatusCode.NoContent, ""), (gone.Status, gone.Body));
        Assert.Equal("not_found", (await tenant.Api.ReadAsync(tenant.Plans(plan))).Code);
        Assert.Equal("not_found", (await tenant.Api.ReadAsync($"{tenant.Plans(plan)}/spend")).Code);
        Assert.Empty((await tenant.Api.ReadAsync(tenant.Plans())).Json.GetProperty("items").EnumerateArray());
        var payAsYouGo = (await tenant.CapacityAsync()).GetProperty("payAsYouGo");
        Assert.Equal("0.10", payAsYouGo.GetProperty("spend").GetProperty("amount").GetString());
        Assert.False(payAsYouGo.TryGetProperty("budget", out _));
        Assert.Equal("depleted", (await QuotaOf(tenant, environment)).GetProperty("status").GetString());
    }

    private static async Task<JsonElement> QuotaOf(TenantUnderTest tenant, Guid environment) =>
        (await tenant.Api.ReadAsync($"/api/v1/environments/{environment}/quota")).Json;

    private static async Task<Guid> NewEnvironmentAsync(TenantUnderTest tenant, string type, string region)
    {
        var created = await tenant.Api.SendJsonAsync(
            HttpMethod.Post, $"/api/v1/tenants/{tenant.Id}/environments", JsonSerializer.Serialize(new { name = "Other", type, region }));
        return created.Json.GetProperty("id").GetGuid();
    }
}
