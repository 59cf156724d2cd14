using System.Net;
using CopilotCapacity.Portal.Features.Notices;
using CopilotCapacity.Portal.Hosting.Http;
using CopilotCapacity.Portal.Hosting.Startup;
using CopilotCapacity.Testing;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace CopilotCapacity.Portal.Tests.Hosting.Http;

public sealed class RouteTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    [Fact]
    public void EveryRoute_AsksForAKeyAndHasOneGuard()
    {
        var routes = Routes();

        Assert.True(routes.Count > 20);
        Assert.All(routes, route =>
        {
            Assert.Contains(route.Metadata.GetOrderedMetadata<IAuthorizeData>(), data => data.Policy is ApiStartup.Policy);
            Assert.Null(route.Metadata.GetMetadata<IAllowAnonymous>());
            var guard = Assert.Single(route.Metadata.GetOrderedMetadata<ApiGuard>());
            var names = route.RoutePattern.Parameters.Select(parameter => parameter.Name);
            Assert.Equal(guard.Place == ApiPlace.Tenant, names.Contains("tenantId", StringComparer.Ordinal));
        });
        Assert.Single(routes, route => route.Metadata.GetMetadata<ApiGuard>()!.Place == ApiPlace.Nowhere);
    }

    [Fact]
    public async Task OpenApi_ListsTheRoutes()
    {
        using var client = fixture.Portal.CreateClient();

        var document = await client.ReadAsync("/openapi/v1.json");

        Assert.Equal(HttpStatusCode.OK, document.Status);
        var paths = document.Json.GetProperty("paths");
        Assert.All(
            Routes().Where(route => route.Metadata.GetMetadata<ApiGuard>()!.Place != ApiPlace.Nowhere),
            route => Assert.True(
                paths.TryGetProperty($"/{route.RoutePattern.RawText!.TrimStart('/')}", out var path)
                && route.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods.All(method => path.TryGetProperty(method.ToLowerInvariant(), out _)),
                route.DisplayName));
    }

    [Fact]
    public void EveryHub_AsksForAKey()
    {
        var hubs = fixture.Portal.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(route => route.RoutePattern.RawText!.TrimStart('/').StartsWith("hubs", StringComparison.Ordinal))
            .ToList();

        Assert.Equal(2, hubs.Count);
        Assert.All(hubs, hub => Assert.Equal(HubStartup.Policy, Assert.Single(hub.Metadata.GetOrderedMetadata<IAuthorizeData>()).Policy));
    }

    private List<RouteEndpoint> Routes() => ApiRoutes.Of(fixture.Portal);
}

/// <summary>The routes of the API.</summary>
internal static class ApiRoutes
{
    public static List<RouteEndpoint> Of(PortalUnderTest portal) =>
    [
        .. portal.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(route => route.RoutePattern.RawText!.TrimStart('/').StartsWith("api/v1", StringComparison.Ordinal)),
    ];
}
