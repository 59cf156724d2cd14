using System.Text.Json;
using System.Text.Json.Nodes;
using CopilotCapacity.AzureStandIn;
using CopilotCapacity.Portal.Features.Sync;
using CopilotCapacity.Storage.Model;

namespace CopilotCapacity.Portal.Tests.Features.Sync;

/// <summary>Adopting and pushing budgets: nothing that was not reviewed, and nothing over somebody else's change.</summary>
[Collection(AzureTests.Name)]
public sealed class SyncActTests
{
    [Fact]
    public async Task TheirBudget_IsAdopted_UnderThePersonsName()
    {
        await using var connected = await ConnectedPortal.StartAsync();
        var plan = await connected.NewPlanAsync("500.00");
        connected.State.Budgets[ConnectedPortal.BudgetPath] = connected.AzureBudget(300.25m);
        var difference = Assert.Single((await connected.SyncAsync()).Differences);
        Assert.Equal([("amount", "USD 500", "USD 300.25")], difference.Fields.Select(field => (field.Name, field.Here!, field.There!)).ToArray());

        Assert.Null(await connected.AskAsync(desk => desk.AdoptAsync(connected.TenantId, difference, default)));

        Assert.Equal(300.25m, await connected.AmountHereAsync(plan));
        var view = await connected.ReadAsync();
        Assert.Empty(view.Differences);
        Assert.Equal(DifferenceState.Adopted, Assert.Single(view.Settled).State);
        var entry = (await connected.Tenant.Api.ReadAsync($"/api/v1/tenants/{connected.Tenant.Id}/audit?action=budget.set")).Item(0);
        Assert.Equal((connected.Person.Id.ToString(), "Adopted from Azure"), (entry.GetProperty("actor").GetProperty("id").GetString(), entry.GetProperty("reason").GetString()));
        Assert.Empty((await connected.SyncAsync()).Differences);
        Assert.DoesNotContain(connected.State.Faults.Requests, request => request.StartsWith("PUT", StringComparison.Ordinal));
    }

    [Fact]
    public async Task BudgetThatIsNotHere_IsAdopted_AndStopsByDefault()
    {
        await using var connected = await ConnectedPortal.StartAsync();
        var plan = await connected.NewPlanAsync();
        connected.State.Budgets[ConnectedPortal.BudgetPath] = connected.AzureBudget(40);
        var difference = Assert.Single((await connected.SyncAsync()).Differences);
        Assert.Equal((true, false), (difference.CanAdopt, difference.CanPush));

        Assert.Null(await connected.AskAsync(desk => desk.AdoptAsync(connected.TenantId, difference, default)));

        var budget = (await connected.Tenant.Api.ReadAsync(connected.Tenant.Plans(plan))).Json.GetProperty("budget");
        Assert.True(budget.GetProperty("hardStop").GetBoolean());
        Assert.Equal(80, budget.GetProperty("thresholds")[0].GetProperty("percent").GetInt32());
        Assert.Equal("finance@contoso.example", budget.GetProperty("contacts")[0].GetString());
    }

    [Fact]
    public async Task OurBudget_IsPushed_OnlyWhereWritingIsAllowed_AndKeepsWhatIsAzuresOwn()
    {
        await using var connected = await ConnectedPortal.StartAsync();
        var plan = await connected.NewPlanAsync("500.00");
        connected.State.Budgets[ConnectedPortal.BudgetPath] = connected.AzureBudget(300);
        var difference = Assert.Single((await connected.SyncAsync()).Differences);

        Assert.Contains("not allowed", await connected.AskAsync(desk => desk.PushAsync(connected.TenantId, difference, default)), StringComparison.Ordinal);
        Assert.Equal(300m, Amount(connected));
        await AllowAsync(connected);
        Assert.Null(await connected.AskAsync(desk => desk.PushAsync(connected.TenantId, difference, default)));

        Assert.Equal(500m, Amount(connected));
        var notification = connected.State.Budgets[ConnectedPortal.BudgetPath]["properties"]!["notifications"]!.AsObject().Single().Value!;
        Assert.Equal("/subscriptions/x/actionGroups/runbook", (string?)notification["contactGroups"]![0]);
        Assert.Equal("2036-10-31", ((string?)connected.State.Budgets[ConnectedPortal.BudgetPath]["properties"]!["timePeriod"]!["endDate"])![..10]);
        Assert.Equal(["sync.pushed", "sync.writeBackSet"], await connected.AuditAsync("sync."));
        Assert.Equal("USD 500.00", (await connected.PlanAsync(plan)).Azure!.Budget);
        Assert.Equal(DifferenceState.Pushed, Assert.Single((await connected.ReadAsync()).Settled).State);
        Assert.Empty((await connected.SyncAsync()).Differences);
    }

    [Fact]
    public async Task BudgetThatAzureLacks_IsCreated_ForThePlansAccountAlone()
    {
        await using var connected = await ConnectedPortal.StartAsync();
        await connected.NewPlanAsync("500.00");
        var difference = Assert.Single((await connected.SyncAsync()).Differences);
        await AllowAsync(connected);

        Assert.Null(await connected.AskAsync(desk => desk.PushAsync(connected.TenantId, difference, default)));

        Assert.Equal(500m, Amount(connected));
        Assert.Equal(ConnectedPortal.Account, (string?)connected.State.Budgets[ConnectedPortal.BudgetPath]["properties"]!["filter"]!["dimensions"]!["values"]![0]);
        Assert.Empty((await connected.SyncAsync()).Differences);
    }

    [Fact]
    public async Task AnotherWriterWhoIsFaster_IsAConflict_AndNothingIsWrittenOver()
    {
        await using var connected = await ConnectedPortal.StartAsync();
        await connected.NewPlanAsync("500.00");
        connected.State.Budgets[ConnectedPortal.BudgetPath] = connected.AzureBudget(300);
        var difference = Assert.Single((await connected.SyncAsync()).Differences);
        await AllowAsync(connected);
        connected.State.BeforeBudgetIsWritten = path => connected.State.Budgets[path] = connected.AzureBudget(777, "\"theirs\"");

        var refusal = await connected.AskAsync(desk => desk.PushAsync(connected.TenantId, difference, default));

        Assert.StartsWith("It was changed in Azure meanwhile", refusal, StringComparison.Ordinal);
        Assert.Equal(777m, Amount(connected));
        Assert.Equal(["sync.pushFailed", "sync.pushed", "sync.writeBackSet"], await connected.AuditAsync("sync."));
        Assert.Equal(DifferenceState.Open, Assert.Single((await connected.ReadAsync()).Differences).State);
    }

    [Fact]
    public async Task WhatWasChangedSinceItWasReviewed_IsNotActedOn()
    {
        await using var connected = await ConnectedPortal.StartAsync();
        var plan = await connected.NewPlanAsync("500.00");
        connected.State.Budgets[ConnectedPortal.BudgetPath] = connected.AzureBudget(300);
        var reviewed = Assert.Single((await connected.SyncAsync()).Differences);
        await AllowAsync(connected);

        // There…
        connected.State.Budgets[ConnectedPortal.BudgetPath] = connected.AzureBudget(301, "\"b2\"");
        Assert.Contains("changed meanwhile", await connected.AskAsync(desk => desk.AdoptAsync(connected.TenantId, reviewed, default)), StringComparison.Ordinal);
        Assert.Contains("changed meanwhile", await connected.AskAsync(desk => desk.PushAsync(connected.TenantId, reviewed, default)), StringComparison.Ordinal);
        Assert.Equal((500m, 301m), (await connected.AmountHereAsync(plan), Amount(connected)));

        // …and here.
        reviewed = Assert.Single((await connected.ReadAsync()).Differences);
        await connected.Tenant.SetBudgetAsync(plan, ConnectedPortal.Budget("501.00"));
        Assert.Contains("changed meanwhile", await connected.AskAsync(desk => desk.PushAsync(connected.TenantId, reviewed, default)), StringComparison.Ordinal);

        // What no longer differs is said to be so.
        reviewed = Assert.Single((await connected.ReadAsync()).Differences);
        connected.State.Budgets[ConnectedPortal.BudgetPath] = connected.AzureBudget(501, "\"c3\"");
        Assert.Contains("no longer differs", await connected.AskAsync(desk => desk.PushAsync(connected.TenantId, reviewed, default)), StringComparison.Ordinal);
        Assert.Equal(["sync.writeBackSet"], await connected.AuditAsync("sync."));
    }

    [Fact]
    public async Task ServiceThatFails_IsNotActedOn()
    {
        await using var connected = await ConnectedPortal.StartAsync();
        var plan = await connected.NewPlanAsync("500.00");
        connected.State.Budgets[ConnectedPortal.BudgetPath] = connected.AzureBudget(300);
        var reviewed = Assert.Single((await connected.SyncAsync()).Differences);
        connected.State.Faults.Order(FaultKind.Fail, "/budgets", times: 1_000);

        Assert.Contains("could not be looked at again", await connected.AskAsync(desk => desk.AdoptAsync(connected.TenantId, reviewed, default)), StringComparison.Ordinal);

        Assert.Equal(500m, await connected.AmountHereAsync(plan));
    }

    [Theory]
    [InlineData("currency", "EUR")]
    [InlineData("grain", "runs by BillingMonth")]
    [InlineData("threshold", "not whole")]
    public async Task BudgetThatCannotBeOneOfOurs_SaysWhy(string what, string why)
    {
        await using var connected = await ConnectedPortal.StartAsync();
        await connected.NewPlanAsync("500.00");
        connected.State.Currency = what is "currency" ? "EUR" : "USD";
        var budget = connected.AzureBudget(500);
        _ = what switch
        {
            "grain" => budget["properties"]!["timeGrain"] = "BillingMonth",
            "threshold" => budget["properties"]!["notifications"]!["Actual_80"]!["threshold"] = 87.5m,
            _ => JsonValue.Create(0),
        };
        connected.State.Budgets[ConnectedPortal.BudgetPath] = budget;

        var difference = Assert.Single((await connected.SyncAsync()).Differences);

        Assert.False(difference.CanAdopt);
        Assert.Contains(why, difference.Note, StringComparison.Ordinal);
        Assert.NotNull(await connected.AskAsync(desk => desk.AdoptAsync(connected.TenantId, difference, default)));
    }

    [Fact]
    public async Task NoSecret_IsInTheDatabase()
    {
        await using var connected = await ConnectedPortal.StartAsync();
        await connected.NewPlanAsync("500.00");
        await connected.SyncAsync();

        var file = await File.ReadAllBytesAsync(new Microsoft.Data.Sqlite.SqliteConnectionStringBuilder(connected.Portal.Settings["ConnectionStrings:Portal"]).DataSource + "-wal");
        Assert.True(connected.State.Tokens.Given > 0);
        Assert.Equal(-1, file.AsSpan().IndexOf("token-1"u8));
    }

    private static async Task AllowAsync(ConnectedPortal connected) => Assert.Null(await connected.AskAsync(desk => desk.SetWriteBackAsync(connected.TenantId, true, default)));

    private static decimal Amount(ConnectedPortal connected) => connected.State.Budgets[ConnectedPortal.BudgetPath]["properties"]!["amount"]!.Deserialize<decimal>();
}
