using System.Net;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Portal.Features.Audit;
using CopilotCapacity.Portal.Features.Members;
using CopilotCapacity.Portal.Features.People;
using CopilotCapacity.Storage;
using CopilotCapacity.Storage.Queries;
using CopilotCapacity.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace CopilotCapacity.Portal.Tests.Features.People;

/// <summary>What the page of people does, on the real portal: who may, who may not, and what stands on the trails.</summary>
public sealed class PeopleDeskTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    private PortalUnderTest Portal => fixture.Portal;

    [Fact]
    public async Task Invitation_MakesOneAdministrator_Once()
    {
        var administrator = await AddAdministratorAsync();
        var path = (await AsAsync(administrator, desk => desk.InviteAsync("kim@contoso.example", default))).Path!;
        using var browser = Portal.CreateBrowser();
        Assert.Contains("Administer this portal", await browser.GetStringAsync(path), StringComparison.Ordinal);

        var email = $"{Guid.NewGuid():N}@contoso.example";
        var joined = await browser.PostFormAsync(
            path, "/invitation/new", ("token", path.Split("token=")[1]), ("name", "Kim Asante"), ("email", email), ("password", PeopleUnderTest.Password));

        Assert.Equal("/", joined.Headers.Location?.OriginalString);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/portal/people")).StatusCode);
        using var second = Portal.CreateBrowser();
        Assert.Contains("This invitation is over", await second.GetStringAsync(path), StringComparison.Ordinal);
        var people = await AsAsync(administrator, desk => desk.ReadAsync(email, default));
        Assert.True(Assert.Single(people!.People).IsAdministrator);
        Assert.Equal(["administrator.joined", "administrator.invited"], (await TrailAsync(administrator)).Take(2).Select(view => view.Row.Action), StringComparer.Ordinal);
    }

    [Fact]
    public async Task Invitation_TakenBack_OpensNothing()
    {
        var administrator = await AddAdministratorAsync();
        var email = $"{Guid.NewGuid():N}@contoso.example";
        var path = (await AsAsync(administrator, desk => desk.InviteAsync(email, default))).Path!;
        var open = (await AsAsync(administrator, desk => desk.ReadAsync(null, default)))!.Invitations.Single(invitation => string.Equals(invitation.Email, email, StringComparison.Ordinal));

        Assert.Null(await AsAsync(administrator, desk => desk.RevokeAsync(open.Id, default)));

        Assert.NotNull(await AsAsync(administrator, desk => desk.RevokeAsync(open.Id, default)));
        using var browser = Portal.CreateBrowser();
        Assert.Contains("This invitation is over", await browser.GetStringAsync(path), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Administration_TakenAway_ActsAtOnce()
    {
        var (administrator, other) = (await AddAdministratorAsync(), await Portal.AddPersonAsync());
        Assert.Null(await AsAsync(administrator, desk => desk.SetAdministratorAsync(other.Id, true, default)));
        using var browser = await Portal.SignInAsync(other.Email!);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/portal/audit")).StatusCode);

        Assert.Null(await AsAsync(administrator, desk => desk.SetAdministratorAsync(other.Id, false, default)));

        Assert.Equal(HttpStatusCode.Redirect, (await browser.GetAsync("/portal/audit")).StatusCode);
        using var again = await Portal.SignInAsync(other.Email!);
        Assert.Equal(HttpStatusCode.NotFound, (await again.GetAsync("/portal/audit")).StatusCode);
    }

    [Fact]
    public async Task Account_Removed_IsForgotten_WhileTheTrailsStayWhole()
    {
        var administrator = await AddAdministratorAsync();
        var tenant = await fixture.NewTenantAsync();
        var lee = await Portal.AddPersonAsync(tenant.Id, TenantRole.TenantAdministrator);
        using var browser = await Portal.SignInAsync(lee.Email!);

        Assert.Null(await AsAsync(administrator, desk => desk.RemoveAsync(lee.Id, default)));

        Assert.Equal(HttpStatusCode.Redirect, (await browser.GetAsync("/account")).StatusCode);
        await using (var context = await Portal.OpenDatabaseAsync())
        {
            Assert.False(await context.Users.AnyAsync(user => user.Id == lee.Id));
            Assert.False(await context.Sessions.AnyAsync(row => row.UserId == lee.Id));
            Assert.False(await context.Memberships.AnyAsync(row => row.UserId == lee.Id));
        }

        var last = (await TrailAsync(administrator, new TenantId(tenant.Id)))[0];
        Assert.Equal(("member.removed", lee.Id.ToString()), (last.Row.Action, last.Row.ObjectId));
        Assert.Null(last.ObjectName);
        await using var page = Portal.OpenPageAs(administrator);
        var reader = page.ServiceProvider.GetRequiredService<IAuditReader>();
        Assert.True((await reader.VerifyAsync(null, default))!.IsOk);
        Assert.True((await reader.VerifyAsync(new TenantId(tenant.Id), default))!.IsOk);
        Assert.NotNull(await AsAsync(administrator, desk => desk.RemoveAsync(lee.Id, default)));
    }

    [Fact]
    public async Task Sessions_Ended_AreSignedOut()
    {
        var (administrator, lee) = (await AddAdministratorAsync(), await Portal.AddPersonAsync());
        using var browser = await Portal.SignInAsync(lee.Email!);
        Assert.Equal(1, Assert.Single((await AsAsync(administrator, desk => desk.ReadAsync(lee.Email, default)))!.People).Sessions);

        Assert.Null(await AsAsync(administrator, desk => desk.SignOutAsync(lee.Id, default)));

        Assert.Equal(HttpStatusCode.Redirect, (await browser.GetAsync("/account")).StatusCode);
    }

    [Fact]
    public async Task Search_TakesSignsAsTheyAre()
    {
        var (administrator, lee) = (await AddAdministratorAsync(), await Portal.AddPersonAsync());

        Assert.Contains((await AsAsync(administrator, desk => desk.ReadAsync(lee.Email![..4].ToUpperInvariant(), default)))!.People, person => person.Id == lee.Id);
        Assert.Empty((await AsAsync(administrator, desk => desk.ReadAsync("%", default)))!.People);
        Assert.Empty((await AsAsync(administrator, desk => desk.ReadAsync("_@", default)))!.People);
    }

    [Fact]
    public async Task Administrator_DoesNothingToThemselves()
    {
        var administrator = await AddAdministratorAsync();

        Assert.NotNull(await AsAsync(administrator, desk => desk.SetAdministratorAsync(administrator.Id, false, default)));
        Assert.NotNull(await AsAsync(administrator, desk => desk.RemoveAsync(administrator.Id, default)));
        Assert.NotNull(await AsAsync(administrator, desk => desk.SignOutAsync(administrator.Id, default)));
    }

    [Fact]
    public async Task WhoeverMayNot_IsRefusedByEveryHandler_AndNothingChanges()
    {
        var tenant = await fixture.NewTenantAsync();
        var (administrator, person) = (await AddAdministratorAsync(), await Portal.AddPersonAsync(tenant.Id, TenantRole.TenantAdministrator));
        var before = (await TrailAsync(administrator)).Count;

        Assert.Null(await AsAsync(person, desk => desk.ReadAsync(null, default)));
        Assert.NotNull((await AsAsync(person, desk => desk.InviteAsync("a@b.example", default))).Refusal);
        Assert.NotNull(await AsAsync(person, desk => desk.RevokeAsync(Guid.NewGuid(), default)));
        Assert.NotNull(await AsAsync(person, desk => desk.SetAdministratorAsync(person.Id, true, default)));
        Assert.NotNull(await AsAsync(person, desk => desk.SetAdministratorAsync(administrator.Id, false, default)));
        Assert.NotNull(await AsAsync(person, desk => desk.SignOutAsync(administrator.Id, default)));
        Assert.NotNull(await AsAsync(person, desk => desk.RemoveAsync(administrator.Id, default)));
        await using (var page = Portal.OpenPageAs(person))
        {
            var reader = page.ServiceProvider.GetRequiredService<IAuditReader>();
            Assert.Null(await reader.ReadAsync(null, new AuditFilter(), long.MaxValue, 10, default));
            Assert.Null(await reader.VerifyAsync(null, default));
        }

        Assert.Equal(before, (await TrailAsync(administrator)).Count);
    }

    private async Task<PortalUser> AddAdministratorAsync()
    {
        var person = await Portal.AddPersonAsync();
        await using var context = await Portal.OpenDatabaseAsync();
        await context.Users.Where(user => user.Id == person.Id).ExecuteUpdateAsync(set => set.SetProperty(user => user.IsPortalAdministrator, true));
        return person;
    }

    private async Task<IReadOnlyList<AuditView>> TrailAsync(PortalUser person, TenantId? tenant = null)
    {
        await using var page = Portal.OpenPageAs(person);
        return (await page.ServiceProvider.GetRequiredService<IAuditReader>().ReadAsync(tenant, new AuditFilter(), long.MaxValue, 1_000, default))!.Entries;
    }

    private async Task<TResult> AsAsync<TResult>(PortalUser person, Func<IPeopleDesk, Task<TResult>> ask)
    {
        await using var page = Portal.OpenPageAs(person);
        return await ask(page.ServiceProvider.GetRequiredService<IPeopleDesk>());
    }
}
