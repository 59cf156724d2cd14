using System.Text.Json.Nodes;
using CopilotCapacity.Azure.Budgets;
using CopilotCapacity.Azure.Costs;

namespace CopilotCapacity.Azure.Tests;

/// <summary>What Azure also publishes, and the portal does not read: it is told as unreadable, never taken for a budget or cost of zero.</summary>
public sealed class OtherPayloadTests : AzureUnderTest
{
    private static readonly DateOnly s_first = new(2026, 11, 1);

    [Fact]
    public async Task ListOfAlerts_IsNoListOfBudgets()
    {
        State.Recorded[$"{Scope}/providers/Microsoft.Consumption/budgets"] = Example("CostManagement-2025-03-01-BillingAccountAlerts.json")["responses"]!["200"]!["body"]!.DeepClone();

        var answer = await Client<BudgetClient>().ListAsync(Scope, default);

        Assert.Null(answer.Value);
        Assert.Equal((AzureFailureKind.Malformed, "Azure answered what cannot be read."), (answer.Failure!.Kind, answer.Failure.Reason));
    }

    [Theory]
    [InlineData("budgets")]
    [InlineData("budgets/copilot-europe")]
    public async Task CommonAlertSchema_IsNoBudget(string path)
    {
        State.Recorded[$"{Scope}/providers/Microsoft.Consumption/{path}"] = Example("CommonAlertSchema-CostAlert.own.json");

        var budgets = Client<BudgetClient>();
        var failure = path is "budgets" ? (await budgets.ListAsync(Scope, default)).Failure : (await budgets.FindAsync(Scope, "copilot-europe", default)).Failure;

        Assert.Equal(AzureFailureKind.Malformed, failure!.Kind);
    }

    [Fact]
    public async Task CostOfAWholeMonth_HasNoDays()
    {
        var example = Example("CostManagement-Query-MonthToDate.own.json");
        State.Recorded[$"{Scope}/providers/Microsoft.CostManagement/query"] = example["response"]!.DeepClone();

        var answer = await Client<CostClient>().QueryAsync(Scope, s_first, s_first, null, default);

        Assert.Equal((AzureFailureKind.Malformed, "Azure answered a table that cannot be read."), (answer.Failure!.Kind, answer.Failure.Reason));

        // The same with a day in it is read.
        var table = example["response"]!["properties"]!;
        table["columns"]!.AsArray().Add(new JsonObject { ["name"] = "UsageDate", ["type"] = "Number" });
        table["rows"]![0]!.AsArray().Add(20261101);
        State.Recorded[$"{Scope}/providers/Microsoft.CostManagement/query"] = example["response"]!.DeepClone();
        Assert.Equal(38.5m, Assert.Single((await Client<CostClient>().QueryAsync(Scope, s_first, s_first, null, default)).Value!).Amount);
    }
}
