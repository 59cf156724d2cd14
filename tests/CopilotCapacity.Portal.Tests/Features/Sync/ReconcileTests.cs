using System.Globalization;
using CopilotCapacity.AzureStandIn;
using CopilotCapacity.Domain.PayAsYouGo;
using CopilotCapacity.Domain.Units;

namespace CopilotCapacity.Portal.Tests.Features.Sync;

/// <summary>The meter's count of a day beside Azure's bill, through the real portal.</summary>
[Collection(AzureTests.Name)]
public sealed class ReconcileTests
{
    private static readonly DateOnly s_today = DateOnly.FromDateTime(DateTime.UtcNow);

    [Fact]
    public async Task Day_HasBothSides_AndUnknownIsNotZero()
    {
        await using var connected = await ConnectedPortal.StartAsync();
        var environment = await connected.Tenant.NewEnvironmentAsync();
        var plan = await connected.NewPlanAsync("500.00", "Europe", environment);
        await RecordAsync(connected, environment, 3, 1_000);
        await RecordAsync(connected, environment, 4, 1_000);
        await RecordAsync(connected, environment, 0, 200);
        await RecordAsync(connected, environment, 12, 1_000);
        Bill(connected, 3, 10);
        Bill(connected, 4, 14);
        connected.State.Costs[(ConnectedPortal.Scope, s_today.AddDays(-4))] = 99;
        connected.State.ForecastPerDay = 2;

        await connected.SyncAsync();
        var azure = (await connected.PlanAsync(plan)).Azure!;

        Assert.False(azure.IsWholeGroup);
        Assert.Equal((s_today, 13), (azure.Days[0].Of.Day, azure.Days.Count));
        Assert.Equal((2_000_000, null, ReconciliationCause.NotYetBilled), (azure.Days[0].Of.Ours.Micros, azure.Days[0].Of.Billed?.Micros, Assert.Single(azure.Days[0].Causes)));
        Assert.Equal((0, 0), (azure.Days[3].Difference!.Value.Micros, azure.Days[3].Causes.Count));
        Assert.Equal((4_000_000, ReconciliationCause.UseElsewhere), (azure.Days[4].Difference!.Value.Micros, Assert.Single(azure.Days[4].Causes)));

        // Long enough ago, a day that Azure leaves out cost nothing.
        Assert.Equal((0, 0), (azure.Days[9].Of.Billed!.Value.Micros, azure.Days[9].Causes.Count));
        Assert.NotNull(azure.Forecast);
    }

    [Fact]
    public async Task WithoutAnAccount_TheBillIsThatOfTheGroup_AndLateFactsAndOtherCurrenciesAreTold()
    {
        await using var connected = await ConnectedPortal.StartAsync();
        connected.State.Subscriptions[ConnectedPortal.Subscription].Accounts.Clear();
        var environment = await connected.Tenant.NewEnvironmentAsync();
        var plan = await connected.NewPlanAsync("500.00", "Europe", environment);
        await RecordAsync(connected, environment, 5, 1_000);
        connected.State.Costs[(ConnectedPortal.Scope, s_today.AddDays(-5))] = 12;

        await connected.SyncAsync();
        var group = (await connected.PlanAsync(plan)).Azure!;
        await RecordAsync(connected, environment, 5, 700);
        var late = (await connected.PlanAsync(plan)).Azure!;
        connected.State.Currency = "EUR";
        await connected.SyncAsync();
        var other = (await connected.PlanAsync(plan)).Azure!;

        Assert.True(group.IsWholeGroup);
        Assert.Equal([ReconciliationCause.OtherResources], group.Days[5].Causes);
        Assert.Equal([ReconciliationCause.LateFacts], late.Days[5].Causes);
        Assert.Equal((null, ReconciliationCause.OtherCurrency), (other.Days[5].Difference, Assert.Single(other.Days[5].Causes)));
        Assert.Null(other.Forecast);
    }

    private static void Bill(ConnectedPortal connected, int daysAgo, decimal amount) => connected.State.ResourceCosts[(ConnectedPortal.Account, s_today.AddDays(-daysAgo))] = amount;

    private static async Task RecordAsync(ConnectedPortal connected, Guid environment, int daysAgo, int credits)
    {
        var time = daysAgo == 0 ? DateTimeOffset.UtcNow : new DateTimeOffset(s_today.AddDays(-daysAgo), new TimeOnly(10, 0), TimeSpan.Zero);
        var reply = await connected.Tenant.Api.RecordAsync(
            EventText.Of(environment, Guid.NewGuid().ToString(), "credits", string.Create(CultureInfo.InvariantCulture, $"{{\"quantity\":{credits}}}"), time.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)), "application/cloudevents+json");
        Assert.Equal(System.Net.HttpStatusCode.OK, reply.Status);
    }
}
