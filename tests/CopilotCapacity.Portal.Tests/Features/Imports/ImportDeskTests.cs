using System.Net;
using System.Text;
using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Quota;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Portal.Features.Environments;
using CopilotCapacity.Portal.Features.Imports;
using CopilotCapacity.Portal.Features.MessagePacks;
using CopilotCapacity.Portal.Features.Overview;
using CopilotCapacity.Storage;
using CopilotCapacity.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace CopilotCapacity.Portal.Tests.Features.Imports;

/// <summary>What files do, on the real portal.</summary>
public sealed class ImportDeskTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    private PortalUnderTest Portal => fixture.Portal;

    [Fact]
    public async Task Environments_AreCreatedAndDescribed_OnceHoweverOftenTheFileComes()
    {
        var (tenant, administrator) = await TenantAsync();
        var known = await tenant.NewEnvironmentAsync();
        var file = $"""
            id,name,type,region,costCenter,drawsOnPool
            {known},Renamed,sandbox,europe,CC-9,
            ,Alpha,production,europe,CC-1,no
            ,"Beta, the second",developer,unitedstates,,yes
            """;

        var check = await CheckAsync(administrator, tenant, ImportKind.Environments, file);

        Assert.Empty(check.Preview!.Errors);
        Assert.Equal([2, 3, 4], check.Preview.Changes.Select(change => change.Line));
        Assert.Equal([false, true, true], check.Preview.Changes.Select(change => change.IsNew));
        Assert.Equal("Production · europe · CC-1, does not draw on the tenant pool", check.Preview.Changes[1].Text);
        Assert.Contains("→ Renamed", check.Preview.Changes[0].Text, StringComparison.Ordinal);
        Assert.Single(await EnvironmentsAsync(tenant, administrator));

        Assert.Null((await ApplyAsync(administrator, tenant, ImportKind.Environments, file, check.Preview)).Refusal);
        Assert.NotNull((await ApplyAsync(administrator, tenant, ImportKind.Environments, file, check.Preview)).Refusal);

        var rows = await EnvironmentsAsync(tenant, administrator);
        Assert.Equal(["Alpha", "Beta, the second", "Renamed"], rows.Select(row => row.Name).Order(StringComparer.Ordinal), StringComparer.Ordinal);
        Assert.False(rows.Single(row => row.Name is "Alpha").Reach.DrawsOnPool);
        var again = await CheckAsync(administrator, tenant, ImportKind.Environments, file);
        Assert.Equal((0, 3), (again.Preview!.Changes.Count, again.Preview.Unchanged));
        var audit = (await tenant.Api.ReadAsync($"/api/v1/tenants/{tenant.Id}/audit")).Json.GetProperty("items");
        Assert.Contains(audit.EnumerateArray(), entry => entry.GetProperty("reason").GetString() is "from the sheet");
    }

    [Fact]
    public async Task WrongRows_AreAllTold_AndChangeNothing()
    {
        var (tenant, administrator) = await TenantAsync();
        const string File = """
            id,name,type,region,costCenter,drawsOnPool
            ,Alpha,production,europe,,
            nonsense,Beta,production,europe,,
            ,Gamma,castle,europe,,perhaps
            ,,production,,,
            ,alpha,sandbox,europe,,
            """;

        var check = await CheckAsync(administrator, tenant, ImportKind.Environments, File);

        Assert.Equal(
            [(3, "id"), (4, "type"), (4, "drawsOnPool"), (5, "name"), (5, "region"), (6, "name")],
            check.Preview!.Errors.Select(error => (error.Line!.Value, error.Column!)));
        Assert.Contains("line 2 already", check.Preview.Errors[^1].Text, StringComparison.Ordinal);
        Assert.NotNull((await ApplyAsync(administrator, tenant, ImportKind.Environments, File, check.Preview)).Refusal);
        Assert.Empty(await EnvironmentsAsync(tenant, administrator));
    }

    [Fact]
    public async Task Allocations_AreSetTogether_AndTakenBack()
    {
        var (tenant, administrator) = await TenantAsync();
        await tenant.BuyAsync(1_000);
        var alpha = await tenant.NewEnvironmentAsync(drawFromTenantPool: false);
        var beta = await tenant.NewEnvironmentAsync(drawFromTenantPool: false);
        var file = $"id,name,allocation,colour\n{alpha},,400,red\n{beta},,250.5,red\n";

        var check = await CheckAsync(administrator, tenant, ImportKind.Allocations, file);
        Assert.Equal(["0 → 400 credits", "0 → 250.5 credits"], check.Preview!.Changes.Select(change => change.Text), StringComparer.Ordinal);
        Assert.All(check.Preview.Statuses, status => Assert.Equal((QuotaStatus.Depleted, QuotaStatus.Available), (status.Before, status.After)));
        Assert.Equal(["colour"], check.Preview.Ignored);
        Assert.All(await EnvironmentsAsync(tenant, administrator), row => Assert.Equal(Credits.Zero, row.Allocation));

        var done = await ApplyAsync(administrator, tenant, ImportKind.Allocations, file, check.Preview);
        Assert.Equal([250.5m, 400m], (await EnvironmentsAsync(tenant, administrator)).Select(row => row.Allocation.Value).Order());

        Assert.Null(await AsAsync<IImportDesk, string?>(administrator, desk => desk.UndoAsync(Id(tenant), done.Preview!.Undo!.Value, default)));
        Assert.All(await EnvironmentsAsync(tenant, administrator), row => Assert.Equal(Credits.Zero, row.Allocation));
    }

    [Fact]
    public async Task Allocations_ThatDoNotFit_AreRefusedWithWhatWould()
    {
        var (tenant, administrator) = await TenantAsync();
        await tenant.BuyAsync(1_000);
        var alpha = await tenant.NewEnvironmentAsync();

        var tooMuch = await CheckAsync(administrator, tenant, ImportKind.Allocations, $"id,allocation\n{alpha},1001\n");
        var wrong = await CheckAsync(administrator, tenant, ImportKind.Allocations, $"id,allocation\n{alpha},-1\n{alpha},\n{Guid.NewGuid()},5\n,5\n");

        Assert.Equal((null, true), (tooMuch.Preview!.Errors.Single().Line, tooMuch.Preview.Errors[0].Text.Contains("1000", StringComparison.Ordinal)));
        Assert.Equal([2, 3, 4, 5], wrong.Preview!.Errors.Select(error => error.Line!.Value));
    }

    [Fact]
    public async Task Change_MeanwhileByAnother_IsNotOverwritten()
    {
        var (tenant, administrator) = await TenantAsync();
        await tenant.BuyAsync(1_000);
        var alpha = await tenant.NewEnvironmentAsync();
        var file = $"id,allocation\n{alpha},400\n";
        var check = await CheckAsync(administrator, tenant, ImportKind.Allocations, file);
        await tenant.AllocateAsync(alpha, 100);

        var outcome = await ApplyAsync(administrator, tenant, ImportKind.Allocations, file, check.Preview!);

        Assert.Contains("check the file again", outcome.Refusal, StringComparison.Ordinal);
        Assert.Equal(Credits.Of(100), (await EnvironmentsAsync(tenant, administrator)).Single().Allocation);
    }

    [Fact]
    public async Task Grants_AreRecordedOnce_AndTheirFaultsAreTold()
    {
        var (tenant, administrator) = await TenantAsync();
        const string File = """
            kind,packs,amount,recurrence,effectiveAt,expiresAt,orderReference
            messagePack,2,,,,2027-12-01,PO-1
            messagePack,2,,,,2027-12-01,PO-1
            promotional,,500,none,2027-01-01,,
            """;
        var check = await CheckAsync(administrator, tenant, ImportKind.Grants, File);
        Assert.Equal(["2\u00a0packs, 50,000 credits a month, from now on until 1 Dec 2027", "500 credits, from 1 Jan 2027"], check.Preview!.Changes.Select(change => change.Text).Distinct(StringComparer.Ordinal), StringComparer.Ordinal);

        Assert.Null((await ApplyAsync(administrator, tenant, ImportKind.Grants, File, check.Preview)).Refusal);

        var view = await AsAsync<IMessagePackDesk, MessagePacksView?>(administrator, desk => desk.ReadAsync(Id(tenant), default));
        Assert.Equal((3, Credits.Of(100_000)), (view!.Grants.Count, view.Entitled));
        Assert.Equal(3, (await CheckAsync(administrator, tenant, ImportKind.Grants, File)).Preview!.Unchanged);
        var wrong = await CheckAsync(administrator, tenant, ImportKind.Grants, "kind,packs,amount,expiresAt\nmessagePack,0,,\nincluded,,,\npromotional,,5,2020-01-01\ngift,,5,soon\n");
        Assert.Equal([(2, "packs"), (3, "amount"), (4, "expiresAt"), (5, "kind"), (5, "expiresAt")], wrong.Preview!.Errors.Select(error => (error.Line!.Value, error.Column!)));
    }

    [Fact]
    public async Task ExportedLists_ComeBackUnchanged()
    {
        var (tenant, administrator) = await TenantAsync();
        await tenant.BuyAsync(1_000);
        await AsAsync<IEnvironmentDesk, string?>(administrator, desk => desk.CreateAsync(
            Id(tenant), new EnvironmentId(Guid.NewGuid()), new("=cmd|' /C calc'!A0", EnvironmentType.Sandbox, "europe, north", "CC \"7\""), false, default));
        await tenant.AllocateAsync((await EnvironmentsAsync(tenant, administrator)).Single().Id.Value, 300);
        using var browser = await Portal.SignInAsync(administrator.Email!);

        var environments = await browser.GetStringAsync($"/tenants/{tenant.Id}/environments.csv");
        var grants = await browser.GetStringAsync($"/tenants/{tenant.Id}/packs.csv");
        var template = await browser.GetStringAsync($"/tenants/{tenant.Id}/import/allocations.csv");

        Assert.Contains(",'=cmd|", environments, StringComparison.Ordinal);
        Assert.Contains(",300,", environments, StringComparison.Ordinal);
        foreach (var (kind, file) in new[] { (ImportKind.Environments, environments), (ImportKind.Allocations, environments), (ImportKind.Allocations, template), (ImportKind.Grants, grants) })
        {
            var check = await CheckAsync(administrator, tenant, kind, file);
            Assert.Null(check.Refusal);
            Assert.Equal((0, 0, 1), (check.Preview!.Errors.Count, check.Preview.Changes.Count, check.Preview.Unchanged));
        }
    }

    [Fact]
    public async Task Templates_CanBeImported()
    {
        var (tenant, administrator) = await TenantAsync();
        using var browser = await Portal.SignInAsync(administrator.Email!);
        foreach (var kind in new[] { ImportKind.Environments, ImportKind.Grants })
        {
            var check = await CheckAsync(administrator, tenant, kind, await browser.GetStringAsync($"/tenants/{tenant.Id}/import/{kind.ToString().ToLowerInvariant()}.csv"));
            Assert.Equal((0, 1), (check.Preview!.Errors.Count, check.Preview.Changes.Count));
        }

        Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync($"/tenants/{tenant.Id}/import/castles.csv")).StatusCode);
    }

    [Fact]
    public async Task Readers_ImportNothing()
    {
        var (tenant, _) = await TenantAsync();
        var reader = await Portal.AddPersonAsync(tenant.Id);
        var nothing = new ImportPreview(0, [], [], [], [], null);

        Assert.Null((await CheckAsync(reader, tenant, ImportKind.Environments, "name,type,region\nAlpha,sandbox,europe\n")).Preview);
        Assert.Contains("administrator of the tenant", (await ApplyAsync(reader, tenant, ImportKind.Environments, "x", nothing)).Refusal, StringComparison.Ordinal);
        Assert.Null(await AsAsync<IImportDesk, string?>(reader, desk => desk.NameAsync(Id(tenant), default)));
    }

    private static TenantId Id(TenantUnderTest tenant) => new(tenant.Id);

    private async Task<(TenantUnderTest Tenant, PortalUser Administrator)> TenantAsync()
    {
        var tenant = await fixture.NewTenantAsync();
        return (tenant, await Portal.AddPersonAsync(tenant.Id, TenantRole.TenantAdministrator));
    }

    private Task<ImportOutcome> CheckAsync(PortalUser person, TenantUnderTest tenant, ImportKind kind, string file) =>
        AsAsync<IImportDesk, ImportOutcome>(person, desk => desk.CheckAsync(Id(tenant), kind, Encoding.UTF8.GetBytes(file), new Progress<(int, int)>(), default));

    private Task<ImportOutcome> ApplyAsync(PortalUser person, TenantUnderTest tenant, ImportKind kind, string file, ImportPreview seen) =>
        AsAsync<IImportDesk, ImportOutcome>(person, desk => desk.ApplyAsync(Id(tenant), kind, Encoding.UTF8.GetBytes(file), seen, "from the sheet"));

    private async Task<IReadOnlyList<OverviewEnvironment>> EnvironmentsAsync(TenantUnderTest tenant, PortalUser person) =>
        (await AsAsync<IEnvironmentDesk, EnvironmentList?>(person, desk => desk.ReadAsync(Id(tenant), OverviewView.Parse(null, null, "name", null), default)))!.Rows.Rows;

    private async Task<TResult> AsAsync<TService, TResult>(PortalUser person, Func<TService, Task<TResult>> ask)
        where TService : notnull
    {
        await using var page = Portal.OpenPageAs(person);
        return await ask(page.ServiceProvider.GetRequiredService<TService>());
    }
}
