using System.Diagnostics;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;
using CopilotCapacity.Portal.Tests.Features.Permissions;
using CopilotCapacity.Testing;

namespace CopilotCapacity.Portal.Tests.Features.Channels;

/// <summary>Short ways to set channels up, to raise alerts, and to see what became of them.</summary>
internal static class ChannelCalls
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    /// <summary>A portal that may send webhooks to this machine, and looks for alerts without a pause.</summary>
    public static PortalUnderTest NewPortal() => new()
    {
        Settings = { ["Channels:AllowHttp"] = "true", ["Channels:AllowedHosts:0"] = "127.0.0.1", ["Channels:PauseMilliseconds"] = "0" },
    };

    /// <summary>The same with a mail server.</summary>
    public static PortalUnderTest NewPortal(SmtpStandIn server, params (string Name, string Value)[] settings)
    {
        var portal = NewPortal();
        foreach (var (name, value) in settings.Concat(
        [
            ("Mail:Host", "127.0.0.1"), ("Mail:Port", $"{server.Port}"), ("Mail:Tls", "None"), ("Mail:From", "Copilot Capacity <credits@contoso.example>"),
            ("Channels:PortalAddress", "https://credits.contoso.example"),
        ]))
        {
            portal.Settings.TryAdd(name, value);
        }

        return portal;
    }

    public static async Task<JsonElement> AddChannelAsync(this TenantUnderTest tenant, object channel)
    {
        var made = await tenant.Api.SendJsonAsync(HttpMethod.Post, $"/api/v1/tenants/{tenant.Id}/channels", JsonSerializer.Serialize(channel));
        Assert.True(made.Status == HttpStatusCode.Created, made.Body);
        return made.Json;
    }

    public static Task<JsonElement> AddWebhookAsync(this TenantUnderTest tenant, Receiver receiver, string severity = "info", params string[] kinds) =>
        tenant.AddChannelAsync(new { name = "Hook", kind = "webhook", url = $"{receiver.Address}in", severity, kinds });

    public static Task<JsonElement> AddMailAsync(this TenantUnderTest tenant, string rhythm = "immediate", string severity = "info", int digestHour = 8) =>
        tenant.AddChannelAsync(new { name = "Admins", kind = "email", recipients = s_recipients, severity, rhythm, digestHour });

    private static readonly string[] s_recipients = ["amira@contoso.example", "lee@contoso.example"];

    public static Task<ApiReply> ChangeChannelAsync(this TenantUnderTest tenant, JsonElement channel, object settings) => tenant.Api.SendJsonAsync(
        HttpMethod.Put, $"/api/v1/tenants/{tenant.Id}/channels/{channel.GetProperty("id").GetString()}", JsonSerializer.Serialize(settings), ("If-Match", "*"));

    public static async Task<JsonElement> ChannelAsync(this TenantUnderTest tenant, JsonElement channel) =>
        (await tenant.Api.ReadAsync($"/api/v1/tenants/{tenant.Id}/channels/{channel.GetProperty("id").GetString()}")).Json;

    public static Task<ApiReply> PostAsync(this TenantUnderTest tenant, JsonElement channel, string what, string body = "{}") => tenant.Api.SendJsonAsync(
        HttpMethod.Post, $"/api/v1/tenants/{tenant.Id}/channels/{channel.GetProperty("id").GetString()}/{what}", body);

    /// <summary>An environment with 100 credits, of which so many are used: from 80 on it is low, at 100 depleted.</summary>
    public static async Task<Guid> UseUpAsync(this TenantUnderTest tenant, decimal credits)
    {
        var environment = await tenant.NewEnvironmentAsync();
        await tenant.BuyAsync(100);
        await tenant.UseAsync(environment, credits);
        return environment;
    }

    public static async Task UseAsync(this TenantUnderTest tenant, Guid environment, decimal credits, string user = "u")
    {
        var used = await tenant.Api.RecordAsync(PermissionCalls.Use(
            environment, Guid.NewGuid().ToString(), credits, $", \"user\": {{ \"id\": \"{user}\" }}", s_time));
        Assert.True(used.Status == HttpStatusCode.OK, used.Body);
    }

    /// <summary>A cap of one credit on a user, which one use fills.</summary>
    public static Task AddCapAsync(this TenantUnderTest tenant, string user) => tenant.CapAsync(new { scope = new { userId = user }, per = "month", credits = 1 });

    private static readonly DateTimeOffset s_time = new(2026, 11, 15, 10, 0, 0, TimeSpan.Zero);

    /// <summary>All deliveries, the newest first.</summary>
    public static async Task<List<JsonElement>> DeliveriesAsync(this TenantUnderTest tenant, string query = "") =>
        [.. (await tenant.Api.ReadAsync($"/api/v1/tenants/{tenant.Id}/deliveries{query}")).Json.GetProperty("items").EnumerateArray()];

    public static async Task<JsonElement> DeliveryAsync(this TenantUnderTest tenant, JsonElement delivery) =>
        (await tenant.Api.ReadAsync($"/api/v1/tenants/{tenant.Id}/deliveries/{delivery.GetProperty("id").GetString()}")).Json;

    /// <summary>Waits until the newest delivery is as it should be.</summary>
    public static Task<JsonElement> NewestAsync(this TenantUnderTest tenant, string state, int tries = 1, [CallerLineNumber] int line = 0) => UntilAsync(
        async () => await tenant.DeliveriesAsync() is [var newest, ..] ? await tenant.DeliveryAsync(newest) : default,
        delivery => delivery.ValueKind == JsonValueKind.Object
            && string.Equals(delivery.GetProperty("state").GetString(), state, StringComparison.Ordinal) && delivery.GetProperty("tries").GetInt32() == tries,
        line);

    /// <summary>Asks until the answer is as it should be: what is written down comes a little after what was sent.</summary>
    public static async Task<T> UntilAsync<T>(Func<Task<T>> ask, Func<T, bool> isRight, [CallerLineNumber] int line = 0)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            var answer = await ask();
            if (isRight(answer))
            {
                return answer;
            }

            Assert.True(clock.Elapsed < s_patience, $"Line {line}: still {answer}");
            await Task.Delay(10);
        }
    }
}
