using System.Text.Json;
using System.Text.Json.Nodes;
using CopilotCapacity.Azure.Budgets;

namespace CopilotCapacity.Azure.Tests;

public sealed class BudgetTests : AzureUnderTest
{
    private static readonly JsonSerializerOptions s_web = new(JsonSerializerDefaults.Web);

    private static readonly AzureBudget s_budget = new()
    {
        Properties = new AzureBudgetProperties
        {
            Amount = 500.25m,
            TimeGrain = "Monthly",
            TimePeriod = new AzureTimePeriod(new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero), null),
            Notifications = new Dictionary<string, AzureNotification>(StringComparer.Ordinal)
            {
                ["Actual_80"] = new() { Threshold = 80, ContactEmails = ["finops@contoso.example"] },
                ["Forecasted_100"] = new() { Threshold = 100, ThresholdType = "Forecasted", ContactEmails = ["finops@contoso.example"] },
            },
        },
    };

    private BudgetClient Budgets => Client<BudgetClient>();

    [Fact]
    public async Task Budget_IsCreated_Read_Changed_AndDeleted()
    {
        Assert.Equal(AzureFailureKind.NotFound, (await Budgets.FindAsync(Scope, "copilot", default)).Failure!.Kind);

        var created = (await Budgets.PutAsync(Scope, "copilot", s_budget, default)).Value!;
        var read = (await Budgets.FindAsync(Scope, "copilot", default)).Value!;
        Assert.Equal((500.25m, "Monthly", created.ETag), (read.Properties.Amount, read.Properties.TimeGrain, read.ETag));
        Assert.Equal(["Actual_80", "Forecasted_100"], read.Properties.Notifications!.Keys.ToArray());
        Assert.Equal("EUR", read.Properties.CurrentSpend!.Unit);

        var changed = (await Budgets.PutAsync(Scope, "copilot", read with { Properties = read.Properties with { Amount = 600 } }, default)).Value!;
        Assert.Equal(600, changed.Properties.Amount);
        Assert.Single((await Budgets.ListAsync(Scope, default)).Value!);
        Assert.Null(await Budgets.DeleteAsync(Scope, "copilot", default));
        Assert.Null(await Budgets.DeleteAsync(Scope, "copilot", default));
        Assert.Empty((await Budgets.ListAsync(Scope, default)).Value!);
    }

    [Fact]
    public async Task Change_OfWhatSomebodyElseHasChanged_IsAConflict_AndLosesNothing()
    {
        await Budgets.PutAsync(Scope, "copilot", s_budget, default);
        var seen = (await Budgets.FindAsync(Scope, "copilot", default)).Value!;
        await Budgets.PutAsync(Scope, "copilot", seen with { Properties = seen.Properties with { Amount = 700 } }, default);

        var late = await Budgets.PutAsync(Scope, "copilot", seen with { Properties = seen.Properties with { Amount = 1 } }, default);

        Assert.Equal(AzureFailureKind.Conflict, late.Failure!.Kind);
        Assert.Equal(700, (await Budgets.FindAsync(Scope, "copilot", default)).Value!.Properties.Amount);
    }

    [Fact]
    public async Task Budget_ThatBreaksARule_IsRejected_WithWhatAzureSays()
    {
        var refused = (await Budgets.PutAsync(Scope, "copilot", s_budget with { Properties = s_budget.Properties with { TimeGrain = "Weekly" } }, default)).Failure!;

        Assert.Equal(AzureFailureKind.Rejected, refused.Kind);
        Assert.Contains("timeGrain is not known.", refused.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PublishedExample_IsAcceptedAsARequest_AndReadAsAnAnswer()
    {
        var example = Example("Consumption-2024-08-01-CreateOrUpdateBudget.json");
        var request = example["parameters"]!["parameters"]!.AsObject();
        var answer = example["responses"]!["200"]!["body"]!;
        var sent = request.Deserialize<AzureBudget>(s_web)!;

        // Nothing of the published request is lost on the way through the client.
        Assert.Equal(500_25, (int)((await Budgets.PutAsync(Scope, "x", s_budget, default)).Value!.Properties.Amount * 100));
        Assert.Null((await Budgets.PutAsync(Scope, "published", sent with { ETag = null }, default)).Failure);
        var stored = State.Budgets[$"{Scope}/providers/Microsoft.Consumption/budgets/published"]["properties"]!.AsObject();
        stored.Remove("currentSpend");
        Assert.True(JsonNode.DeepEquals(Normal(request["properties"]!), Normal(stored)), stored.ToJsonString());

        State.Recorded[$"{Scope}/providers/Microsoft.Consumption/budgets/TestBudget"] = answer.DeepClone();
        var read = (await Budgets.FindAsync(Scope, "TestBudget", default)).Value!;
        Assert.Equal((100.65m, 80.89m, "USD", "\"1d34d012214157f\""), (read.Properties.Amount, read.Properties.CurrentSpend!.Amount, read.Properties.CurrentSpend.Unit, read.ETag));
        var mark = Assert.Single(read.Properties.Notifications!).Value;
        Assert.Equal(("GreaterThan", 80m, "Actual", 2, 2, 1, "en-us"), (mark.Operator, mark.Threshold, mark.ThresholdType, mark.ContactEmails.Count, mark.ContactRoles!.Count, mark.ContactGroups!.Count, mark.Locale));
        Assert.Equal(3, read.Properties.Filter!.Value.GetProperty("and").GetArrayLength());
    }

    [Fact]
    public async Task PublishedList_IsRead()
    {
        State.Recorded[$"{Scope}/providers/Microsoft.Consumption/budgets"] = Example("CostManagement-2025-03-01-ManagementGroupBudgetsList.excerpt.json")["responses"]!["200"]!["body"]!.DeepClone();

        var budgets = (await Budgets.ListAsync(Scope, default)).Value!;

        Assert.Equal([10_000m, 200.65m], budgets.Select(budget => budget.Properties.Amount).ToArray());
        Assert.Equal([8_000.89m, 120.89m], budgets.Select(budget => budget.Properties.CurrentSpend!.Amount).ToArray());
    }

    // Numbers and dates may be written in more than one way.
    private static JsonNode? Normal(JsonNode node) => node switch
    {
        JsonObject values => new JsonObject(values.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => KeyValuePair.Create(pair.Key, pair.Value is null ? null : Normal(pair.Value)))),
        JsonArray items => new JsonArray([.. items.Select(item => item is null ? null : Normal(item))]),
        JsonValue value when value.GetValueKind() == JsonValueKind.Number => JsonValue.Create(value.GetValue<decimal>()),
        JsonValue value when value.TryGetValue<DateTimeOffset>(out var at) => JsonValue.Create(at.UtcDateTime),
        _ => node.DeepClone(),
    };
}
