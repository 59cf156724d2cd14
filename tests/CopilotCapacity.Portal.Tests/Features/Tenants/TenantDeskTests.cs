using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Portal.Features.Audit;
using CopilotCapacity.Portal.Features.Overview;
using CopilotCapacity.Portal.Features.Tenants;
using CopilotCapacity.Storage;
using CopilotCapacity.Storage.Queries;
using CopilotCapacity.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace CopilotCapacity.Portal.Tests.Features.Tenants;

/// <summary>What the pages of tenants read and change, on the real portal.</summary>
public sealed class TenantDeskTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    private static readonly DateTimeOffset s_clock = new(2026, 3, 10, 0, 0, 0, TimeSpan.Zero);

    private PortalUnderTest Portal => fixture.Portal;

    [Fact]
    public async Task Tenant_IsCreatedOnce_AndFoundByItsName()
    {
        var administrator = await AddAdministratorAsync();
        var (id, name) = (new TenantId(Guid.NewGuid()), $"Fabrikam {Guid.NewGuid():N}");

        Assert.Null(await AsAsync(administrator, desk => desk.CreateAsync(id, name, new CurrencyCode("EUR"), s_clock, default)));
        Assert.NotNull(await AsAsync(administrator, desk => desk.CreateAsync(id, name, new CurrencyCode("EUR"), null, default)));
        await Portal.AddPersonAsync(id.Value);

        var row = Assert.Single((await AsAsync(administrator, desk => desk.ListAsync(name.ToUpperInvariant(), 1, default)))!.Rows);
        Assert.Equal((id, name, "EUR", s_clock, 0, 1, null), (row.Id, row.Name, row.Currency.Value, row.TestClock!.Value, row.Environments, row.Members, row.LastUsed));
        Assert.Equal(0, (await AsAsync(administrator, desk => desk.ListAsync("%_%", 1, default)))!.Total);
    }

    [Fact]
    public async Task DisplayZone_IsChanged_AuditedAndInTheMenu_ButNoneThatIsUnknown()
    {
        var tenant = await fixture.NewTenantAsync();
        var person = await Portal.AddPersonAsync(tenant.Id, TenantRole.TenantAdministrator);
        var before = (await ReadAsync(tenant, person))!;

        Assert.Contains("no time zone Mars/Olympus", await AsAsync(person, desk => desk.ChangeAsync(new(tenant.Id), before with { DisplayZone = "Mars/Olympus" }, null, default)), StringComparison.Ordinal);
        Assert.Null(await AsAsync(person, desk => desk.ChangeAsync(new(tenant.Id), before with { DisplayZone = "Europe/Berlin" }, null, default)));

        Assert.Equal("Europe/Berlin", (await ReadAsync(tenant, person))!.DisplayZone);
        await using var page = Portal.OpenPageAs(person);
        Assert.Equal("Europe/Berlin", Assert.Single((await page.ServiceProvider.GetRequiredService<IOverviewReader>().MenuAsync(default)).Tenants).DisplayZone);
        var trail = await page.ServiceProvider.GetRequiredService<IAuditReader>().ReadAsync(new(tenant.Id), new AuditFilter { Action = "tenant" }, long.MaxValue, 1, default);
        Assert.Contains("display zone UTC → Europe/Berlin", AuditText.Whole(trail!.Entries[0]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Settings_AreChanged_AndAStaleChangeIsToldWhatTheyAreNow()
    {
        var tenant = await fixture.NewTenantAsync();
        var person = await Portal.AddPersonAsync(tenant.Id, TenantRole.TenantAdministrator);
        var before = await ReadAsync(tenant, person);

        Assert.Null(await AsAsync(person, desk => desk.ChangeAsync(new(tenant.Id), before! with { Name = " Contoso North ", LowThresholdPercent = 70 }, "clearer", default)));
        Assert.Contains("name Contoso → Contoso North, low threshold percent 80 → 70.", await AsAsync(person, desk => desk.ChangeAsync(new(tenant.Id), before! with { Name = "Stale" }, null, default)), StringComparison.Ordinal);
        Assert.NotNull(await AsAsync(person, async desk => await desk.ChangeAsync(new(tenant.Id), (await desk.ReadAsync(new(tenant.Id), default))! with { LowThresholdPercent = 100 }, null, default)));

        var after = await ReadAsync(tenant, person);
        Assert.Equal(("Contoso North", 70, true, false), (after!.Name, after.LowThresholdPercent, after.MayChange, after.MayMoveClock));
    }

    [Fact]
    public async Task Clock_GoesForwardOnly_AndOnlyOfARehearsalTenant()
    {
        var rehearsal = await fixture.NewTenantAsync(s_clock);
        var ordinary = await fixture.NewTenantAsync();
        var (person, other) = (await Portal.AddPersonAsync(rehearsal.Id, TenantRole.TenantAdministrator), await Portal.AddPersonAsync(ordinary.Id, TenantRole.TenantAdministrator));

        Assert.Null(await AsAsync(person, desk => desk.MoveClockAsync(new(rehearsal.Id), s_clock.AddDays(40), default)));
        Assert.NotNull(await AsAsync(person, desk => desk.MoveClockAsync(new(rehearsal.Id), s_clock, default)));
        Assert.NotNull(await AsAsync(person, desk => desk.MoveClockAsync(new(rehearsal.Id), s_clock.AddYears(100), default)));
        Assert.NotNull(await AsAsync(other, desk => desk.MoveClockAsync(new(ordinary.Id), DateTimeOffset.MaxValue.AddYears(-7950), default)));

        Assert.Equal(s_clock.AddDays(40), (await ReadAsync(rehearsal, person))!.TestClock);
    }

    [Theory]
    [InlineData(TenantRole.Reader)]
    [InlineData(TenantRole.EnvironmentAdministrator)]
    [InlineData(null)]
    public async Task WhoeverMayNot_IsRefused(TenantRole? role)
    {
        var tenant = await fixture.NewTenantAsync(s_clock);
        var environment = await tenant.NewEnvironmentAsync();
        var person = role is { } given ? await Portal.AddPersonAsync(tenant.Id, given, environment) : await Portal.AddPersonAsync();
        var settings = (await ReadAsync(tenant, await Portal.AddPersonAsync(tenant.Id)))!;

        Assert.Null(await AsAsync(person, desk => desk.ListAsync(null, 1, default)));
        Assert.Equal(role is null, await ReadAsync(tenant, person) is null);
        Assert.NotNull(await AsAsync(person, desk => desk.CreateAsync(new(Guid.NewGuid()), "X", CurrencyCode.Usd, null, default)));
        Assert.NotNull(await AsAsync(person, desk => desk.ChangeAsync(new(tenant.Id), settings with { Name = "X" }, null, default)));
        Assert.NotNull(await AsAsync(person, desk => desk.MoveClockAsync(new(tenant.Id), s_clock.AddDays(1), default)));
    }

    private async Task<PortalUser> AddAdministratorAsync()
    {
        var person = await Portal.AddPersonAsync();
        await using var context = await Portal.OpenDatabaseAsync();
        await context.Users.Where(user => user.Id == person.Id).ExecuteUpdateAsync(set => set.SetProperty(user => user.IsPortalAdministrator, true));
        return person;
    }

    private Task<TenantSettings?> ReadAsync(TenantUnderTest tenant, PortalUser person) => AsAsync(person, desk => desk.ReadAsync(new(tenant.Id), default));

    private async Task<TResult> AsAsync<TResult>(PortalUser person, Func<ITenantDesk, Task<TResult>> ask)
    {
        await using var page = Portal.OpenPageAs(person);
        return await ask(page.ServiceProvider.GetRequiredService<ITenantDesk>());
    }
}
