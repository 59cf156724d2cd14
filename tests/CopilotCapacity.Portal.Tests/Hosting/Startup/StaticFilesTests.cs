using System.Net;
using CopilotCapacity.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace CopilotCapacity.Portal.Tests.Hosting.Startup;

/// <summary>
/// Static files and settings lie at the root of the repository. When the link to them breaks, the host still answers 200, but
/// with nothing in it; so lengths are looked at.
/// </summary>
public sealed class StaticFilesTests
{
    [Theory]
    [InlineData("Development")]
    [InlineData("Production")]
    public async Task Get_StaticFiles_AreNotEmpty(string environment)
    {
        await using var portal = new PortalUnderTest { EnvironmentName = environment };
        using var client = portal.CreateClient();
        string[] paths =
        [
            "/app.css", "/door.css", "/shell.js", "/favicon.svg", "/_framework/blazor.web.js", "/_content/MudBlazor/MudBlazor.min.css",
        ];

        foreach (var path in paths)
        {
            var answer = await client.GetAsync(path);
            var body = await answer.Content.ReadAsByteArrayAsync();

            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.True(body.Length > 100, $"{path} has {body.Length} bytes.");
        }
    }

    [Fact]
    public async Task Settings_AreThoseAtTheRootOfTheRepository()
    {
        await using var portal = new PortalUnderTest();

        var settings = portal.Services.GetRequiredService<IConfiguration>();

        Assert.Equal("Sqlite", settings["Storage:Provider"]);
    }

    [Theory]
    [InlineData("/livez")]
    [InlineData("/readyz")]
    [InlineData("/openapi/v1.json")]
    [InlineData("/sign-in")]
    public async Task Get_OpenDoors_NeedNoKey(string path)
    {
        await using var portal = new PortalUnderTest();
        using var client = portal.CreateClient();

        var answer = await client.GetAsync(path);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.NotEmpty(await answer.Content.ReadAsByteArrayAsync());
    }
}
