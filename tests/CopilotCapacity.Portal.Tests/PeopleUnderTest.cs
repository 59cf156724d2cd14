using System.Net;
using System.Security.Claims;
using System.Text.RegularExpressions;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Storage;
using CopilotCapacity.Storage.Model;
using CopilotCapacity.Testing;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace CopilotCapacity.Portal.Tests;

/// <summary>People of a portal under test: who they are, and the ways they come in.</summary>
internal static partial class PeopleUnderTest
{
    public const string Password = "a password of some length";

    private static int s_number;

    /// <summary>Makes a person, with a role in a tenant where one is given.</summary>
    public static async Task<PortalUser> AddPersonAsync(
        this PortalUnderTest portal, Guid? tenant = null, TenantRole role = TenantRole.Reader, params Guid[] environments)
    {
        await using var scope = portal.Services.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<PortalUser>>();
        var number = Interlocked.Increment(ref s_number);
        var person = new PortalUser { UserName = $"p{number}@contoso.example", Email = $"p{number}@contoso.example", DisplayName = $"Person {number}" };
        Assert.True((await users.CreateAsync(person, Password)).Succeeded);
        if (tenant is { } id)
        {
            await using var context = await portal.OpenDatabaseAsync();
            context.Memberships.Add(new MembershipRow
            {
                TenantKey = await context.Tenants.Where(row => row.Id == id).Select(row => row.Key).SingleAsync(),
                UserId = person.Id,
                Role = role,
                Environments = environments,
                Since = DateTimeOffset.UnixEpoch,
            });
            await context.SaveChangesAsync();
        }

        return person;
    }

    public static Task<PortalDbContext> OpenDatabaseAsync(this PortalUnderTest portal) =>
        portal.Services.GetRequiredService<IDbContextFactory<PortalDbContext>>().CreateDbContextAsync();

    /// <summary>A browser without a sign-in, which follows nothing.</summary>
    public static HttpClient CreateBrowser(this PortalUnderTest portal) =>
        portal.CreateClient(new WebApplicationFactoryClientOptions { AllowAutoRedirect = false });

    /// <summary>A browser in which a person has signed in.</summary>
    public static async Task<HttpClient> SignInAsync(this PortalUnderTest portal, string email, string password = Password)
    {
        var browser = portal.CreateBrowser();
        var answer = await browser.PostFormAsync("/sign-in", "/sign-in", ("email", email), ("password", password));
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        return browser;
    }

    /// <summary>Sends a form with the antiforgery token of the page it stands on.</summary>
    public static async Task<HttpResponseMessage> PostFormAsync(
        this HttpClient browser, string page, string action, params (string Name, string Value)[] fields)
    {
        var token = await browser.ReadTokenAsync(page);
        return await browser.PostAsync(action, new FormUrlEncodedContent(
            fields.Append(("__RequestVerificationToken", token)).Select(field => KeyValuePair.Create(field.Item1, field.Item2))));
    }

    public static async Task<string> ReadTokenAsync(this HttpClient browser, string page) =>
        Token().Match(await browser.GetStringAsync(page)).Groups[1].Value;

    /// <summary>The services of an open page that works for a person.</summary>
    public static AsyncServiceScope OpenPageAs(this PortalUnderTest portal, PortalUser? person)
    {
        var scope = portal.Services.CreateAsyncScope();
        var identity = person is null
            ? new ClaimsIdentity()
            : new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, person.Id.ToString()), new Claim(ClaimTypes.Name, person.DisplayName)], "test");
        var provider = (IHostEnvironmentAuthenticationStateProvider)scope.ServiceProvider.GetRequiredService<AuthenticationStateProvider>();
        provider.SetAuthenticationState(Task.FromResult(new AuthenticationState(new ClaimsPrincipal(identity))));
        return scope;
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"")]
    private static partial Regex Token();
}
