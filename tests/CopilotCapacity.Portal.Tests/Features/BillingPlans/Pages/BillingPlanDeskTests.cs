using System.Globalization;
using CopilotCapacity.Domain.PayAsYouGo;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Time;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Portal.Features.BillingPlans.Pages;
using CopilotCapacity.Storage;
using CopilotCapacity.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace CopilotCapacity.Portal.Tests.Features.BillingPlans.Pages;

/// <summary>What the pages of pay-as-you-go read and change, on the real portal: the same as the API answers.</summary>
public sealed class BillingPlanDeskTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    private static readonly PlanDescription s_description = new("Azure EU", "1a2b3c4d-0000-0000-0000-000000000001", "rg", "europe", CreditPrice.Published);

    private PortalUnderTest Portal => fixture.Portal;

    [Fact]
    public async Task Plan_IsSetUp_TakingEnvironmentsFromAnother()
    {
        var (tenant, person) = await TenantAsync();
        var (a, b) = (await tenant.NewEnvironmentAsync(), await tenant.NewEnvironmentAsync());
        var old = await tenant.NewPlanAsync(a);
        var id = new BillingPlanId(Guid.NewGuid());

        Assert.Null(await AskAsync(person, desk => desk.CreateAsync(new(tenant.Id), id, s_description, [new(a), new(b)], default)));
        Assert.NotNull(await AskAsync(person, desk => desk.CreateAsync(new(tenant.Id), id, s_description, [], default)));

        var list = (await AsAsync(person, desk => desk.ListAsync(new(tenant.Id), default)))!;
        Assert.Equal([(old, 0), (id.Value, 2)], list.Plans.Select(plan => (plan.Id.Value, plan.Environments)).ToArray());
        var choices = (await AsAsync(person, desk => desk.ChoicesAsync(new(tenant.Id), default)))!;
        Assert.All(choices.Environments, environment => Assert.Equal("Azure EU", environment.Plan));
        Assert.Equal(["Europe", "Azure EU"], choices.PlanNames.ToArray());
    }

    [Fact]
    public async Task Detail_AddsUpToTheApi_ByDayEnvironmentAgentAndFeature()
    {
        var (tenant, person) = await TenantAsync();
        var (a, b) = (await tenant.NewEnvironmentAsync(), await tenant.NewEnvironmentAsync());
        var plan = await tenant.NewPlanAsync(a, b);
        await tenant.SetBudgetAsync(plan, CopilotCapacity.Portal.Tests.PlanText.Budget("5.00"));
        await RecordAsync(tenant, a, "2026-11-14T10:00:00Z", 100, "a-1");
        await RecordAsync(tenant, b, "2026-11-15T10:00:00Z", 50, null);

        var detail = (await AsAsync(person, desk => desk.ReadAsync(new(tenant.Id), new(plan), default)))!;

        var api = (await tenant.Api.ReadAsync(tenant.Plans(plan) + "/spend")).Json;
        Assert.Equal("1.50", detail.Plan.Window.Spent.ToAmountString());
        Assert.Equal(api.GetProperty("spend").GetProperty("amount").GetString(), detail.Plan.Window.Spent.ToAmountString());
        Assert.Equal(api.GetProperty("forecast").GetProperty("amount").GetString(), detail.Plan.Window.Forecast!.Value.ToAmountString());
        Assert.Equal(
            api.GetProperty("items").EnumerateArray().Select(day => day.GetProperty("money").GetProperty("amount").GetString()!).ToArray(),
            detail.Days.Select(day => day.Spent.ToAmountString()).ToArray());
        Assert.Equal([(a, "1.00"), (b, "0.50")], detail.Members.Select(member => (member.Id.Value, member.Spent.ToAmountString())).ToArray());
        Assert.Equal(["a-1", "no agent named"], detail.Agents.Select(part => part.Name).ToArray());
        Assert.Equal("1.50", Assert.Single(detail.Features).Spent.ToAmountString());
        Assert.Equal("3.50", CopilotCapacity.Portal.Features.BillingPlans.Pages.PlanText.LeftOf(detail.Plan.Window)!.Value.ToAmountString());
    }

    [Fact]
    public async Task Budget_IsSet_AndAStaleOneIsToldWhoWasFaster()
    {
        var (tenant, person) = await TenantAsync();
        var plan = await tenant.NewPlanAsync();
        var version = (await AsAsync(person, desk => desk.ReadAsync(new(tenant.Id), new(plan), default)))!.Version;
        var budget = new Budget(7_000_000, TimeGrain.Quarterly, Period.Of(new DateTimeOffset(2026, 10, 1, 0, 0, 0, TimeSpan.Zero)), null, true, [new(90, ThresholdBasis.Actual)], ["a@b.example"]);

        Assert.Null(await AskAsync(person, desk => desk.SetBudgetAsync(new(tenant.Id), new(plan), budget, version, "more agents", default)));
        var stale = await AskAsync(person, desk => desk.SetBudgetAsync(new(tenant.Id), new(plan), budget with { AmountMicros = 1 }, version, null, default));

        Assert.Contains("Somebody was faster.", stale, StringComparison.Ordinal);
        Assert.Contains("amount – → 7", stale, StringComparison.Ordinal);
        var detail = (await AsAsync(person, desk => desk.ReadAsync(new(tenant.Id), new(plan), default)))!;
        PlanViews.AssertSame(budget, detail.Budget!);
        Assert.Equal((10, 1), (detail.Plan.Window.Start.Start.Month, detail.Plan.Window.End.Start.Month));
        Assert.Equal(92, detail.Days.Count);
    }

    [Fact]
    public async Task EnvironmentsJoinAndLeave_ThePlanIsSwitchedAndDeleted()
    {
        var (tenant, person) = await TenantAsync();
        var environment = await tenant.NewEnvironmentAsync();
        var plan = new BillingPlanId(await tenant.NewPlanAsync());

        Assert.Null(await AskAsync(person, desk => desk.JoinAsync(new(tenant.Id), plan, new(environment), default)));
        var joined = (await AsAsync(person, desk => desk.ReadAsync(new(tenant.Id), plan, default)))!;
        Assert.Equal(environment, Assert.Single(joined.Members).Id.Value);
        Assert.Null(await AskAsync(person, desk => desk.LeaveAsync(new(tenant.Id), plan, new(environment), joined.Version, default)));
        var left = (await AsAsync(person, desk => desk.ReadAsync(new(tenant.Id), plan, default)))!;
        Assert.Empty(left.Members);
        Assert.Null(await AskAsync(person, desk => desk.ChangeAsync(new(tenant.Id), plan, s_description with { IsEnabled = false }, left.Version, default)));
        Assert.NotNull(await AskAsync(person, desk => desk.DeleteAsync(new(tenant.Id), plan, left.Version, default)));
        Assert.Null(await AskAsync(person, desk => desk.DeleteAsync(new(tenant.Id), plan, left.Version + 1, default)));
        Assert.Null(await AsAsync(person, desk => desk.ReadAsync(new(tenant.Id), plan, default)));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(TenantRole.Reader)]
    [InlineData(TenantRole.EnvironmentAdministrator)]
    public async Task WhoMayNot_ChangesNothing_AndSeesWhatIsTheirs(TenantRole? role)
    {
        var (tenant, _) = await TenantAsync();
        var (own, other) = (await tenant.NewEnvironmentAsync(), await tenant.NewEnvironmentAsync());
        var plan = new BillingPlanId(await tenant.NewPlanAsync(own, other));
        var person = role switch
        {
            null => await Portal.AddPersonAsync(),
            TenantRole.EnvironmentAdministrator => await Portal.AddPersonAsync(tenant.Id, role.Value, own),
            _ => await Portal.AddPersonAsync(tenant.Id, role.Value),
        };

        var id = new TenantId(tenant.Id);
        Assert.NotNull(await AskAsync(person, desk => desk.CreateAsync(id, new(Guid.NewGuid()), s_description, [], default)));
        Assert.NotNull(await AskAsync(person, desk => desk.ChangeAsync(id, plan, s_description, 1, default)));
        Assert.NotNull(await AskAsync(person, desk => desk.DeleteAsync(id, plan, 1, default)));
        Assert.NotNull(await AskAsync(person, desk => desk.JoinAsync(id, plan, new(own), default)));
        Assert.NotNull(await AskAsync(person, desk => desk.LeaveAsync(id, plan, new(own), 1, default)));
        Assert.NotNull(await AskAsync(person, desk => desk.SetBudgetAsync(id, plan, new Budget(1, TimeGrain.Monthly, Period.Of(DateTimeOffset.UnixEpoch), null, true, [], []), 1, null, default)));
        Assert.Null(await AsAsync(person, desk => desk.ChoicesAsync(id, default)));
        Assert.Equal(role is null, await AsAsync(person, desk => desk.ListAsync(id, default)) is null);
        var detail = await AsAsync(person, desk => desk.ReadAsync(id, plan, default));
        Assert.Equal(role switch { null => null, TenantRole.EnvironmentAdministrator => 1, _ => 2 }, detail?.Members.Count);
        Assert.NotEqual(true, detail?.MayChange);
    }

    private static async Task RecordAsync(TenantUnderTest tenant, Guid environment, string time, int quantity, string? agent)
    {
        var data = agent is null
            ? string.Create(CultureInfo.InvariantCulture, $"{{\"quantity\":{quantity}}}")
            : string.Create(CultureInfo.InvariantCulture, $"{{\"quantity\":{quantity},\"agent\":{{\"id\":\"{agent}\"}}}}");
        var reply = await tenant.Api.RecordAsync(EventText.Of(environment, Guid.NewGuid().ToString(), "credits", data, time), "application/cloudevents+json");
        Assert.Equal(System.Net.HttpStatusCode.OK, reply.Status);
    }

    private async Task<(TenantUnderTest Tenant, PortalUser Person)> TenantAsync()
    {
        var tenant = await fixture.NewTenantAsync();
        return (tenant, await Portal.AddPersonAsync(tenant.Id, TenantRole.TenantAdministrator));
    }

    private Task<string?> AskAsync(PortalUser person, Func<IBillingPlanDesk, Task<string?>> ask) => AsAsync(person, ask);

    private async Task<TResult> AsAsync<TResult>(PortalUser person, Func<IBillingPlanDesk, Task<TResult>> ask)
    {
        await using var page = Portal.OpenPageAs(person);
        return await ask(page.ServiceProvider.GetRequiredService<IBillingPlanDesk>());
    }
}
