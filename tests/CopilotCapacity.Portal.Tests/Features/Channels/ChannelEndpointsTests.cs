using System.Net;
using System.Text.Json;
using CopilotCapacity.Testing;

namespace CopilotCapacity.Portal.Tests.Features.Channels;

/// <summary>Channels over the API: what they may be, what is shown of them, and what stands on the trail.</summary>
public sealed class ChannelEndpointsTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task Webhook_IsShownAsItWasSet_AndItsSecretOnce()
    {
        var tenant = await fixture.NewTenantAsync();
        var environment = await tenant.NewEnvironmentAsync();
        var made = await tenant.AddChannelAsync(new
        {
            name = " Ops ",
            kind = "webhook",
            url = "https://hooks.contoso.example/in?key=1",
            severity = "error",
            kinds = new[] { "quota.depleted", "budget.exhausted" },
            environmentIds = new[] { environment },
        });

        var listed = (await tenant.Api.ReadAsync($"/api/v1/tenants/{tenant.Id}/channels")).Item(0);
        var shown = await tenant.ChannelAsync(made);

        Assert.StartsWith("whsec_", made.GetProperty("secret").GetString(), StringComparison.Ordinal);
        Assert.Equal(listed.GetRawText(), shown.GetRawText());
        Assert.False(shown.TryGetProperty("secret", out _));
        Assert.Equal(
            ("Ops", "webhook", "https://hooks.contoso.example/in?key=1", "error", true),
            (shown.GetProperty("name").GetString(), shown.GetProperty("kind").GetString(), shown.GetProperty("url").GetString(), shown.GetProperty("severity").GetString(), shown.GetProperty("enabled").GetBoolean()));
        Assert.Equal("[\"quota.depleted\",\"budget.exhausted\"]", shown.GetProperty("kinds").GetRawText());
        Assert.Equal(environment, shown.GetProperty("environmentIds")[0].GetGuid());
    }

    [Theory]
    [InlineData("{}", "kind")]
    [InlineData("{\"kind\": \"pigeon\"}", "kind")]
    [InlineData("{\"kind\": \"webhook\"}", "name")]
    [InlineData("{\"kind\": \"webhook\", \"name\": \"A\"}", "url")]
    [InlineData("{\"kind\": \"webhook\", \"name\": \"A\", \"url\": \"http://a.example\"}", "url")]
    [InlineData("{\"kind\": \"webhook\", \"name\": \"A\", \"url\": \"https://127.1\"}", "url")]
    [InlineData("{\"kind\": \"webhook\", \"name\": \"A\", \"url\": \"https://a.example\", \"recipients\": [\"a@b.example\"]}", "recipients")]
    [InlineData("{\"kind\": \"webhook\", \"name\": \"A\", \"url\": \"https://a.example\", \"rhythm\": \"daily\"}", "rhythm")]
    [InlineData("{\"kind\": \"webhook\", \"name\": \"A\", \"url\": \"https://a.example\", \"kinds\": [\"quota.high\"]}", "kinds")]
    [InlineData("{\"kind\": \"webhook\", \"name\": \"A\", \"url\": \"https://a.example\", \"kinds\": [null]}", "kinds")]
    [InlineData("{\"kind\": \"webhook\", \"name\": \"A\", \"url\": \"https://a.example\", \"severity\": \"huge\"}", "severity")]
    [InlineData("{\"kind\": \"webhook\", \"name\": \"A\", \"url\": \"https://a.example\", \"environmentIds\": [\"11111111-1111-1111-1111-111111111111\"]}", "environmentIds")]
    [InlineData("{\"kind\": \"webhook\", \"name\": \"A\", \"url\": \"https://a.example\", \"id\": \"00000000-0000-0000-0000-000000000000\"}", "id")]
    [InlineData("{\"kind\": \"email\", \"name\": \"A\", \"recipients\": [\"a@b.example\"]}", "kind")]
    public async Task Channel_ThatCannotBeMeant_IsRefused_AndLeavesNothing(string body, string field)
    {
        var tenant = await fixture.NewTenantAsync();

        var reply = await tenant.Api.SendJsonAsync(HttpMethod.Post, $"/api/v1/tenants/{tenant.Id}/channels", body);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, reply.Status);
        Assert.True(reply.Json.GetProperty("errors").TryGetProperty(field, out _), reply.Body);
        Assert.Empty((await tenant.Api.ReadAsync($"/api/v1/tenants/{tenant.Id}/channels")).Json.GetProperty("items").EnumerateArray());
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("[\"\"]")]
    [InlineData("[\"nobody\"]")]
    [InlineData("[\"@contoso.example\"]")]
    [InlineData("[\"a@contoso.example\", null]")]
    [InlineData("[\"a@contoso.example, b@contoso.example\"]")]
    [InlineData("[\"A <a@contoso.example>\"]")]
    [InlineData("[\"a@contoso.example\\r\\nBcc: eve@evil.example\"]")]
    public async Task Recipient_IsAnAddressAlone(string recipients)
    {
        await using var server = new SmtpStandIn();
        await using var portal = ChannelCalls.NewPortal(server);
        var tenant = await portal.CreateTenantAsync();

        var reply = await tenant.Api.SendJsonAsync(
            HttpMethod.Post, $"/api/v1/tenants/{tenant.Id}/channels", $"{{\"kind\": \"email\", \"name\": \"A\", \"recipients\": {recipients}}}");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, reply.Status);
        Assert.True(reply.Json.GetProperty("errors").TryGetProperty("recipients", out _), reply.Body);
    }

    [Fact]
    public async Task Change_ReplacesAllButTheKind()
    {
        var tenant = await fixture.NewTenantAsync();
        var made = await tenant.AddChannelAsync(new { name = "Ops", kind = "webhook", url = "https://a.example", severity = "error" });

        var changed = await tenant.ChangeChannelAsync(made, new { name = "Dev", url = "https://b.example", enabled = false });
        var other = await tenant.ChangeChannelAsync(made, new { name = "Dev", kind = "email", recipients = new[] { "a@b.example" } });

        Assert.Equal(
            (HttpStatusCode.OK, "Dev", "https://b.example", "warning", false),
            (changed.Status, changed.Json.GetProperty("name").GetString(), changed.Json.GetProperty("url").GetString(), changed.Json.GetProperty("severity").GetString(), changed.Json.GetProperty("enabled").GetBoolean()));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, other.Status);
    }

    [Fact]
    public async Task EveryChange_StandsOnTheTrail_WithoutAddressesThatMayBeSecret()
    {
        await using var server = new SmtpStandIn();
        await using var portal = ChannelCalls.NewPortal(server);
        var tenant = await portal.CreateTenantAsync();
        var hook = await tenant.AddChannelAsync(new { name = "Ops", kind = "webhook", url = "https://hooks.contoso.example/secret-path?sig=hidden" });
        await tenant.AddMailAsync();
        await tenant.ChangeChannelAsync(hook, new { name = "Ops", url = "https://hooks.contoso.example/secret-path?sig=hidden", severity = "error" });
        await tenant.PostAsync(hook, "rotate");
        await tenant.Api.SendJsonAsync(HttpMethod.Delete, $"/api/v1/tenants/{tenant.Id}/channels/{hook.GetProperty("id").GetString()}", null, ("If-Match", "*"));

        var trail = await tenant.Api.ReadAsync($"/api/v1/tenants/{tenant.Id}/audit");

        var actions = trail.Json.GetProperty("items").EnumerateArray().Select(entry => entry.GetProperty("action").GetString()!).Where(action => action.StartsWith("channel.", StringComparison.Ordinal));
        Assert.Equal(["channel.deleted", "channel.rotated", "channel.changed", "channel.created", "channel.created"], actions, StringComparer.Ordinal);
        Assert.Contains("https://hooks.contoso.example", trail.Body, StringComparison.Ordinal);
        Assert.All(["secret-path", "hidden", "amira@contoso.example", "whsec_"], word => Assert.DoesNotContain(word, trail.Body, StringComparison.Ordinal));
        using var admin = portal.CreateApi();
        Assert.True((await admin.ReadAsync($"/api/v1/tenants/{tenant.Id}/audit/verify")).Json.GetProperty("ok").GetBoolean());
    }

    [Fact]
    public async Task DeletedChannel_IsGone_AndWhatWentThroughItIsStillListed()
    {
        var tenant = await fixture.NewTenantAsync();
        var hook = await tenant.AddChannelAsync(new { name = "Ops", kind = "webhook", url = "https://hooks.contoso.example" });
        await tenant.PostAsync(hook, "test");
        await tenant.Api.SendJsonAsync(HttpMethod.Delete, $"/api/v1/tenants/{tenant.Id}/channels/{hook.GetProperty("id").GetString()}", null, ("If-Match", "*"));

        var delivery = Assert.Single(await tenant.DeliveriesAsync());
        var resent = await tenant.Api.SendJsonAsync(HttpMethod.Post, $"/api/v1/tenants/{tenant.Id}/deliveries/{delivery.GetProperty("id").GetString()}/resend", null);

        Assert.Equal(HttpStatusCode.NotFound, (await tenant.PostAsync(hook, "test")).Status);
        Assert.Equal((HttpStatusCode.Conflict, "channel_is_off"), (resent.Status, resent.Code));
    }

    [Fact]
    public async Task Rotation_IsOfWebhooks_AndItsOverlapIsBounded()
    {
        var tenant = await fixture.NewTenantAsync();
        var hook = await tenant.AddChannelAsync(new { name = "Ops", kind = "webhook", url = "https://hooks.contoso.example" });

        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await tenant.PostAsync(hook, "rotate", "{\"overlapSeconds\": -1}")).Status);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await tenant.PostAsync(hook, "rotate", "{\"overlapSeconds\": 2592001}")).Status);
        var rotated = await tenant.PostAsync(hook, "rotate", "{\"overlapSeconds\": 0}");
        Assert.Equal(HttpStatusCode.OK, rotated.Status);
        Assert.False(rotated.Json.TryGetProperty("oldSecretUntil", out _));
    }

    [Fact]
    public async Task Tenant_HasAtMost50Channels()
    {
        var tenant = await fixture.NewTenantAsync();
        for (var count = 0; count < 50; count++)
        {
            await tenant.AddChannelAsync(new { name = $"Hook {count}", kind = "webhook", url = "https://hooks.contoso.example" });
        }

        var more = await tenant.Api.SendJsonAsync(
            HttpMethod.Post, $"/api/v1/tenants/{tenant.Id}/channels", "{\"name\": \"More\", \"kind\": \"webhook\", \"url\": \"https://hooks.contoso.example\"}");

        Assert.Equal((HttpStatusCode.Conflict, "too_many_channels"), (more.Status, more.Code));
    }

    [Fact]
    public async Task Deliveries_ArePagedNewestFirst_AndFiltered()
    {
        var tenant = await fixture.NewTenantAsync();
        var first = await tenant.AddChannelAsync(new { name = "A", kind = "webhook", url = "https://hooks.contoso.example", enabled = false });
        var second = await tenant.AddChannelAsync(new { name = "B", kind = "webhook", url = "https://hooks.contoso.example", enabled = false });
        foreach (var channel in new[] { first, second, first, second, first })
        {
            await tenant.PostAsync(channel, "test");
        }

        var page = await tenant.Api.ReadAsync($"/api/v1/tenants/{tenant.Id}/deliveries?limit=3");
        var rest = await tenant.Api.ReadAsync($"/api/v1/tenants/{tenant.Id}/deliveries?limit=3&cursor={page.Json.GetProperty("next").GetString()}");

        Assert.Equal([5L, 4, 3, 2, 1], page.Json.GetProperty("items").EnumerateArray().Concat(rest.Json.GetProperty("items").EnumerateArray()).Select(item => item.GetProperty("number").GetInt64()));
        Assert.Equal(JsonValueKind.Null, rest.Json.GetProperty("next").ValueKind);
        Assert.Equal(3, (await tenant.DeliveriesAsync($"?channel={first.GetProperty("id").GetString()}")).Count);
        Assert.Empty(await tenant.DeliveriesAsync("?state=delivered"));
        foreach (var wrong in new[] { "channel=x", "state=lost", "state=1", "before=x" })
        {
            Assert.Equal(HttpStatusCode.UnprocessableEntity, (await tenant.Api.ReadAsync($"/api/v1/tenants/{tenant.Id}/deliveries?{wrong}")).Status);
        }
    }
}
