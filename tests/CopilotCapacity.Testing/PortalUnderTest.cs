using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace CopilotCapacity.Testing;

/// <summary>
/// The real program on a database file of its own, in a folder that goes when the test does. Its clock stands still unless
/// the test moves it.
/// </summary>
public sealed class PortalUnderTest : WebApplicationFactory<Program>
{
    /// <summary>The key of the portal's administrator.</summary>
    public const string AdminKey = "test-admin-key-0123456789";

    /// <summary>The person who may sign in with <see cref="AdminPassword"/>.</summary>
    public const string AdminEmail = "admin@contoso.example";

    /// <summary>That person's password.</summary>
    public const string AdminPassword = "correct horse battery staple";

    private readonly string _folder = Directory.CreateTempSubdirectory("copilotcapacity-").FullName;

    /// <summary>Settings beyond the usual ones; set them before the first request.</summary>
    public Dictionary<string, string?> Settings { get; } = [];

    /// <summary>The portal's clock; null for the real one.</summary>
    public FakeTimeProvider? Clock { get; init; } = new(new DateTimeOffset(2026, 11, 15, 12, 0, 0, TimeSpan.Zero));

    /// <summary>Development or Production.</summary>
    public string EnvironmentName { get; init; } = "Production";

    /// <summary>Takes everything that is logged; null for nobody.</summary>
    public ILoggerProvider? Log { get; init; }

    /// <summary>The database's file.</summary>
    public string DatabaseFile => Path.Combine(_folder, "portal.db");

    /// <summary>A client with a key; the administrator's by default.</summary>
    public HttpClient CreateApi(string key = AdminKey)
    {
        var client = CreateClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return client;
    }

    /// <summary>Makes a tenant with a key for everything in it.</summary>
    public async Task<TenantUnderTest> CreateTenantAsync(string name = "Contoso", DateTimeOffset? testClock = null)
    {
        using var admin = CreateApi();
        var created = await admin.PostAsJsonAsync("/api/v1/tenants", new { name, testClock });
        created.EnsureSuccessStatusCode();
        var id = (await created.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetGuid();
        string[] scopes = ["usage:write", "quota:read", "capacity:read", "capacity:write"];
        var key = await admin.PostAsJsonAsync($"/api/v1/tenants/{id}/api-keys", new { name = "test", scopes });
        key.EnsureSuccessStatusCode();
        var secret = (await key.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("secret").GetString()!;
        return new TenantUnderTest(id, secret, CreateApi(secret));
    }

    /// <inheritdoc/>
    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseEnvironment(EnvironmentName);
        builder.UseSetting("ConnectionStrings:Portal", $"Data Source={DatabaseFile};Pooling=False");
        builder.UseSetting("Bootstrap:AdminApiKey", AdminKey);
        builder.UseSetting("Bootstrap:AdminEmail", AdminEmail);
        builder.UseSetting("Bootstrap:AdminPassword", AdminPassword);
        builder.UseSetting("Demo:Enabled", "false");
        foreach (var (name, value) in Settings)
        {
            builder.UseSetting(name, value);
        }

        builder.ConfigureServices(services =>
        {
            if (Log is not null)
            {
                services.AddSingleton(Log);
            }

            // An open circuit would hold the end of a test for half a minute.
            services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(5));
            if (Clock is not null)
            {
                services.Replace(ServiceDescriptor.Singleton<TimeProvider>(Clock));
            }
        });
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}

/// <summary>A tenant of a portal under test.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Key">A key with every scope of a tenant.</param>
/// <param name="Api">A client with that key.</param>
public sealed record TenantUnderTest(Guid Id, string Key, HttpClient Api);
