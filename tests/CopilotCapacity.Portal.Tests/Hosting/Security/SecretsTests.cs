using System.Collections.Concurrent;
using System.Text;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Portal.Features.Members;
using CopilotCapacity.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace CopilotCapacity.Portal.Tests.Hosting.Security;

/// <summary>What must be known to nobody stands neither in the logs, however much is logged, nor in the files.</summary>
public sealed class SecretsTests
{
    [Fact]
    public async Task Secrets_StandNeitherInLogsNorInFiles()
    {
        var log = new Collected();
        await using var portal = new PortalUnderTest
        {
            Settings = { ["Logging:LogLevel:Default"] = "Trace", ["Logging:LogLevel:Microsoft.AspNetCore"] = "Trace" },
            Log = log,
        };
        var tenant = await portal.CreateTenantAsync();
        await tenant.Api.ReadAsync($"/api/v1/tenants/{tenant.Id}/capacity");
        var administrator = await portal.AddPersonAsync(tenant.Id, TenantRole.TenantAdministrator);
        using var browser = await portal.SignInAsync(administrator.Email!);
        await browser.GetAsync("/account");

        // Clients of the hub have to put their key into the address.
        using var anybody = portal.CreateClient();
        Assert.True((await anybody.PostAsync($"/hubs/alerts/negotiate?negotiateVersion=1&access_token={tenant.Key}", null)).IsSuccessStatusCode);
        var environment = await tenant.NewEnvironmentAsync();
        var banner = (await tenant.Api.SendJsonAsync(HttpMethod.Post, $"/api/v1/environments/{environment}/banner-token", null)).Json.GetProperty("token").GetString()!;
        using var embedded = portal.CreateApi(banner);
        await embedded.ReadAsync($"/api/v1/environments/{environment}/quota");
        string token;
        await using (var page = portal.OpenPageAs(administrator))
        {
            var desk = page.ServiceProvider.GetRequiredService<IMemberDesk>();
            token = (await desk.InviteAsync(new(tenant.Id), "lee@contoso.example", new(TenantRole.Reader, []), default)).Path!.Split('=')[1];
        }

        var said = string.Join('\n', log.Lines);
        var files = Directory.EnumerateFiles(Path.GetDirectoryName(portal.DatabaseFile)!).Select(ReadWhileOpen).ToList();
        Assert.True(log.Lines.Count > 100, $"{log.Lines.Count}");
        Assert.True(files.Count >= 2);
        foreach (var secret in new[] { tenant.Key, tenant.Key[20..], PortalUnderTest.AdminKey, PortalUnderTest.AdminPassword, PeopleUnderTest.Password, token, banner })
        {
            Assert.DoesNotContain(secret, said, StringComparison.Ordinal);
            Assert.All(files, file => Assert.Equal(-1, file.AsSpan().IndexOf(Encoding.UTF8.GetBytes(secret))));
        }
    }

    private static byte[] ReadWhileOpen(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }

    private sealed class Collected : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Enqueue($"{formatter(state, exception)} {exception}");

        public void Dispose()
        {
        }
    }
}
