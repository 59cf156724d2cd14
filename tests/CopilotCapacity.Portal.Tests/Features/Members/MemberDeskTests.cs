using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Portal.Features.Access;
using CopilotCapacity.Portal.Features.ApiKeys;
using CopilotCapacity.Portal.Features.Members;
using CopilotCapacity.Portal.Features.Overview;
using CopilotCapacity.Portal.Features.Rates;
using CopilotCapacity.Storage;
using CopilotCapacity.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using System.Net;

namespace CopilotCapacity.Portal.Tests.Features.Members;

/// <summary>What pages do for people, on the real portal: who may, who may not, and what stands on the trail.</summary>
public sealed class MemberDeskTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    private static readonly WantedRole s_reader = new(TenantRole.Reader, []);

    private PortalUnderTest Portal => fixture.Portal;

    [Fact]
    public async Task Invitation_LetsOnePersonJoin_Once()
    {
        var tenant = await fixture.NewTenantAsync();
        var administrator = await Portal.AddPersonAsync(tenant.Id, TenantRole.TenantAdministrator);
        var outcome = await AsAsync<IMemberDesk, InvitationOutcome>(administrator, desk => desk.InviteAsync(new(tenant.Id), "lee@contoso.example", s_reader, default));
        var path = outcome.Path!;

        using var browser = Portal.CreateBrowser();
        var joined = await browser.PostFormAsync(
            path, "/invitation/new", ("token", path.Split("token=")[1]), ("name", "Lee Park"), ("email", $"{Guid.NewGuid():N}@contoso.example"), ("password", PeopleUnderTest.Password));
        Assert.Equal($"/tenants/{tenant.Id}/overview", joined.Headers.Location?.OriginalString);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(joined.Headers.Location)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync($"/tenants/{tenant.Id}/members")).StatusCode);

        using var second = Portal.CreateBrowser();
        Assert.Contains("This invitation is over", await second.GetStringAsync(path), StringComparison.Ordinal);
        var members = await AsAsync<IMemberDesk, TenantMembers?>(administrator, desk => desk.ReadAsync(new(tenant.Id), default));
        Assert.Contains(members!.Members, member => member is { Name: "Lee Park", Role: TenantRole.Reader });
        Assert.Empty(members.Invitations);
        Assert.Equal(["member.joined", "member.invited"], (await ActionsAsync(tenant)).Take(2), StringComparer.Ordinal);
    }

    [Fact]
    public async Task Invitation_AcceptedByTwoAtOnce_LetsOneIn()
    {
        var tenant = await fixture.NewTenantAsync();
        var administrator = await Portal.AddPersonAsync(tenant.Id, TenantRole.TenantAdministrator);
        var token = (await AsAsync<IMemberDesk, InvitationOutcome>(administrator, desk => desk.InviteAsync(new(tenant.Id), "lee@contoso.example", s_reader, default))).Path!.Split("token=")[1];
        var people = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Portal.AddPersonAsync()));
        var invitations = Portal.Services.GetRequiredService<Invitations>();

        var joined = await Task.WhenAll(people.Select(person => Task.Run(() => invitations.AcceptAsync(token, person.Id, person.DisplayName, null, default))));

        Assert.Single(joined, outcome => outcome is not null);
    }

    [Fact]
    public async Task Invitation_OfSomebodyWhoWasRemoved_OpensNothing()
    {
        var tenant = await fixture.NewTenantAsync();
        var administrator = await Portal.AddPersonAsync(tenant.Id, TenantRole.TenantAdministrator);
        var lee = await Portal.AddPersonAsync(tenant.Id, TenantRole.TenantAdministrator);
        var path = (await AsAsync<IMemberDesk, InvitationOutcome>(lee, desk => desk.InviteAsync(new(tenant.Id), "x@contoso.example", s_reader, default))).Path!;

        Assert.Null(await AsAsync<IMemberDesk, string?>(administrator, desk => desk.RemoveAsync(new(tenant.Id), lee.Id, null, default)));

        using var browser = Portal.CreateBrowser();
        Assert.Contains("This invitation is over", await browser.GetStringAsync(path), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Invitation_TakenBackOrTooOld_OpensNothing()
    {
        await using var portal = new PortalUnderTest();
        var tenant = await portal.CreateTenantAsync();
        var administrator = await portal.AddPersonAsync(tenant.Id, TenantRole.TenantAdministrator);
        using var browser = portal.CreateBrowser();
        await using var page = portal.OpenPageAs(administrator);
        var desk = page.ServiceProvider.GetRequiredService<IMemberDesk>();
        var old = (await desk.InviteAsync(new(tenant.Id), "a@contoso.example", s_reader, default)).Path!;
        portal.Clock!.Advance(TimeSpan.FromDays(8));
        var back = (await desk.InviteAsync(new(tenant.Id), "b@contoso.example", s_reader, default)).Path!;
        var open = (await desk.ReadAsync(new(tenant.Id), default))!.Invitations;
        Assert.Null(await desk.RevokeAsync(new(tenant.Id), Assert.Single(open).Id, default));

        foreach (var path in new[] { old, back, "/invitation?token=nothing", "/invitation" })
        {
            Assert.Contains("This invitation is over", await browser.GetStringAsync(path), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Role_TakenAway_ActsAtOnce_AndEndsTheirSessions()
    {
        var tenant = await fixture.NewTenantAsync();
        var administrator = await Portal.AddPersonAsync(tenant.Id, TenantRole.TenantAdministrator);
        var lee = await Portal.AddPersonAsync(tenant.Id, TenantRole.TenantAdministrator);
        using var browser = await Portal.SignInAsync(lee.Email!);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync($"/tenants/{tenant.Id}/overview")).StatusCode);

        Assert.Null(await AsAsync<IMemberDesk, string?>(administrator, desk => desk.ChangeAsync(new(tenant.Id), lee.Id, s_reader, "moved on", default)));
        Assert.NotNull((await AsAsync<IApiKeyDesk, KeyOutcome>(lee, desk => desk.CreateAsync(new(tenant.Id), "x", ApiScopes.QuotaRead, null, default))).Refusal);
        Assert.Null(await AsAsync<IMemberDesk, string?>(administrator, desk => desk.RemoveAsync(new(tenant.Id), lee.Id, null, default)));

        Assert.Equal(HttpStatusCode.Redirect, (await browser.GetAsync($"/tenants/{tenant.Id}/overview")).StatusCode);
        using var again = await Portal.SignInAsync(lee.Email!);
        Assert.Equal(HttpStatusCode.NotFound, (await again.GetAsync($"/tenants/{tenant.Id}/overview")).StatusCode);
        await using var context = await Portal.OpenDatabaseAsync();
        Assert.NotEqual(lee.SecurityStamp, (await context.Users.SingleAsync(user => user.Id == lee.Id)).SecurityStamp, StringComparer.Ordinal);
        Assert.Equal(["member.removed", "member.changed"], (await ActionsAsync(tenant)).Take(2), StringComparer.Ordinal);
    }

    [Fact]
    public async Task Member_ChangesNeitherThemselvesNorOthersElsewhere()
    {
        var (tenant, other) = (await fixture.NewTenantAsync(), await fixture.NewTenantAsync());
        var administrator = await Portal.AddPersonAsync(tenant.Id, TenantRole.TenantAdministrator);
        var elsewhere = await Portal.AddPersonAsync(other.Id);

        Assert.NotNull(await AsAsync<IMemberDesk, string?>(administrator, desk => desk.RemoveAsync(new(tenant.Id), administrator.Id, null, default)));
        Assert.NotNull(await AsAsync<IMemberDesk, string?>(administrator, desk => desk.RemoveAsync(new(tenant.Id), elsewhere.Id, null, default)));
        Assert.NotNull(await AsAsync<IMemberDesk, string?>(administrator, desk => desk.RemoveAsync(new(other.Id), elsewhere.Id, null, default)));
        await using var context = await Portal.OpenDatabaseAsync();
        Assert.Equal(2, await context.Memberships.CountAsync(row => row.UserId == administrator.Id || row.UserId == elsewhere.Id));
    }

    [Theory]
    [InlineData(TenantRole.Reader)]
    [InlineData(TenantRole.EnvironmentAdministrator)]
    [InlineData(null)]
    public async Task WhoeverMayNot_IsRefusedByEveryHandler_AndNothingChanges(TenantRole? role)
    {
        var tenant = await fixture.NewTenantAsync();
        var environment = await tenant.NewEnvironmentAsync();
        await tenant.BuyAsync(100);
        var person = role is { } given ? await Portal.AddPersonAsync(tenant.Id, given, environment) : await Portal.AddPersonAsync();
        var before = await ActionsAsync(tenant);
        var id = new TenantId(tenant.Id);

        Assert.NotNull(await AsAsync<IAllocationEditor, string?>(person, editor => editor.SetAsync(id, new(environment), new(Credits.Of(1), true, true), 1, default)));
        Assert.NotNull(await AsAsync<IRateEditor, string?>(person, editor => editor.SetAsync(id, Domain.Rating.Feature.Credits, new(1), null, default)));
        Assert.NotNull((await AsAsync<IApiKeyDesk, KeyOutcome>(person, desk => desk.CreateAsync(id, "x", ApiScopes.QuotaRead, null, default))).Refusal);
        Assert.NotNull((await AsAsync<IApiKeyDesk, KeyOutcome>(person, desk => desk.RotateAsync(id, Guid.NewGuid(), TimeSpan.Zero, default))).Refusal);
        Assert.NotNull(await AsAsync<IApiKeyDesk, string?>(person, desk => desk.RevokeAsync(id, Guid.NewGuid(), default)));
        Assert.Null(await AsAsync<IApiKeyDesk, TenantKeys?>(person, desk => desk.ReadAsync(id, default)));
        Assert.NotNull((await AsAsync<IMemberDesk, InvitationOutcome>(person, desk => desk.InviteAsync(id, "a@b.example", s_reader, default))).Refusal);
        Assert.NotNull(await AsAsync<IMemberDesk, string?>(person, desk => desk.ChangeAsync(id, person.Id, s_reader, null, default)));
        Assert.NotNull(await AsAsync<IMemberDesk, string?>(person, desk => desk.RemoveAsync(id, person.Id, null, default)));
        Assert.NotNull(await AsAsync<IMemberDesk, string?>(person, desk => desk.RevokeAsync(id, Guid.NewGuid(), default)));
        Assert.Null(await AsAsync<IMemberDesk, TenantMembers?>(person, desk => desk.ReadAsync(id, default)));

        Assert.Equal(before, await ActionsAsync(tenant));
    }

    [Fact]
    public async Task EnvironmentAdministrator_SeesTheirEnvironmentsAlone()
    {
        var tenant = await fixture.NewTenantAsync();
        var (own, other) = (await tenant.NewEnvironmentAsync(), await tenant.NewEnvironmentAsync());
        var person = await Portal.AddPersonAsync(tenant.Id, TenantRole.EnvironmentAdministrator, own);

        var overview = await AsAsync<IOverviewReader, TenantOverview?>(person, reader => reader.ReadAsync(new(tenant.Id), default));

        Assert.Equal(own, Assert.Single(overview!.Environments).Id.Value);
        Assert.False(overview.MayChangeCapacity);
        Assert.NotEqual(own, other);
    }

    private async Task<TResult> AsAsync<TService, TResult>(PortalUser person, Func<TService, Task<TResult>> ask)
        where TService : notnull
    {
        await using var page = Portal.OpenPageAs(person);
        return await ask(page.ServiceProvider.GetRequiredService<TService>());
    }

    private static async Task<List<string>> ActionsAsync(TenantUnderTest tenant) =>
    [
        .. (await tenant.Api.ReadAsync($"/api/v1/tenants/{tenant.Id}/audit")).Json.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("action").GetString()!),
    ];
}
