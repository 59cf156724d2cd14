using System.Net;
using System.Text.Json;

namespace CopilotCapacity.Portal.Tests.Features.BillingPlans;

public sealed class BudgetEndpointsTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task Set_IsPartOfThePlan_AndCountsWhatWasSpentBefore()
    {
        var tenant = await fixture.NewTenantAsync();
        var environment = await tenant.NewEnvironmentAsync();
        var plan = await tenant.NewPlanAsync(environment);
        await tenant.Api.RecordAsync(EventText.Of(environment, "1", "credits", "{\"quantity\": 30}"));
        var seen = await tenant.Api.ReadAsync(tenant.Plans(plan));
        const string Body = """
            { "amount": { "amount": "0.50", "currency": "USD" }, "timeGrain": "Quarterly", "startsOn": "2026-10-01", "endsOn": "2027-10-01",
              "thresholds": [ { "percent": 80, "basis": "actual" }, { "percent": 1000, "basis": "Forecasted" } ],
              "contacts": [ "finops@contoso.example" ] }
            """;

        var set = await tenant.SetBudgetAsync(plan, Body, seen.ETag!);
        var read = await tenant.Api.ReadAsync(tenant.Plans(plan));
        var stale = await tenant.SetBudgetAsync(plan, Body, seen.ETag!);
        var without = await tenant.Api.SendJsonAsync(HttpMethod.Put, $"{tenant.Plans(plan)}/budget", "{");
        await tenant.Api.RecordAsync(EventText.Of(environment, "2", "credits", "{\"quantity\": 30}"));

        Assert.Equal(
            "{\"amount\":{\"amount\":\"0.50\",\"currency\":\"USD\"},\"timeGrain\":\"quarterly\",\"startsOn\":\"2026-10-01\",\"endsOn\":\"2027-10-01\"," +
            "\"thresholds\":[{\"percent\":80,\"basis\":\"actual\"},{\"percent\":1000,\"basis\":\"forecasted\"}],\"contacts\":[\"finops@contoso.example\"]," +
            "\"hardStop\":true,\"window\":{\"start\":\"2026-10-01\",\"end\":\"2027-01-01\",\"spend\":{\"amount\":\"0.30\",\"currency\":\"USD\"}," +
            "\"remaining\":{\"amount\":\"0.20\",\"currency\":\"USD\"}}}",
            set.Body);
        Assert.Equal(set.ETag, read.ETag);
        Assert.Equal(set.Body, read.Json.GetProperty("budget").GetRawText());
        Assert.Equal(HttpStatusCode.PreconditionFailed, stale.Status);
        Assert.Equal("precondition_required", without.Code);
        Assert.Equal(10, (await tenant.CapacityAsync()).Number("unfunded"));
    }

    [Fact]
    public async Task Set_ToNothing_MeansNoPayAsYouGo_UnlessItOnlyNotifies()
    {
        var tenant = await fixture.NewTenantAsync();
        var environment = await tenant.NewEnvironmentAsync();
        var plan = await tenant.NewPlanAsync(environment);

        await tenant.SetBudgetAsync(plan, PlanText.Budget("0.00"));
        var hard = (await tenant.Api.ReadAsync($"/api/v1/environments/{environment}/quota")).Json;
        await tenant.SetBudgetAsync(plan, PlanText.Budget("0.00", extra: ", \"hardStop\": false"));
        var soft = (await tenant.Api.ReadAsync($"/api/v1/environments/{environment}/quota")).Json;

        Assert.Equal("depleted", hard.GetProperty("status").GetString());
        Assert.Equal("available", soft.GetProperty("status").GetString());
    }

    [Theory]
    [InlineData("\"amount\": { \"amount\": \"5\", \"currency\": \"EUR\" }", "amount.currency", "currency_mismatch")]
    [InlineData("\"amount\": { \"amount\": \"-5\", \"currency\": \"USD\" }", "amount", "invalid_request")]
    [InlineData("\"amount\": null", "amount", "invalid_request")]
    [InlineData("\"timeGrain\": \"weekly\"", "timeGrain", "invalid_request")]
    [InlineData("\"timeGrain\": null", "timeGrain", "invalid_request")]
    [InlineData("\"startsOn\": \"2026-11-02\"", "startsOn", "invalid_request")]
    [InlineData("\"startsOn\": \"2026-11\"", "startsOn", "invalid_request")]
    [InlineData("\"startsOn\": null", "startsOn", "invalid_request")]
    [InlineData("\"endsOn\": \"2026-11-01\"", "endsOn", "invalid_request")]
    [InlineData("\"endsOn\": \"2026-12-31\"", "endsOn", "invalid_request")]
    [InlineData("\"thresholds\": [{\"percent\": 1001, \"basis\": \"actual\"}]", "thresholds[0].percent", "invalid_request")]
    [InlineData("\"thresholds\": [{\"percent\": 10}]", "thresholds[0].basis", "invalid_request")]
    [InlineData("\"thresholds\": [null]", "thresholds[0].percent", "invalid_request")]
    [InlineData("\"contacts\": [\"nobody\"]", "contacts[0]", "invalid_request")]
    [InlineData("\"contacts\": [null]", "contacts", "invalid_request")]
    public async Task Set_WithoutMeaning_NamesTheField(string wrong, string field, string code)
    {
        var tenant = await fixture.NewTenantAsync();
        var plan = await tenant.NewPlanAsync();
        var name = wrong.Split('"')[1];
        var body = JsonDocument.Parse($"{{{wrong}}}").RootElement.GetProperty(name);
        var parts = JsonDocument.Parse(PlanText.Budget("5.00")).RootElement.EnumerateObject()
            .ToDictionary(part => part.Name, part => part.Value, StringComparer.Ordinal);
        parts[name] = body;

        var reply = await tenant.SetBudgetAsync(plan, JsonSerializer.Serialize(parts));

        Assert.Equal((HttpStatusCode.UnprocessableEntity, code), (reply.Status, reply.Code));
        Assert.True(reply.Json.GetProperty("errors").TryGetProperty(field, out _), reply.Body);
        Assert.Equal(JsonValueKind.Null, (await tenant.Api.ReadAsync(tenant.Plans(plan))).Json.GetProperty("budget").ValueKind);
    }

    [Fact]
    public async Task Spend_PerDay_IsOfThePlanAlone_WithItsBudgetAndForecast()
    {
        var tenant = await fixture.NewTenantAsync();
        var environment = await tenant.NewEnvironmentAsync();
        var (first, second) = (await tenant.NewPlanAsync(environment), await tenant.NewPlanAsync());
        await tenant.SetBudgetAsync(first, PlanText.Budget("20.00"));
        await UseAsync("1", 100, "2026-11-03T23:59:59Z");
        await UseAsync("2", 45, "2026-11-15T10:00:00Z");
        await tenant.Api.SendJsonAsync(
            HttpMethod.Post, $"{tenant.Plans(second)}/environments", $"{{\"environmentId\": \"{environment}\", \"move\": true}}");
        await UseAsync("3", 7, "2026-11-15T11:00:00Z");

        var spend = (await tenant.Api.ReadAsync($"{tenant.Plans(first)}/spend")).Json;
        var part = (await tenant.Api.ReadAsync($"{tenant.Plans(first)}/spend?from=2026-11-15&to=2026-11-16T12:00:00Z")).Json;
        var other = (await tenant.Api.ReadAsync($"{tenant.Plans(second)}/spend")).Json;

        Assert.Equal(30, spend.GetProperty("items").GetArrayLength());
        Assert.Equal(145, spend.Number("totals", "credits"));
        Assert.Equal("1.45", Amount(spend, "totals", "money"));
        Assert.Equal(("20.00", "1.45", "3.00"), (Amount(spend, "budget"), Amount(spend, "spend"), Amount(spend, "forecast")));
        AssertDay(spend.GetProperty("items")[2], "2026-11-03", 100, "1.00", "1.00", null);
        AssertDay(spend.GetProperty("items")[13], "2026-11-14", 0, "0.00", "1.00", null);
        AssertDay(spend.GetProperty("items")[14], "2026-11-15", 45, "0.45", "1.45", "1.50");
        AssertDay(spend.GetProperty("items")[29], "2026-11-30", 0, "0.00", null, "3.00");
        Assert.Equal(2, part.GetProperty("items").GetArrayLength());
        Assert.Equal(spend.GetProperty("items")[14].GetRawText(), part.GetProperty("items")[0].GetRawText());
        Assert.Equal(7, other.Number("totals", "credits"));
        Assert.Equal(JsonValueKind.Null, other.GetProperty("budget").ValueKind);

        async Task UseAsync(string id, int credits, string time) => Assert.Equal(
            HttpStatusCode.OK,
            (await tenant.Api.RecordAsync(EventText.Of(environment, id, "credits", $"{{\"quantity\": {credits}}}", time))).Status);

        static void AssertDay(JsonElement day, string date, decimal credits, string money, string? cumulative, string? forecast)
        {
            Assert.Equal(date, day.GetProperty("date").GetString());
            Assert.Equal(credits, day.Number("credits"));
            Assert.Equal((money, cumulative, "20.00", forecast), (Amount(day, "money"), Amount(day, "cumulative"), Amount(day, "budget"), Amount(day, "forecast")));
        }
    }

    [Theory]
    [InlineData("from=yesterday")]
    [InlineData("from=2026-11-02&to=2026-11-02")]
    [InlineData("from=2020-01-01&to=2026-01-01")]
    public async Task Spend_OfARangeThatIsNone_Is422(string query)
    {
        var tenant = await fixture.NewTenantAsync();
        var plan = await tenant.NewPlanAsync();

        Assert.Equal("invalid_request", (await tenant.Api.ReadAsync($"{tenant.Plans(plan)}/spend?{query}")).Code);
    }

    private static string? Amount(JsonElement element, params string[] path)
    {
        var money = path.Aggregate(element, (current, name) => current.GetProperty(name));
        return money.ValueKind == JsonValueKind.Null ? null : money.GetProperty("amount").GetString();
    }
}
