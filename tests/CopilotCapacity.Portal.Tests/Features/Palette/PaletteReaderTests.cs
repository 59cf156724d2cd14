using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Portal.Features.Environments;
using CopilotCapacity.Portal.Features.Palette;
using CopilotCapacity.Storage;
using CopilotCapacity.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace CopilotCapacity.Portal.Tests.Features.Palette;

/// <summary>Which environments the palette finds, on the real portal.</summary>
public sealed class PaletteReaderTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task Environments_AreFoundByNameAndId_ByThoseWhoSeeThem()
    {
        var mark = Guid.NewGuid().ToString("N")[..8];
        var (here, there) = (await fixture.NewTenantAsync(), await fixture.NewTenantAsync());
        var administrator = await fixture.Portal.AddPersonAsync(here.Id, TenantRole.TenantAdministrator);
        var both = await fixture.Portal.AddPersonAsync();
        var (alpha, beta, far) = (await CreateAsync(here, $"Alpha {mark}_1"), await CreateAsync(here, $"Beta {mark}%1"), await CreateAsync(there, $"Aaron {mark}"));
        var one = await fixture.Portal.AddPersonAsync(here.Id, TenantRole.EnvironmentAdministrator, beta);
        var portal = await fixture.Portal.AddPersonAsync();
        await using (var context = await fixture.Portal.OpenDatabaseAsync())
        {
            context.Users.Single(user => user.Id == portal.Id).IsPortalAdministrator = true;
            await context.SaveChangesAsync();
        }

        Assert.Equal([$"Alpha {mark}_1", $"Beta {mark}%1"], await FindAsync(administrator, mark.ToUpperInvariant(), here), StringComparer.Ordinal);
        Assert.Equal([$"Beta {mark}%1"], await FindAsync(administrator, $"{mark}%1", here), StringComparer.Ordinal);
        Assert.Equal([$"Alpha {mark}_1"], await FindAsync(administrator, alpha.ToString(), here), StringComparer.Ordinal);
        Assert.Equal([$"Beta {mark}%1"], await FindAsync(one, mark, here), StringComparer.Ordinal);
        Assert.Empty(await FindAsync(administrator, far.ToString(), here));
        Assert.Empty(await FindAsync(both, mark, here));
        Assert.Equal([$"Alpha {mark}_1", $"Beta {mark}%1", $"Aaron {mark}"], await FindAsync(portal, mark, here), StringComparer.Ordinal);
    }

    [Fact]
    public async Task Application_LeadsToItsEnvironment()
    {
        var tenant = await fixture.NewTenantAsync();
        var administrator = await fixture.Portal.AddPersonAsync(tenant.Id, TenantRole.TenantAdministrator);
        var environment = await tenant.NewEnvironmentAsync();
        var application = new LinkedApplication(new LinkedApplicationId(Guid.NewGuid()), ApplicationKind.Sales, "https://contoso.crm.dynamics.com");
        await using (var page = fixture.Portal.OpenPageAs(administrator))
        {
            Assert.Null(await page.ServiceProvider.GetRequiredService<IEnvironmentEditor>().LinkAsync(new TenantId(tenant.Id), new EnvironmentId(environment), application, default));
        }

        Assert.Single(await FindAsync(administrator, application.Id.Value.ToString(), tenant));
    }

    private static async Task<Guid> CreateAsync(TenantUnderTest tenant, string name)
    {
        var reply = await tenant.Api.SendJsonAsync(
            HttpMethod.Post, $"/api/v1/tenants/{tenant.Id}/environments", $$"""{"name":"{{name}}","type":"sandbox","region":"europe"}""");
        return reply.Json.GetProperty("id").GetGuid();
    }

    private async Task<List<string>> FindAsync(PortalUser person, string text, TenantUnderTest here)
    {
        await using var page = fixture.Portal.OpenPageAs(person);
        var found = await page.ServiceProvider.GetRequiredService<IPaletteReader>().FindAsync(text, new TenantId(here.Id), default);
        return [.. found.Select(item => item.Title)];
    }
}
