using CopilotCapacity.Domain.Requests;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Portal.Features.Requests;
using CopilotCapacity.Storage;
using CopilotCapacity.Testing;
using Microsoft.Extensions.DependencyInjection;
using static CopilotCapacity.Portal.Tests.Features.Permissions.PermissionCalls;

namespace CopilotCapacity.Portal.Tests.Features.Requests;

/// <summary>Asking for capacity and granting it, on the real portal.</summary>
public sealed class RequestDeskTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    private PortalUnderTest Portal => fixture.Portal;

    [Fact]
    public async Task Request_OfAReader_IsGrantedWithOneClick_AndAudited()
    {
        var (tenant, environment) = await TenantAsync();
        var (reader, administrator) = (await Portal.AddPersonAsync(tenant.Id), await Portal.AddPersonAsync(tenant.Id, TenantRole.TenantAdministrator));
        var request = Credits(environment, 30);
        Assert.Null(await AskAsync(reader, desk => desk.AskAsync(new(tenant.Id), request, default)));
        Assert.NotNull(await AskAsync(reader, desk => desk.ApproveAsync(new(tenant.Id), request.Id, null, default)));

        var view = Assert.Single((await ReadAsync(tenant, administrator))!.Open);
        Assert.Equal((reader.DisplayName, Domain.Units.Credits.Of(20)), (view.Request.AskedByName, view.Subject.Now));
        Assert.Null(await AskAsync(administrator, desk => desk.ApproveAsync(new(tenant.Id), request.Id, view.Subject.Version, default)));

        Assert.Equal(50, (await tenant.Api.ReadAsync($"/api/v1/tenants/{tenant.Id}/environments/{environment}/allocation")).Json.Number("credits"));
        var answered = Assert.Single((await ReadAsync(tenant, reader))!.Decided);
        Assert.Equal((RequestState.Approved, administrator.DisplayName), (answered.Request.State, answered.Request.DecidedByName));
        var actions = (await tenant.Api.ReadAsync($"/api/v1/tenants/{tenant.Id}/audit")).Json.GetProperty("items").EnumerateArray().Select(entry => entry.GetProperty("action").GetString()).ToList();
        Assert.Contains("request.made", actions, StringComparer.Ordinal);
        Assert.Contains("request.approved", actions, StringComparer.Ordinal);
        Assert.Equal(2, actions.Count(action => action is "allocation.set"));
    }

    [Fact]
    public async Task Request_ThatIsStale_IsLookedAtAgain()
    {
        var (tenant, environment) = await TenantAsync();
        var administrator = await Portal.AddPersonAsync(tenant.Id, TenantRole.TenantAdministrator);
        var request = Credits(environment, 30);
        await AskAsync(administrator, desk => desk.AskAsync(new(tenant.Id), request, default));
        var seen = Assert.Single((await ReadAsync(tenant, administrator))!.Open).Subject.Version;
        await tenant.AllocateAsync(environment, 90);

        Assert.Contains("has changed since you saw it", await AskAsync(administrator, desk => desk.ApproveAsync(new(tenant.Id), request.Id, seen, default)), StringComparison.Ordinal);
        var again = Assert.Single((await ReadAsync(tenant, administrator))!.Open);
        Assert.Equal("Allocation now 90, then 120 credits.", RequestText.Effect(again));
        Assert.Contains("10", await AskAsync(administrator, desk => desk.ApproveAsync(new(tenant.Id), request.Id, again.Subject.Version, default)), StringComparison.Ordinal);
        Assert.NotNull(await AskAsync(administrator, desk => desk.DeclineAsync(new(tenant.Id), request.Id, "", default)));
        Assert.Null(await AskAsync(administrator, desk => desk.DeclineAsync(new(tenant.Id), request.Id, "The pool is nearly empty.", default)));
        Assert.Equal("The pool is nearly empty.", Assert.Single((await ReadAsync(tenant, administrator))!.Decided).Request.Answer);
    }

    [Fact]
    public async Task EnvironmentAdministrator_AsksForTheirOwn_SeesThatAlone_AndTakesItBack()
    {
        var (tenant, own) = await TenantAsync();
        var other = await tenant.NewEnvironmentAsync();
        var person = await Portal.AddPersonAsync(tenant.Id, TenantRole.EnvironmentAdministrator, own);
        var reader = await Portal.AddPersonAsync(tenant.Id);
        Assert.NotNull(await AskAsync(person, desk => desk.AskAsync(new(tenant.Id), Credits(other, 5), default)));
        await AskAsync(reader, desk => desk.AskAsync(new(tenant.Id), Credits(other, 5), default));
        var request = Credits(own, 5);
        Assert.Null(await AskAsync(person, desk => desk.AskAsync(new(tenant.Id), request, default)));

        var page = (await ReadAsync(tenant, person))!;
        Assert.Equal(request.Id.Value, Assert.Single(page.Open).Request.Id);
        Assert.Equal(own, Assert.Single(page.Choices.Environments).Id.Value);
        Assert.NotNull(await AskAsync(reader, desk => desk.WithdrawAsync(new(tenant.Id), request.Id, default)));
        Assert.Null(await AskAsync(person, desk => desk.WithdrawAsync(new(tenant.Id), request.Id, default)));
        Assert.Empty((await ReadAsync(tenant, person))!.Open);
        Assert.Null(await ReadAsync(tenant, await Portal.AddPersonAsync()));
    }

    private async Task<(TenantUnderTest Tenant, Guid Environment)> TenantAsync()
    {
        var tenant = await fixture.NewTenantAsync(Start);
        await tenant.BuyAsync(100);
        var environment = await tenant.NewEnvironmentAsync();
        await tenant.AllocateAsync(environment, 20);
        return (tenant, environment);
    }

    private static NewRequest Credits(Guid environment, long credits) => new()
    {
        Id = new RequestId(Guid.NewGuid()),
        Environment = new EnvironmentId(environment),
        Credits = Domain.Units.Credits.Of(credits),
        Reason = "The campaign starts on Monday.",
    };

    private async Task<RequestPage?> ReadAsync(TenantUnderTest tenant, PortalUser person)
    {
        await using var page = Portal.OpenPageAs(person);
        return await page.ServiceProvider.GetRequiredService<IRequestDesk>().ReadAsync(new(tenant.Id), null, default);
    }

    private async Task<string?> AskAsync(PortalUser person, Func<IRequestDesk, Task<string?>> ask)
    {
        await using var page = Portal.OpenPageAs(person);
        return await ask(page.ServiceProvider.GetRequiredService<IRequestDesk>());
    }
}
