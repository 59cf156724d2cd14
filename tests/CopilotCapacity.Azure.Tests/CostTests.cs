using CopilotCapacity.Azure.Costs;

namespace CopilotCapacity.Azure.Tests;

public sealed class CostTests : AzureUnderTest
{
    private static readonly DateOnly s_first = new(2026, 11, 1);

    private CostClient Costs => Client<CostClient>();

    [Fact]
    public async Task Cost_IsReadByDay_OverAllPages_WithinItsRange()
    {
        for (var day = 0; day < 7; day++)
        {
            State.Costs[(Scope, s_first.AddDays(day))] = 1.25m * (day + 1);
        }

        var days = (await Costs.QueryAsync(Scope, s_first.AddDays(1), s_first.AddDays(5), null, default)).Value!;
        var grouped = (await Costs.QueryAsync(Scope, s_first, s_first, "ResourceId", default)).Value!;

        Assert.Equal([2.5m, 3.75m, 5m, 6.25m, 7.5m], days.Select(day => day.Amount).ToArray());
        Assert.Equal((s_first.AddDays(1), "EUR", false, null), (days[0].Day, days[0].Currency, days[0].IsForecast, days[0].Group));
        Assert.Equal("a group", Assert.Single(grouped).Group);
        Assert.Empty((await Costs.QueryAsync("/subscriptions/other", s_first, s_first, null, default)).Value!);
    }

    [Fact]
    public async Task Forecast_IsMarkedAsOne()
    {
        State.Costs[(Scope, s_first)] = 3;
        State.ForecastPerDay = 2;

        var days = (await Costs.ForecastAsync(Scope, s_first, s_first.AddDays(2), default)).Value!;

        Assert.Equal([(3m, false), (2m, true), (2m, true)], days.Select(day => (day.Amount, day.IsForecast)).ToArray());
    }

    [Fact]
    public async Task OneResource_IsAskedForAlone()
    {
        State.ResourceCosts[($"{Scope}/providers/Microsoft.PowerPlatform/accounts/a", s_first)] = 3;
        State.ResourceCosts[($"{Scope}/providers/Microsoft.PowerPlatform/accounts/b", s_first)] = 4;

        var alone = (await Costs.QueryAsync(Scope, s_first, s_first, null, $"{Scope}/providers/Microsoft.PowerPlatform/accounts/a", default)).Value!;
        var all = (await Costs.QueryAsync(Scope, s_first, s_first, null, default)).Value!;

        Assert.Equal((3m, 7m), (Assert.Single(alone).Amount, Assert.Single(all).Amount));
    }

    [Theory]
    [InlineData("CostManagement-2025-03-01-EnrollmentAccountQueryGrouping.json", "query", "ResourceGroup", 3)]
    [InlineData("CostManagement-2025-03-01-BillingAccountForecast.json", "forecast", null, 4)]
    public async Task PublishedExample_IsRead_ButItsNextPageElsewhereIsNotFollowed(string name, string kind, string? group, int rows)
    {
        var body = Example(name)["responses"]!["200"]!["body"]!.DeepClone();
        State.Recorded[$"{Scope}/providers/Microsoft.CostManagement/{kind}"] = body;
        Assert.Equal(AzureFailureKind.Malformed, (await AskAsync()).Failure!.Kind);
        Assert.Single(State.Faults.Requests, request => request.EndsWith(kind, StringComparison.Ordinal));

        body["properties"]!.AsObject().Remove("nextLink");
        var days = (await AskAsync()).Value!;

        Assert.Equal((rows, new DateOnly(2018, 3, 31), "USD", group is null), (days.Count, days[0].Day, days[0].Currency, days[0].IsForecast));
        Assert.Equal(group is null ? null : "JapanUnifia-Trial", days[0].Group);

        Task<AzureAnswer<IReadOnlyList<CostDay>>> AskAsync() => group is null
            ? Costs.ForecastAsync(Scope, s_first, s_first, default)
            : Costs.QueryAsync(Scope, s_first, s_first, group, default);
    }

    [Theory]
    [InlineData("""{"properties":{"columns":[{"name":"PreTaxCost","type":"Number"}],"rows":[[1]]}}""")]
    [InlineData("""{"properties":{"columns":[{"name":"PreTaxCost","type":"Number"},{"name":"UsageDate","type":"Number"},{"name":"Currency","type":"String"}],"rows":[[1,20261301,"EUR"]]}}""")]
    [InlineData("""{"properties":{"columns":[{"name":"PreTaxCost","type":"Number"},{"name":"UsageDate","type":"Number"},{"name":"Currency","type":"String"}],"rows":[["1",20261101,"EUR"]]}}""")]
    [InlineData("""{"properties":{"columns":[{"name":"PreTaxCost","type":"Number"},{"name":"UsageDate","type":"Number"},{"name":"Currency","type":"String"}],"rows":[[1,20261101]]}}""")]
    [InlineData("{}")]
    public async Task Table_ThatCannotBeRead_IsNoCostOfZero(string body)
    {
        State.Recorded[$"{Scope}/providers/Microsoft.CostManagement/query"] = System.Text.Json.Nodes.JsonNode.Parse(body)!;

        var answer = await Costs.QueryAsync(Scope, s_first, s_first, null, default);

        Assert.Null(answer.Value);
        Assert.Equal(AzureFailureKind.Malformed, answer.Failure!.Kind);
    }
}
