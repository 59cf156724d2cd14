using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Prepaid;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Portal.Features.MessagePacks;
using CopilotCapacity.Storage;
using CopilotCapacity.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace CopilotCapacity.Portal.Tests.Features.MessagePacks;

/// <summary>What the page of message packs reads and changes, on the real portal.</summary>
public sealed class MessagePackDeskTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    private PortalUnderTest Portal => fixture.Portal;

    [Fact]
    public async Task Order_IsRecordedOnce_AndCountsAtOnce()
    {
        var tenant = await fixture.NewTenantAsync();
        var administrator = await Portal.AddPersonAsync(tenant.Id, TenantRole.TenantAdministrator);
        var order = Packs(2);

        Assert.Null(await AsAsync(administrator, desk => desk.RecordAsync(new(tenant.Id), order, "a busy autumn", default)));
        Assert.NotNull(await AsAsync(administrator, desk => desk.RecordAsync(new(tenant.Id), order, null, default)));

        var view = await ReadAsync(tenant, administrator);
        Assert.Equal((Credits.Of(50_000), Credits.Of(50_000)), (view!.Entitled, view.PoolLeft));
        Assert.Equal((2, "PO-7"), (Assert.Single(view.Grants).Packs!.Value, view.Grants[0].OrderReference));
        Assert.Empty(view.Months);
        var audit = (await tenant.Api.ReadAsync($"/api/v1/tenants/{tenant.Id}/audit")).Json.GetProperty("items")[0];
        Assert.Equal(("grant.added", "a busy autumn"), (audit.GetProperty("action").GetString(), audit.GetProperty("reason").GetString()));
    }

    [Fact]
    public async Task Month_ThatIsOver_SaysWhatWasUsedAndWasted()
    {
        var tenant = await fixture.NewTenantAsync(new DateTimeOffset(2026, 10, 20, 0, 0, 0, TimeSpan.Zero));
        var administrator = await Portal.AddPersonAsync(tenant.Id, TenantRole.TenantAdministrator);
        var environment = await tenant.NewEnvironmentAsync();
        await tenant.BuyAsync(1_000);
        var recorded = await tenant.Api.RecordAsync(
            EventText.Of(environment, Guid.NewGuid().ToString(), "credits", """{"quantity":300}""", "2026-10-20T00:00:00Z"), "application/cloudevents+json");
        Assert.Equal(System.Net.HttpStatusCode.OK, recorded.Status);
        var moved = await tenant.Api.SendJsonAsync(HttpMethod.Put, $"/api/v1/tenants/{tenant.Id}/clock", """{"now":"2026-11-05T00:00:00Z"}""");
        Assert.Equal(System.Net.HttpStatusCode.OK, moved.Status);

        var view = await ReadAsync(tenant, administrator);

        Assert.Equal(Credits.Of(300), Assert.Single(view!.Months).Charged);
        Assert.Equal((Credits.Of(700), Credits.Of(1_000), Credits.Zero), (view.Grants[0].WastedLastMonth, view.Grants[0].Left, view.Grants[0].CarriedIn));
    }

    [Fact]
    public async Task Grant_ThatAllocationsRestOn_IsNotEnded()
    {
        var tenant = await fixture.NewTenantAsync();
        var administrator = await Portal.AddPersonAsync(tenant.Id, TenantRole.TenantAdministrator);
        var environment = await tenant.NewEnvironmentAsync();
        await tenant.BuyAsync(1_000);
        await tenant.AllocateAsync(environment, 600);
        var grant = (await ReadAsync(tenant, administrator))!.Grants[0];

        Assert.Contains("600", await AsAsync(administrator, desk => desk.EndAsync(new(tenant.Id), grant.Id, grant.Version, default)), StringComparison.Ordinal);
        await tenant.AllocateAsync(environment, 0);
        Assert.NotNull(await AsAsync(administrator, desk => desk.EndAsync(new(tenant.Id), grant.Id, grant.Version + 1, default)));
        Assert.Null(await AsAsync(administrator, desk => desk.EndAsync(new(tenant.Id), grant.Id, grant.Version, default)));

        var ended = (await ReadAsync(tenant, administrator))!.Grants[0];
        Assert.True(ended.WasEnded);
        Assert.Equal(GrantState.Over, GrantText.StateOf(ended, Portal.Clock!.GetUtcNow()));
    }

    [Theory]
    [InlineData(TenantRole.Reader)]
    [InlineData(TenantRole.EnvironmentAdministrator)]
    [InlineData(null)]
    public async Task WhoeverMayNot_IsRefused(TenantRole? role)
    {
        var tenant = await fixture.NewTenantAsync();
        var environment = await tenant.NewEnvironmentAsync();
        await tenant.BuyAsync(1_000);
        var person = role is { } given ? await Portal.AddPersonAsync(tenant.Id, given, environment) : await Portal.AddPersonAsync();

        var view = await ReadAsync(tenant, person);
        Assert.Equal(role is null, view is null);
        Assert.NotEqual(true, view?.MayChange);
        Assert.NotNull(await AsAsync(person, desk => desk.RecordAsync(new(tenant.Id), Packs(1), null, default)));
        Assert.NotNull(await AsAsync(person, desk => desk.EndAsync(new(tenant.Id), new(Guid.NewGuid()), 1, default)));
        Assert.Equal(1_000m, (await tenant.CapacityAsync()).Number("entitled"));
    }

    private static NewGrant Packs(int packs) => new()
    {
        Id = new GrantId(Guid.NewGuid()),
        Kind = GrantKind.MessagePack,
        Amount = Credits.Of(packs * 25_000L),
        Recurrence = Recurrence.Monthly,
        Order = new PackOrder(packs, Credits.Of(25_000), 200 * Money.PerUnit, "PO-7"),
    };

    private Task<MessagePacksView?> ReadAsync(TenantUnderTest tenant, PortalUser person) => AsAsync(person, desk => desk.ReadAsync(new(tenant.Id), default));

    private async Task<TResult> AsAsync<TResult>(PortalUser person, Func<IMessagePackDesk, Task<TResult>> ask)
    {
        await using var page = Portal.OpenPageAs(person);
        return await ask(page.ServiceProvider.GetRequiredService<IMessagePackDesk>());
    }
}
