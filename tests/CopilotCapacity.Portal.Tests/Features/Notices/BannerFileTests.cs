using System.Net;
using System.Text;

namespace CopilotCapacity.Portal.Tests.Features.Notices;

public sealed class BannerFileTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    private const int BytesMost = 12_000;

    [Fact]
    public async Task Banner_IsSmall_NeedsNothingElse_AndMayBeLoadedFromAnywhere()
    {
        using var browser = fixture.Portal.CreateClient();

        var script = await browser.ReadAsync("/banner.js", ("Origin", "https://contoso.example"));

        Assert.Equal(HttpStatusCode.OK, script.Status);
        Assert.InRange(Encoding.UTF8.GetByteCount(script.Body), 1_000, BytesMost);
        Assert.Equal("*", Assert.Single(script.Message.Headers.GetValues("Access-Control-Allow-Origin")));
        Assert.Equal("cross-origin", Assert.Single(script.Message.Headers.GetValues("Cross-Origin-Resource-Policy")));
        foreach (var forbidden in new[] { "import ", "innerHTML", "eval(", "console.", "style=", "document.cookie", ".left", ".right", "margin-left", "margin-right" })
        {
            Assert.DoesNotContain(forbidden, script.Body, StringComparison.Ordinal);
        }

        Assert.Equal("same-origin", Assert.Single((await browser.ReadAsync("/app.css")).Message.Headers.GetValues("Cross-Origin-Resource-Policy")));
    }
}
