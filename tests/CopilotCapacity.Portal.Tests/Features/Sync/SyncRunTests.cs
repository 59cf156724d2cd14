using CopilotCapacity.AzureStandIn;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Portal.Features.Sync;
using CopilotCapacity.Storage.Model;
using Microsoft.Extensions.Time.Testing;

namespace CopilotCapacity.Portal.Tests.Features.Sync;

/// <summary>Runs of the sync, on the real portal against a stand-in of Azure.</summary>
[Collection(AzureTests.Name)]
public sealed class SyncRunTests
{
    [Fact]
    public async Task Run_ReadsEachStep_AndSaysWhatItRead()
    {
        await using var connected = await ConnectedPortal.StartAsync();
        var plan = await connected.NewPlanAsync("500.00");
        connected.State.Budgets[ConnectedPortal.BudgetPath] = connected.AzureBudget(500);

        var view = await connected.SyncAsync();

        var run = Assert.Single(view.Runs);
        Assert.Equal((SyncState.Done, 6, connected.Person.DisplayName), (run.State, run.Done, run.StartedBy));
        Assert.All(run.Steps, step => Assert.Equal(SyncState.Done, step.State));
        Assert.Contains("1 subscription can be seen.", run.Steps[0].Said!.Replace('\u00a0', ' '), StringComparison.Ordinal);
        Assert.Empty(view.Differences);
        var azure = (await connected.Tenant.Api.ReadAsync(connected.Tenant.Plans(plan))).Json.GetProperty("azure");
        Assert.True(azure.GetProperty("lastSync").GetDateTimeOffset() > DateTimeOffset.UtcNow.AddMinutes(-5));
        Assert.Equal(ConnectedPortal.Account, azure.GetProperty("resource").GetString());
        Assert.False(azure.GetProperty("drift").GetBoolean());
        Assert.Equal(System.Text.Json.JsonValueKind.Null, azure.GetProperty("failure").ValueKind);
    }

    [Fact]
    public async Task Differences_AreFound_OfSubscriptionProviderAccountAndBudget()
    {
        await using var connected = await ConnectedPortal.StartAsync();
        var subscription = connected.State.Subscriptions[ConnectedPortal.Subscription];
        (subscription.State, subscription.Provider) = ("Disabled", "NotRegistered");
        subscription.Accounts.Clear();
        subscription.Accounts.AddRange([(ConnectedPortal.Group, "Old"), (ConnectedPortal.Group, "Stranger")]);
        var plan = await connected.NewPlanAsync("500.00");
        var old = await connected.NewPlanAsync(name: "Old");
        await connected.Tenant.Api.SendJsonAsync(HttpMethod.Delete, connected.Tenant.Plans(old), null, ("If-Match", "*"));

        var view = await connected.SyncAsync();

        Assert.Equal(
            [
                "Azure has an account resource Stranger, which is no plan here",
                "Azure has no account resource for Europe",
                "Azure has no budget for Europe",
                "Microsoft.PowerPlatform is not registered for Europe",
                "The account resource of the deleted plan Old is still in Azure",
                "The subscription of Europe is disabled",
            ],
            view.Differences.Select(difference => difference.Title).Order(StringComparer.Ordinal).ToArray());
        Assert.True((await connected.Tenant.Api.ReadAsync(connected.Tenant.Plans(plan))).Json.GetProperty("azure").GetProperty("drift").GetBoolean());

        // Their disabled subscription, taken over: the plan pays no more.
        var disabled = view.Differences.Single(difference => difference.Title.EndsWith("disabled", StringComparison.Ordinal));
        Assert.Null(await connected.AskAsync(desk => desk.AdoptAsync(connected.TenantId, disabled, default)));
        Assert.Equal("disabled", (await connected.Tenant.Api.ReadAsync(connected.Tenant.Plans(plan))).Json.GetProperty("status").GetString());
    }

    [Fact]
    public async Task PlanWhoseSubscriptionIsNotSeen_IsToldSo_AndIsNoFailure()
    {
        await using var connected = await ConnectedPortal.StartAsync();
        connected.State.Subscriptions.Clear();
        await connected.NewPlanAsync("500.00");

        var view = await connected.SyncAsync();

        Assert.Equal((SyncState.Done, "Azure does not show the subscription of Europe"), (view.Runs[0].State, Assert.Single(view.Differences).Title));
        Assert.Empty(await connected.AlertsAsync());
    }

    [Theory]
    [InlineData(FaultKind.Throttle)]
    [InlineData(FaultKind.Fail)]
    [InlineData(FaultKind.Slow)]
    [InlineData(FaultKind.Cut)]
    [InlineData(FaultKind.ExpireTokens)]
    public async Task PassingFault_IsWaitedOut(FaultKind fault)
    {
        await using var connected = await ConnectedPortal.StartAsync();
        await connected.NewPlanAsync("500.00");
        connected.State.Faults.Order(fault, "/budgets", times: 1, fault == FaultKind.Slow ? TimeSpan.FromSeconds(3) : TimeSpan.FromSeconds(1));

        var view = await connected.SyncAsync();

        Assert.Equal(SyncState.Done, view.Runs[0].State);
        Assert.Empty(await connected.AlertsAsync());
    }

    [Theory]
    [InlineData(FaultKind.Throttle, "Azure asks for fewer requests")]
    [InlineData(FaultKind.Fail, "Azure fails with 500")]
    [InlineData(FaultKind.Malformed, "Azure answered what cannot be read")]
    public async Task LastingFault_KeepsWhatWasRead_WithItsAgeAndReason_AndIsToldOnceUntilItIsOver(FaultKind fault, string reason)
    {
        await using var connected = await ConnectedPortal.StartAsync();
        var plan = await connected.NewPlanAsync("500.00");
        connected.State.Budgets[ConnectedPortal.BudgetPath] = connected.AzureBudget(300);
        await connected.SyncAsync();
        var before = (await connected.PlanAsync(plan)).Azure!;
        connected.State.Faults.Order(fault, "/budgets", times: 1_000, TimeSpan.Zero);

        var failed = await connected.SyncAsync();
        await connected.SyncAsync();

        Assert.Equal(SyncState.Failed, failed.Runs[0].State);
        Assert.Contains(reason, Assert.Single(failed.Runs[0].Steps, step => step.State == SyncState.Failed).Said, StringComparison.Ordinal);
        var service = failed.Services.Single(service => service.Service is "azure");
        Assert.Contains(reason, service.Failure, StringComparison.Ordinal);
        var after = (await connected.PlanAsync(plan)).Azure!;
        Assert.Equal("USD 300.00", before.Budget);
        Assert.Equal(before.Budget, after.Budget);
        Assert.True(after.Brief.ReadAt < failed.Runs[0].StartedAt);
        Assert.Single(after.Differences);
        Assert.Contains(reason, after.Brief.Failure, StringComparison.Ordinal);
        Assert.Contains(reason, (await connected.Tenant.Api.ReadAsync(connected.Tenant.Plans(plan))).Json.GetProperty("azure").GetProperty("failure").GetString(), StringComparison.Ordinal);

        // Told once, also after a restart, and over when it works.
        var alert = Assert.Single(await connected.AlertsAsync());
        Assert.Contains(reason, alert.GetProperty("text").GetString(), StringComparison.Ordinal);
        await connected.RestartAsync();
        await connected.SyncAsync();
        Assert.False(Assert.Single(await connected.AlertsAsync()).TryGetProperty("resolvedAt", out _));
        connected.ClearFaults();
        await connected.SyncAsync();
        Assert.True(Assert.Single(await connected.AlertsAsync()).TryGetProperty("resolvedAt", out _));
        Assert.True((await connected.Tenant.Api.SendJsonAsync(HttpMethod.Post, $"/api/v1/tenants/{connected.Tenant.Id}/ledger/verify", null)).Json.GetProperty("ok").GetBoolean());
    }

    [Fact]
    public async Task ServiceThatIsDown_IsAskedThreeTimes_NotForEverything()
    {
        await using var connected = await ConnectedPortal.StartAsync(settings: ("Azure:RetriesMax", "1"));
        await connected.NewPlanAsync("500.00");
        connected.State.Faults.Order(FaultKind.Fail, "/", times: 1_000);

        var view = await connected.SyncAsync();

        Assert.All(view.Runs[0].Steps, step => Assert.Equal(SyncState.Failed, step.State));
        Assert.Equal(3, view.Runs[0].Steps.Count(step => step.Said!.StartsWith("Not asked", StringComparison.Ordinal)));
        var service = view.Services.Single(service => service.Service is "azure");
        Assert.Equal("never read in full", SyncText.AgeOf(service, view.AsOf));
    }

    [Fact]
    public async Task Restart_GoesOnAfterTheLastFinishedStep()
    {
        await using var connected = await ConnectedPortal.StartAsync(null, ("Azure:AttemptTimeout", "00:00:30"), ("Azure:TotalTimeout", "00:01:00"));
        await connected.NewPlanAsync("500.00");
        connected.State.Faults.Order(FaultKind.Slow, "/budgets", times: 1, TimeSpan.FromSeconds(20));
        Assert.Null(await connected.AskAsync(desk => desk.StartAsync(connected.TenantId, default)));
        var before = await connected.UntilAsync(view => view.Running is { Done: 3 });

        await connected.RestartAsync();
        var after = await connected.FinishedAsync();

        var run = Assert.Single(after.Runs);
        Assert.Equal((before.Runs[0].Number, SyncState.Done), (run.Number, run.State));
        Assert.Equal(before.Runs[0].Steps.Take(3).Select(step => step.FinishedAt).ToArray(), run.Steps.Take(3).Select(step => step.FinishedAt).ToArray());
        Assert.Single(connected.State.Faults.Requests, request => request.EndsWith("/subscriptions", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_IsCancelledInTheMiddleOfAStep()
    {
        await using var connected = await ConnectedPortal.StartAsync(null, ("Azure:AttemptTimeout", "00:00:30"), ("Azure:TotalTimeout", "00:01:00"));
        await connected.NewPlanAsync("500.00");
        connected.State.Faults.Order(FaultKind.Slow, "/budgets", times: 1, TimeSpan.FromSeconds(20));
        Assert.Null(await connected.AskAsync(desk => desk.StartAsync(connected.TenantId, default)));
        await connected.UntilAsync(view => view.Running is { Done: 3 });

        Assert.Null(await connected.AskAsync(desk => desk.CancelAsync(connected.TenantId, default)));
        var view = await connected.FinishedAsync();

        Assert.Equal(SyncState.Cancelled, view.Runs[0].State);
        Assert.Equal(3, view.Runs[0].Steps.Count(step => step.State == SyncState.Cancelled));
        Assert.Equal("No sync runs.", await connected.AskAsync(desk => desk.CancelAsync(connected.TenantId, default)));
    }

    [Fact]
    public async Task ManyWhoStartAtOnce_StartOneRun()
    {
        await using var connected = await ConnectedPortal.StartAsync();
        await connected.NewPlanAsync("500.00");
        connected.State.Faults.Order(FaultKind.Slow, "/budgets", times: 1, TimeSpan.FromMilliseconds(700));

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => connected.AskAsync(desk => desk.StartAsync(connected.TenantId, default))));
        var view = await connected.FinishedAsync();

        Assert.Equal(SyncState.Done, Assert.Single(view.Runs).State);
    }

    [Fact]
    public async Task Schedule_StartsRuns_AtThePlaceOfTheTenant()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 11, 15, 12, 0, 0, TimeSpan.Zero));
        await using var connected = await ConnectedPortal.StartAsync(clock, ("Sync:Schedule", "0 */6 * * *"), ("Sync:Spread", "00:10:00"));
        await connected.NewPlanAsync("500.00");
        var next = (await connected.ReadAsync()).NextAt!.Value;
        Assert.InRange(next, new DateTimeOffset(2026, 11, 15, 12, 0, 0, TimeSpan.Zero), new DateTimeOffset(2026, 11, 15, 18, 10, 0, TimeSpan.Zero));

        clock.Advance(next - clock.GetUtcNow());
        var view = await connected.FinishedAsync();

        Assert.Equal((SyncState.Done, null), (view.Runs[0].State, view.Runs[0].StartedBy));
        Assert.Equal(next.AddHours(6), view.NextAt);
    }

    [Fact]
    public async Task TenantThatTheSettingsDoNotName_IsToldSo()
    {
        await using var connected = await ConnectedPortal.StartAsync();
        var other = await connected.Portal.CreateTenantAsync("Fabrikam");
        var person = await connected.Portal.AddPersonAsync(other.Id, TenantRole.TenantAdministrator);
        var plan = await other.NewPlanAsync();

        Assert.Equal("No service is set up for this tenant.", await connected.AskAsync(desk => desk.StartAsync(new(other.Id), default), person));

        var view = (await connected.AskAsync(desk => desk.ReadAsync(new(other.Id), default), person))!;
        Assert.False(view.IsConnected);
        Assert.Empty(connected.State.Faults.Requests);
        var azure = (await other.Api.ReadAsync(other.Plans(plan))).Json.GetProperty("azure");
        Assert.All(azure.EnumerateObject(), field => Assert.Equal(System.Text.Json.JsonValueKind.Null, field.Value.ValueKind));
    }

    [Fact]
    public async Task WithoutPlans_ThereIsNothingToCompare()
    {
        await using var connected = await ConnectedPortal.StartAsync();

        Assert.Contains("no billing plan is set up", await connected.AskAsync(desk => desk.StartAsync(connected.TenantId, default)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(TenantRole.Reader)]
    [InlineData(TenantRole.EnvironmentAdministrator)]
    public async Task WhoMayNot_StartsAndDecidesNothing(TenantRole? role)
    {
        await using var connected = await ConnectedPortal.StartAsync();
        await connected.NewPlanAsync("500.00");
        var difference = Assert.Single((await connected.SyncAsync()).Differences);
        var person = role is { } of ? await connected.Portal.AddPersonAsync(connected.Tenant.Id, of) : await connected.Portal.AddPersonAsync();
        var asked = connected.State.Faults.Requests.Count;

        Assert.NotNull(await connected.AskAsync(desk => desk.StartAsync(connected.TenantId, default), person));
        Assert.NotNull(await connected.AskAsync(desk => desk.CancelAsync(connected.TenantId, default), person));
        Assert.NotNull(await connected.AskAsync(desk => desk.AdoptAsync(connected.TenantId, difference, default), person));
        Assert.NotNull(await connected.AskAsync(desk => desk.PushAsync(connected.TenantId, difference, default), person));
        Assert.NotNull(await connected.AskAsync(desk => desk.SetWriteBackAsync(connected.TenantId, true, default), person));
        Assert.Equal(role == TenantRole.Reader, await connected.AskAsync(desk => desk.ReadAsync(connected.TenantId, default), person) is { MayChange: false, WriteBack: false });
        Assert.Equal(asked, connected.State.Faults.Requests.Count);
    }
}
