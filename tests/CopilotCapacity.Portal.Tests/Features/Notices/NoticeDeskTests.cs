using CopilotCapacity.Domain.Quota;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Portal.Features.Access;
using CopilotCapacity.Portal.Features.Notices.Pages;
using CopilotCapacity.Storage;
using CopilotCapacity.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace CopilotCapacity.Portal.Tests.Features.Notices;

/// <summary>What the page of the notice does goes through the real meter.</summary>
public sealed class NoticeDeskTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    private static readonly DateTimeOffset s_clock = new(2026, 11, 15, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Administrator_UsesUpARehearsal_IsRefused_AddsCredits_AndIsGranted()
    {
        var (tenant, environment, person) = await NewAsync(s_clock, TenantRole.TenantAdministrator);
        await tenant.BuyAsync(500);
        var (id, place) = (new TenantId(tenant.Id), new EnvironmentId(environment));

        Assert.Null(await AsAsync(person, desk => desk.UseUpAsync(id, place, default)));
        var refused = await AsAsync(person, desk => desk.TryActionAsync(id, place, default));
        Assert.Equal(QuotaStatus.Depleted, (await AsAsync(person, desk => desk.ReadAsync(id, place, default)))!.Quota.Status);
        Assert.Null(await AsAsync(person, desk => desk.AddCreditsAsync(id, place, default)));
        var granted = await AsAsync(person, desk => desk.TryActionAsync(id, place, default));

        Assert.Equal((false, "402 quota_depleted"), (refused.IsGranted, refused.Code));
        Assert.Equal(3, refused.Explanation.Count);
        Assert.NotEmpty(refused.Actions);
        Assert.Equal((true, "200 OK"), (granted.IsGranted, granted.Code));
        var capacity = await tenant.CapacityAsync();
        Assert.Equal(501, capacity.Number("consumed"));
        Assert.Equal(999, capacity.Number("remaining"));
    }

    [Fact]
    public async Task EnvironmentOffThePool_IsAllocatedWhatIsAdded()
    {
        var (tenant, environment, person) = await NewAsync(s_clock, TenantRole.TenantAdministrator, drawsOnPool: false);

        Assert.Null(await AsAsync(person, desk => desk.AddCreditsAsync(new(tenant.Id), new(environment), default)));

        Assert.Equal(1_000, (await tenant.Api.ReadAsync($"/api/v1/environments/{environment}/quota")).Json.Number("remaining"));
    }

    [Fact]
    public async Task OrdinaryTenant_IsNeitherUsedUpNorFilled()
    {
        var (tenant, environment, person) = await NewAsync(null, TenantRole.TenantAdministrator);
        await tenant.BuyAsync(500);

        Assert.Contains("rehearsal", await AsAsync(person, desk => desk.UseUpAsync(new(tenant.Id), new(environment), default)), StringComparison.Ordinal);
        Assert.Contains("rehearsal", await AsAsync(person, desk => desk.AddCreditsAsync(new(tenant.Id), new(environment), default)), StringComparison.Ordinal);
        Assert.False((await AsAsync(person, desk => desk.ReadAsync(new(tenant.Id), new(environment), default)))!.MayRehearse);
        Assert.Equal(500, (await tenant.CapacityAsync()).Number("remaining"));
    }

    [Fact]
    public async Task Reader_Reads_AndChangesNothing_AndStrangersSeeNothing()
    {
        var (tenant, environment, reader) = await NewAsync(s_clock, TenantRole.Reader);
        await tenant.BuyAsync(500);
        var stranger = await fixture.Portal.AddPersonAsync();
        var (id, place) = (new TenantId(tenant.Id), new EnvironmentId(environment));

        Assert.False((await AsAsync(reader, desk => desk.ReadAsync(id, place, default)))!.MayTry);
        Assert.Contains("Only an administrator", (await AsAsync(reader, desk => desk.TryActionAsync(id, place, default))).Text, StringComparison.Ordinal);
        Assert.Contains("Only an administrator", await AsAsync(reader, desk => desk.UseUpAsync(id, place, default)), StringComparison.Ordinal);
        Assert.Contains("Only an administrator", await AsAsync(reader, desk => desk.AddCreditsAsync(id, place, default)), StringComparison.Ordinal);
        Assert.Null(await AsAsync(stranger, desk => desk.ReadAsync(id, place, default)));
        Assert.Equal(500, (await tenant.CapacityAsync()).Number("remaining"));
    }

    private async Task<(TenantUnderTest Tenant, Guid Environment, PortalUser Person)> NewAsync(DateTimeOffset? clock, TenantRole role, bool drawsOnPool = true)
    {
        var tenant = await fixture.NewTenantAsync(clock);
        var environment = await tenant.NewEnvironmentAsync(drawsOnPool);
        return (tenant, environment, await fixture.Portal.AddPersonAsync(tenant.Id, role));
    }

    private async Task<T> AsAsync<T>(PortalUser person, Func<INoticeDesk, Task<T>> act)
    {
        await using var page = fixture.Portal.OpenPageAs(person);
        return await act(page.ServiceProvider.GetRequiredService<INoticeDesk>());
    }
}
