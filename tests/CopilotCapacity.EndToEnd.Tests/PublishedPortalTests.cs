using System.Net;
using System.Net.Sockets;

namespace CopilotCapacity.EndToEnd.Tests;

public sealed class PublishedPortalTests(PublishedPortal portal) : IClassFixture<PublishedPortal>
{
    [Fact]
    public async Task Published_FromAnotherWorkingDirectory_RunsByItself()
    {
        var folder = portal.NewFolder();
        var address = $"http://127.0.0.1:{PublishedPortal.FreePort()}";
        using var process = portal.StartPortal(portal.Program, folder, new(StringComparer.Ordinal) { ["Urls"] = address });
        try
        {
            using var client = new HttpClient { BaseAddress = new Uri(address) };
            await PublishedPortal.ReadyAsync(client);
            string[] paths = ["/app.css", "/favicon.svg", "/_framework/blazor.web.js", "/_content/MudBlazor/MudBlazor.min.js"];
            foreach (var path in paths)
            {
                Assert.True((await client.GetByteArrayAsync(path)).Length > 100, $"{path} is empty.");
            }

            Assert.Contains("<form", await client.GetStringAsync("/sign-in"), StringComparison.Ordinal);
            Assert.True(File.Exists(Path.Combine(folder, "data", "portal.db")), "The database lies under the working directory.");
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync();
        }
    }

    [Fact]
    public async Task Start_WithUnreadableSettings_EndsWithOneSentence()
    {
        var program = portal.Copy();
        await File.WriteAllTextAsync(Path.Combine(program, "appsettings.json"), "{ \"Urls\": ");

        await AssertEndsAsync(program, new(StringComparer.Ordinal) { ["Urls"] = FreeAddress() }, "settings file");
    }

    [Fact]
    public async Task Start_WithADatabaseThatCannotBeWritten_EndsWithOneSentence()
    {
        var file = Path.Combine(portal.NewFolder(), "a-file");
        await File.WriteAllTextAsync(file, "not a folder");

        await AssertEndsAsync(
            portal.Program,
            new(StringComparer.Ordinal) { ["Urls"] = FreeAddress(), ["ConnectionStrings__Portal"] = $"Data Source={file}/portal.db" },
            "cannot be used");
    }

    [Fact]
    public async Task Start_OnAPortInUse_EndsWithOneSentence()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();

        await AssertEndsAsync(
            portal.Program, new(StringComparer.Ordinal) { ["Urls"] = $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}" }, "cannot listen");
    }

    [Fact]
    public async Task Start_WithASettingOutOfRange_EndsWithOneSentence() => await AssertEndsAsync(
        portal.Program, new(StringComparer.Ordinal) { ["Urls"] = FreeAddress(), ["Metering__CommitEventsMax"] = "0" }, "Metering:CommitEventsMax");

    private static string FreeAddress() => $"http://127.0.0.1:{PublishedPortal.FreePort()}";

    private async Task AssertEndsAsync(string program, Dictionary<string, string> settings, string says)
    {
        using var process = portal.StartPortal(program, portal.NewFolder(), settings);

        var (exitCode, error) = await PublishedPortal.EndOfAsync(process);

        Assert.Equal(1, exitCode);
        Assert.Contains(says, error, StringComparison.Ordinal);
        Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }
}
