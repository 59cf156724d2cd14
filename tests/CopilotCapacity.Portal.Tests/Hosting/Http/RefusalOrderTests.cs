using System.Net;
using CopilotCapacity.Portal.Features.Access;
using CopilotCapacity.Portal.Hosting.Http;
using Microsoft.AspNetCore.Routing;

namespace CopilotCapacity.Portal.Tests.Hosting.Http;

/// <summary>What is not there is 404 for every key, whatever it may do; only for what is there it is told which scope it lacks.</summary>
public sealed class RefusalOrderTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    [Fact]
    public void EveryNameInAnAddress_IsOneThatIsLookedFor() => Assert.All(
        ApiRoutes.Of(fixture.Portal).Where(HasGuard).SelectMany(route => route.RoutePattern.Parameters),
        parameter => Assert.Contains(parameter.Name, ResourceDirectory.Names, StringComparer.Ordinal));

    [Fact]
    public async Task KeyWithoutTheScope_Gets404ForWhatIsNotThere_And403ForWhatIs()
    {
        var mine = await FilledTenant.CreateAsync(fixture, uses: 1);
        var theirs = await FilledTenant.CreateAsync(fixture, uses: 2);
        using var reader = await fixture.WithScopesAsync(mine.Tenant, "quota:read");
        using var writer = await fixture.WithScopesAsync(mine.Tenant, "usage:write");

        var faults = new List<string>();
        var asked = 0;
        foreach (var route in ApiRoutes.Of(fixture.Portal).Where(HasGuard))
        {
            var powerless = GuardOf(route).Operation == Operation.ReadQuota ? writer : reader;
            foreach (var (path, expected) in Cases(route, mine, theirs))
            {
                var method = route.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods[0];
                var reply = await powerless.SendJsonAsync(new HttpMethod(method), path, method is "GET" or "DELETE" ? null : "{");
                asked++;
                if ((int)reply.Status != expected)
                {
                    faults.Add($"{method} {path}: {(int)reply.Status} instead of {expected}");
                }
            }
        }

        Assert.True(asked > 100, $"{asked}");
        Assert.Empty(faults);
    }

    private static IEnumerable<(string Path, int Expected)> Cases(RouteEndpoint route, FilledTenant mine, FilledTenant theirs)
    {
        var pattern = route.RoutePattern.RawText!;
        yield return (mine.Fill(pattern), (int)HttpStatusCode.Forbidden);
        foreach (var name in route.RoutePattern.Parameters.Select(parameter => parameter.Name).Where(name => name is not "agentId"))
        {
            yield return (mine.Fill(pattern, name, "nothing"), (int)HttpStatusCode.NotFound);
            yield return (mine.Fill(pattern, name, name is "sequence" ? "999" : Guid.NewGuid().ToString()), (int)HttpStatusCode.NotFound);
            if (name is not "feature")
            {
                yield return (mine.Fill(pattern, name, theirs.Ids[name]), (int)HttpStatusCode.NotFound);
            }
        }
    }

    private static ApiGuard GuardOf(RouteEndpoint route) => route.Metadata.GetMetadata<ApiGuard>()!;

    private static bool HasGuard(RouteEndpoint route) => GuardOf(route).Place is ApiPlace.Tenant or ApiPlace.TenantKey;
}
