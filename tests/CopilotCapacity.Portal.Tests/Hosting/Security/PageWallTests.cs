using System.Net;
using System.Text.RegularExpressions;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Portal.Features.Access;
using CopilotCapacity.Portal.Tests.Features.Permissions;
using CopilotCapacity.Portal.Tests.Hosting.Http;
using CopilotCapacity.Storage;
using CopilotCapacity.Testing;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace CopilotCapacity.Portal.Tests.Hosting.Security;

/// <summary>
/// Every address that is no part of the API, taken from the program's own list: each says whom it is for, and each is tried by
/// everybody with tenants here, elsewhere and nowhere.
/// </summary>
public sealed partial class PageWallTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    // What anybody may ask for: the doors, what operators' tools ask, the framework's own files and its socket.
    private static readonly string[] s_open =
    [
        "/sign-in", "/sign-in/link", "/sign-in/organisation", "/sign-in/organisation/done", "/sign-in/passkey", "/sign-in/passkey/options", "/sign-out", "/set-up", "/invitation", "/invitation/new",
        "/livez", "/readyz", "/openapi/{documentName}.json", "/error", "/not-found",
    ];

    private static readonly string[] s_framework = ["/_blazor", "/_framework", "/_content", "/Components/", "/CopilotCapacity.Portal", "/lib/"];

    private static readonly string[] s_policies =
        [Policies.SignedIn, Policies.ReadTenant, Policies.ReadAudit, Policies.ChangeCapacity, Policies.ManageMembers, Policies.ManageKeys, Policies.AdministerPortal];

    [Fact]
    public void EveryPage_SaysWhomItIsFor()
    {
        var pages = Pages();

        Assert.True(pages.Count > 10, $"{pages.Count}");
        Assert.All(pages, page =>
        {
            var policies = page.Metadata.GetOrderedMetadata<IAuthorizeData>().Select(data => data.Policy).ToList();
            Assert.True(policies.Count > 0, $"{PathOf(page)} has no policy.");
            Assert.All(policies, policy => Assert.Contains(policy, s_policies, StringComparer.Ordinal));
            var namesTenant = page.RoutePattern.Parameters.Any(parameter => string.Equals(parameter.Name, "TenantId", StringComparison.OrdinalIgnoreCase));
            Assert.Equal(namesTenant, policies.Exists(policy => policy is not (Policies.SignedIn or Policies.AdministerPortal)));
        });
    }

    [Fact]
    public async Task EveryPageOfATenant_IsThereForThoseWhoMay_AndNowhereForEverybodyElse()
    {
        var portal = fixture.Portal;
        var here = await FilledTenant.CreateAsync(fixture, uses: 1);
        var elsewhere = await fixture.NewTenantAsync(PermissionCalls.Start);
        var environment = Guid.Parse(here.Ids["environmentId"]);
        var people = new List<(string Name, PortalUser? User, Func<Operation, Guid, bool> May)>
        {
            ("nobody", null, (_, _) => false),
            ("stranger", await portal.AddPersonAsync(), (_, _) => false),
            ("reader", await portal.AddPersonAsync(here.Tenant.Id), Rule(here, TenantRole.Reader)),
            ("environment administrator", await portal.AddPersonAsync(here.Tenant.Id, TenantRole.EnvironmentAdministrator, environment), Rule(here, TenantRole.EnvironmentAdministrator)),
            ("tenant administrator", await portal.AddPersonAsync(here.Tenant.Id, TenantRole.TenantAdministrator), Rule(here, TenantRole.TenantAdministrator)),
        };
        var faults = new List<string>();
        var asked = 0;
        foreach (var (name, user, may) in people)
        {
            using var browser = user is null ? portal.CreateBrowser() : await portal.SignInAsync(user.Email!);
            foreach (var page in Pages().Where(IsOfATenant))
            {
                var operation = Enum.Parse<Operation>(page.Metadata.GetOrderedMetadata<IAuthorizeData>()[0].Policy!);
                var hidden = new List<string>();
                foreach (var tenant in new[] { here.Tenant.Id, elsewhere.Id, Guid.NewGuid() })
                {
                    using var answer = await browser.GetAsync(Fill(PathOf(page), tenant, here));
                    var expected = user is null ? HttpStatusCode.Redirect : may(operation, tenant) ? HttpStatusCode.OK : HttpStatusCode.NotFound;
                    asked++;
                    if (answer.StatusCode != expected)
                    {
                        faults.Add($"{name} {PathOf(page)} {tenant}: {answer.StatusCode} instead of {expected}");
                    }

                    if (expected == HttpStatusCode.NotFound && tenant != here.Tenant.Id)
                    {
                        hidden.Add(Random().Replace((await answer.Content.ReadAsStringAsync()).Replace(tenant.ToString(), "", StringComparison.Ordinal), ""));
                    }
                }

                if (hidden.Distinct(StringComparer.Ordinal).Count() > 1)
                {
                    faults.Add($"{name} {PathOf(page)}: elsewhere and nowhere are told apart");
                }
            }
        }

        Assert.True(asked >= 75, $"{asked}");
        Assert.Empty(faults);
    }

    [Fact]
    public async Task EveryPageOfThePortal_IsThereForItsAdministratorsAlone()
    {
        var portal = fixture.Portal;
        var tenant = await fixture.NewTenantAsync();
        var member = await portal.AddPersonAsync(tenant.Id, TenantRole.TenantAdministrator);
        var pages = Pages().Where(page => page.Metadata.GetOrderedMetadata<IAuthorizeData>().Any(data => data.Policy is Policies.AdministerPortal)).ToList();
        Assert.True(pages.Count >= 3, $"{pages.Count}");
        using var nobody = portal.CreateBrowser();
        using var browser = await portal.SignInAsync(member.Email!);
        using var administrator = await portal.SignInAsync(PortalUnderTest.AdminEmail, PortalUnderTest.AdminPassword);

        foreach (var page in pages)
        {
            Assert.Equal(HttpStatusCode.Redirect, (await nobody.GetAsync(PathOf(page))).StatusCode);
            Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync(PathOf(page))).StatusCode);
            Assert.Equal(HttpStatusCode.OK, (await administrator.GetAsync(PathOf(page))).StatusCode);
        }
    }

    private static string Fill(string path, Guid tenant, FilledTenant here) => ObjectPlace()
        .Replace(TenantPlace().Replace(path, tenant.ToString()), place => here.Ids[$"{place.Groups["object"].Value.ToLowerInvariant()}Id"])
        .Replace("{Kind}", "environments", StringComparison.Ordinal);

    private static Func<Operation, Guid, bool> Rule(FilledTenant here, TenantRole role)
    {
        var tenant = new TenantId(here.Tenant.Id);
        var person = new Person(Guid.Empty, "", false, new Dictionary<TenantId, PersonRole> { [tenant] = new(role, new HashSet<EnvironmentId>()) });
        return (operation, id) => AccessRules.May(person, operation, new TenantId(id));
    }

    private static bool IsOfATenant(RouteEndpoint page) =>
        page.RoutePattern.Parameters.Any(parameter => string.Equals(parameter.Name, "TenantId", StringComparison.OrdinalIgnoreCase));

    private static string PathOf(RouteEndpoint route) => "/" + route.RoutePattern.RawText!.Trim('/');

    private List<RouteEndpoint> Pages() =>
    [
        .. fixture.Portal.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(route => !PathOf(route).StartsWith("/api/v1", StringComparison.Ordinal) && !PathOf(route).StartsWith("/hubs/", StringComparison.Ordinal))
            .Where(route => !s_open.Contains(PathOf(route), StringComparer.Ordinal))
            .Where(route => !s_framework.Any(prefix => PathOf(route).StartsWith(prefix, StringComparison.OrdinalIgnoreCase)))
            .Where(route => !IsFile(route)),
    ];

    // Static files are mapped one by one; they are the same for everybody.
    private static bool IsFile(RouteEndpoint route) => route.Metadata.GetMetadata<IAuthorizeData>() is null && IsNamedAsFile(route);

    private static bool IsNamedAsFile(RouteEndpoint route) => route.RoutePattern.RawText is "{**path:file}" || Path.HasExtension(PathOf(route)) && route.RoutePattern.Parameters.Count == 0;

    // What differs with every answer: nonces, tokens and the marks of prerendered parts.
    [GeneratedRegex("(?:nonce|id)=\"[^\"]*\"|<!--Blazor.*?-->|value=\"[^\"]*\"|blazor-[a-z-]*=\"[^\"]*\"", RegexOptions.Singleline)]
    private static partial Regex Random();

    [GeneratedRegex(@"\{TenantId[^}]*\}", RegexOptions.IgnoreCase)]
    private static partial Regex TenantPlace();

    [GeneratedRegex(@"\{(?<object>Environment|Plan)Id[^}]*\}", RegexOptions.IgnoreCase)]
    private static partial Regex ObjectPlace();
}
