using CopilotCapacity.Domain.Caps;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Portal.Features.Caps;
using CopilotCapacity.Storage;
using CopilotCapacity.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace CopilotCapacity.Portal.Tests.Features.Caps;

/// <summary>What the page of caps reads and changes, on the real portal.</summary>
public sealed class CapDeskTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    private PortalUnderTest Portal => fixture.Portal;

    [Fact]
    public async Task Cap_CountsWhatWasUsedBefore_IsChangedAndDeleted()
    {
        var tenant = await fixture.NewTenantAsync();
        var environment = await tenant.NewEnvironmentAsync();
        await tenant.BuyAsync(1_000);
        await tenant.Api.RecordAsync(
            EventText.Of(environment, Guid.NewGuid().ToString(), "credits", """{"quantity":40,"agent":{"id":"a-1"}}""", "2026-11-15T10:00:00Z"), "application/cloudevents+json");
        var person = await Portal.AddPersonAsync(tenant.Id, TenantRole.TenantAdministrator);
        var id = new CapId(Guid.NewGuid());
        var settings = new CapSettings(new CapScope(null, "a-1", null, null), CapWindow.Month, Credits.Of(50), 80, HardStop: true);

        Assert.Null(await AskAsync(person, desk => desk.AddAsync(new(tenant.Id), id, settings, default)));
        Assert.NotNull(await AskAsync(person, desk => desk.AddAsync(new(tenant.Id), id, settings, default)));

        var view = Assert.Single((await ReadAsync(tenant, person))!.Caps);
        Assert.Equal((Credits.Of(40), CapStatus.Nearing, true), (view.Cap.Used, view.Cap.Status, view.MayChange));
        Assert.Null(await AskAsync(person, desk => desk.ChangeAsync(new(tenant.Id), id, settings with { Credits = Credits.Of(100) }, view.Version, default)));
        Assert.Contains("Somebody was faster.", await AskAsync(person, desk => desk.ChangeAsync(new(tenant.Id), id, settings, view.Version, default)), StringComparison.Ordinal);
        Assert.Equal(CapStatus.Within, Assert.Single((await ReadAsync(tenant, person))!.Caps).Cap.Status);
        Assert.Null(await AskAsync(person, desk => desk.DeleteAsync(new(tenant.Id), id, view.Version + 1, default)));
        Assert.Empty((await ReadAsync(tenant, person))!.Caps);
    }

    [Fact]
    public async Task EnvironmentAdministrator_SeesAndSetsCapsOnTheirEnvironmentsAlone()
    {
        var tenant = await fixture.NewTenantAsync();
        var (own, other) = (await tenant.NewEnvironmentAsync(), await tenant.NewEnvironmentAsync());
        var administrator = await Portal.AddPersonAsync(tenant.Id, TenantRole.TenantAdministrator);
        var person = await Portal.AddPersonAsync(tenant.Id, TenantRole.EnvironmentAdministrator, own);
        var (foreign, all, mine) = (new CapId(Guid.NewGuid()), new CapId(Guid.NewGuid()), new CapId(Guid.NewGuid()));
        await AskAsync(administrator, desk => desk.AddAsync(new(tenant.Id), foreign, On(other), default));
        await AskAsync(administrator, desk => desk.AddAsync(new(tenant.Id), all, On(null), default));

        Assert.Null(await AskAsync(person, desk => desk.AddAsync(new(tenant.Id), mine, On(own), default)));
        Assert.NotNull(await AskAsync(person, desk => desk.AddAsync(new(tenant.Id), new(Guid.NewGuid()), On(other), default)));
        Assert.NotNull(await AskAsync(person, desk => desk.AddAsync(new(tenant.Id), new(Guid.NewGuid()), On(null), default)));

        // Neither by taking a cap over from elsewhere nor by giving one away.
        Assert.NotNull(await AskAsync(person, desk => desk.ChangeAsync(new(tenant.Id), foreign, On(own), 1, default)));
        Assert.NotNull(await AskAsync(person, desk => desk.ChangeAsync(new(tenant.Id), mine, On(other), 1, default)));
        Assert.NotNull(await AskAsync(person, desk => desk.DeleteAsync(new(tenant.Id), all, 1, default)));
        var list = (await ReadAsync(tenant, person))!;
        Assert.Equal((mine.Value, own, false), (Assert.Single(list.Caps).Cap.Id, Assert.Single(list.Environments).Id.Value, list.MayLimitAll));
        Assert.Equal(3, (await ReadAsync(tenant, administrator))!.Caps.Count);
    }

    [Fact]
    public async Task Reader_SeesAll_AndChangesNothing_AndAStrangerSeesNothing()
    {
        var tenant = await fixture.NewTenantAsync();
        var environment = await tenant.NewEnvironmentAsync();
        var administrator = await Portal.AddPersonAsync(tenant.Id, TenantRole.TenantAdministrator);
        var id = new CapId(Guid.NewGuid());
        await AskAsync(administrator, desk => desk.AddAsync(new(tenant.Id), id, On(environment), default));
        var reader = await Portal.AddPersonAsync(tenant.Id, TenantRole.Reader);

        Assert.NotNull(await AskAsync(reader, desk => desk.DeleteAsync(new(tenant.Id), id, 1, default)));
        Assert.NotNull(await AskAsync(reader, desk => desk.AddAsync(new(tenant.Id), new(Guid.NewGuid()), On(environment), default)));
        var list = (await ReadAsync(tenant, reader))!;
        Assert.Equal((false, false), (Assert.Single(list.Caps).MayChange, list.MayAdd));
        Assert.Null(await ReadAsync(tenant, await Portal.AddPersonAsync()));
    }

    private static CapSettings On(Guid? environment) => new(
        new CapScope(environment is { } id ? new EnvironmentId(id) : null, environment is null ? "a-1" : null, null, null), CapWindow.Day, Credits.Of(10), 80, HardStop: false);

    private Task<CapList?> ReadAsync(TenantUnderTest tenant, PortalUser person) => AsAsync(person, desk => desk.ReadAsync(new(tenant.Id), default));

    private Task<string?> AskAsync(PortalUser person, Func<ICapDesk, Task<string?>> ask) => AsAsync(person, ask);

    private async Task<TResult> AsAsync<TResult>(PortalUser person, Func<ICapDesk, Task<TResult>> ask)
    {
        await using var page = Portal.OpenPageAs(person);
        return await ask(page.ServiceProvider.GetRequiredService<ICapDesk>());
    }
}
