using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;
using CopilotCapacity.Testing;

namespace CopilotCapacity.Portal.Tests.Features.Channels;

/// <summary>Webhooks as a receiver gets them: from the alert on disk to what comes in at the other end.</summary>
public sealed class WebhookTests : IAsyncLifetime
{
    private readonly PortalUnderTest _portal = ChannelCalls.NewPortal();
    private Receiver _receiver = default!;

    public async Task InitializeAsync() => _receiver = await Receiver.StartAsync();

    public async Task DisposeAsync()
    {
        await _portal.DisposeAsync();
        await _receiver.DisposeAsync();
    }

    [Fact]
    public async Task Alert_ComesIn_Signed_AsTheApiShowsIt()
    {
        var tenant = await _portal.CreateTenantAsync();
        var channel = await tenant.AddWebhookAsync(_receiver);
        await tenant.UseUpAsync(85);

        var received = await _receiver.NextAsync();

        var alert = (await tenant.Api.ReadAsync($"/api/v1/tenants/{tenant.Id}/alerts")).Item(0);
        var body = JsonDocument.Parse(received.Body).RootElement;
        Assert.Equal("quota.low", body.GetProperty("type").GetString());
        Assert.Equal(alert.GetProperty("raisedAt").GetString(), body.GetProperty("timestamp").GetString());
        Assert.Equal(alert.GetRawText(), body.GetProperty("data").GetRawText());
        Assert.Equal($"msg_{alert.GetProperty("id").GetGuid():N}", received.Id);
        Assert.Equal("application/json; charset=utf-8", received.Headers["content-type"]);
        var secret = channel.GetProperty("secret").GetString()!;
        Assert.Equal(["accepted"], await VerifyAsync((secret, received)), StringComparer.Ordinal);
        var delivery = await tenant.NewestAsync("delivered");
        Assert.Equal(1, delivery.GetProperty("alertSequence").GetInt64());
        var attempt = Assert.Single(delivery.GetProperty("attempts").EnumerateArray());
        Assert.Equal((204, "Taken with 204."), (attempt.GetProperty("status").GetInt32(), attempt.GetProperty("result").GetString()));
    }

    [Fact]
    public async Task IndependentVerifier_RefusesWhatWasTamperedWith_ReplayedLater_OrSignedForSomebodyElse()
    {
        var tenant = await _portal.CreateTenantAsync();
        var channel = await tenant.AddWebhookAsync(_receiver);
        var other = await tenant.AddChannelAsync(new { name = "Other", kind = "webhook", url = "https://hooks.contoso.example", severity = "error" });
        await tenant.UseUpAsync(85);
        var received = await _receiver.NextAsync();
        var secret = channel.GetProperty("secret").GetString()!;

        var answers = await VerifyAsync(
            [
                (secret, received, 0), (secret, received with { Body = received.Body.Replace("low", "lov", StringComparison.Ordinal) }, 0), (secret, received, 3_600),
                (secret, received, -3_600), (other.GetProperty("secret").GetString()!, received, 0),
            ]);

        Assert.Equal("accepted", answers[0]);
        Assert.All(answers[1..], answer => Assert.NotEqual("accepted", answer, StringComparer.Ordinal));
    }

    [Fact]
    public async Task Rotation_SignsWithBothSecrets_ThenWithTheNewOneAlone()
    {
        var tenant = await _portal.CreateTenantAsync();
        var channel = await tenant.AddWebhookAsync(_receiver);
        var old = channel.GetProperty("secret").GetString()!;

        var rotated = (await tenant.PostAsync(channel, "rotate", "{\"overlapSeconds\": 3600}")).Json;
        var secret = rotated.GetProperty("secret").GetString()!;
        await tenant.PostAsync(channel, "test");
        var during = await _receiver.NextAsync();
        _portal.Clock!.Advance(TimeSpan.FromSeconds(3601));
        await tenant.PostAsync(channel, "test");
        var after = await _receiver.NextAsync();

        Assert.NotEqual(old, secret, StringComparer.Ordinal);
        Assert.Equal(2, during.Signature.Split(' ').Length);
        Assert.Single(after.Signature.Split(' '));
        Assert.Equal(["accepted", "accepted", "accepted", "No matching signature found"], await VerifyAsync((old, during), (secret, during), (secret, after), (old, after)), StringComparer.Ordinal);
        Assert.False((await tenant.ChannelAsync(channel)).TryGetProperty("secret", out _));
    }

    [Fact]
    public async Task Failure_IsTriedAgainForDays_WithTheSameIdAndBody_AndThenGivenUp()
    {
        var tenant = await _portal.CreateTenantAsync();
        await tenant.AddWebhookAsync(_receiver, kinds: "quota.low");
        _receiver.Otherwise = Receiver.Status(503, "later");
        await tenant.UseUpAsync(85);
        var first = await _receiver.NextAsync();
        string[] waits = ["0:00:05", "0:05:00", "0:30:00", "2:00:00", "5:00:00", "10:00:00", "14:00:00", "20:00:00", "1.0:00:00"];

        for (var tries = 1; tries <= waits.Length; tries++)
        {
            var waiting = await tenant.NewestAsync("waiting", tries);
            var rest = waiting.GetProperty("dueAt").GetDateTimeOffset() - _portal.Clock!.GetUtcNow();
            var least = TimeSpan.Parse(waits[tries - 1], CultureInfo.InvariantCulture);
            Assert.InRange(rest, least, least * 1.1);
            Assert.Equal(0, _receiver.Unread);
            _portal.Clock.Advance(rest + TimeSpan.FromMilliseconds(1));
            var again = await _receiver.NextAsync();
            Assert.Equal((first.Id, first.Body), (again.Id, again.Body));
        }

        var failed = await tenant.NewestAsync("failed", 10);
        Assert.Equal(10, failed.GetProperty("attempts").GetArrayLength());
        var at = failed.GetProperty("attempts").EnumerateArray().Select(attempt => attempt.GetProperty("at").GetDateTimeOffset()).ToList();
        Assert.InRange(at[^1] - at[0], TimeSpan.FromHours(75.5), TimeSpan.FromHours(84));
        Assert.Equal("later", failed.GetProperty("attempts")[9].GetProperty("answer").GetString());
        Assert.Equal(0, _receiver.Unread);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(404)]
    [InlineData(301)]
    [InlineData(307)]
    public async Task Answer_ThatIsNoSuccess_IsAFailure_AndNobodyIsFollowedElsewhere(int status)
    {
        await using var elsewhere = await Receiver.StartAsync();
        var tenant = await _portal.CreateTenantAsync();
        var channel = await tenant.AddWebhookAsync(_receiver);
        _receiver.Answer(Receiver.Status(status, "", ("Location", elsewhere.Address.ToString())));

        await tenant.PostAsync(channel, "test");

        var delivery = await tenant.NewestAsync("waiting");
        Assert.Equal(status, delivery.GetProperty("attempts")[0].GetProperty("status").GetInt32());
        Assert.Equal(0, elsewhere.Unread);
        Assert.Equal($"Answered {status}", (await tenant.ChannelAsync(channel)).GetProperty("lastFailure").GetString()![..12]);
    }

    [Fact]
    public async Task RetryAfter_IsHeeded_WhereItIsLonger()
    {
        var tenant = await _portal.CreateTenantAsync();
        var channel = await tenant.AddWebhookAsync(_receiver);
        _receiver.Answer(Receiver.Status(429, "", ("Retry-After", "120")), Receiver.Status(503, "", ("Retry-After", "1")));

        await tenant.PostAsync(channel, "test");
        var asked = await tenant.NewestAsync("waiting");
        Assert.Equal(TimeSpan.FromSeconds(120), asked.GetProperty("dueAt").GetDateTimeOffset() - _portal.Clock!.GetUtcNow());
        _portal.Clock.Advance(TimeSpan.FromSeconds(120));
        var usual = await tenant.NewestAsync("waiting", 2);

        Assert.InRange(usual.GetProperty("dueAt").GetDateTimeOffset() - _portal.Clock.GetUtcNow(), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(5.5));
    }

    [Fact]
    public async Task Gone_TurnsTheChannelOff_AndSaysSoOnTheTrail()
    {
        var tenant = await _portal.CreateTenantAsync();
        var channel = await tenant.AddWebhookAsync(_receiver);
        _receiver.Answer(Receiver.Status(500), Receiver.Status(410));
        await tenant.PostAsync(channel, "test");
        await tenant.NewestAsync("waiting");
        var environment = await tenant.UseUpAsync(85);

        var off = await ChannelCalls.UntilAsync(() => tenant.ChannelAsync(channel), now => !now.GetProperty("enabled").GetBoolean());

        Assert.Contains("410", off.GetProperty("offReason").GetString(), StringComparison.Ordinal);
        Assert.Equal("failed cancelled", string.Join(' ', (await tenant.DeliveriesAsync()).Select(delivery => delivery.GetProperty("state").GetString())));
        var audit = (await tenant.Api.ReadAsync($"/api/v1/tenants/{tenant.Id}/audit")).Item(0);
        Assert.Equal("channel.turnedOff", audit.GetProperty("action").GetString());

        // What is raised while it is off is not sent once it is on again; what comes then is.
        await tenant.UseAsync(environment, 15);
        Assert.Equal(HttpStatusCode.OK, (await tenant.ChangeChannelAsync(channel, new { name = "Hook", url = $"{_receiver.Address}in", severity = "info" })).Status);
        await tenant.BuyAsync(1_000);
        while ((await _receiver.NextAsync()).Body is var body && !body.Contains("quota.restored", StringComparison.Ordinal))
        {
            Assert.DoesNotContain("quota.depleted", body, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task ReceiverThatIsSilent_IsGivenUpAfterItsTime_AndKeepsNobodyElseWaiting()
    {
        await using var silent = await Receiver.StartAsync();
        silent.Otherwise = Receiver.Silence;
        var tenant = await _portal.CreateTenantAsync();
        var slow = await tenant.AddWebhookAsync(silent);
        for (var count = 0; count < 5; count++)
        {
            await tenant.PostAsync(slow, "test");
        }

        await silent.NextAsync();
        await silent.NextAsync();
        var quick = await tenant.AddWebhookAsync(_receiver);
        for (var count = 0; count < 3; count++)
        {
            await tenant.PostAsync(quick, "test");
            await _receiver.NextAsync();
        }

        Assert.Equal(0, silent.Unread);
        _portal.Clock!.Advance(TimeSpan.FromSeconds(20));
        await silent.NextAsync();
        var given = await ChannelCalls.UntilAsync(() => tenant.ChannelAsync(slow), channel => channel.TryGetProperty("lastFailure", out _));
        Assert.Equal("No answer within 20 seconds.", given.GetProperty("lastFailure").GetString());
    }

    [Fact]
    public async Task ConnectionThatBreaksOff_IsAFailureLikeAnother()
    {
        var tenant = await _portal.CreateTenantAsync();
        var channel = await tenant.AddWebhookAsync(_receiver);
        _receiver.Answer(Receiver.BreakOff);
        await tenant.PostAsync(channel, "test");

        var delivery = await tenant.NewestAsync("waiting");
        Assert.Equal(JsonValueKind.Null, delivery.GetProperty("attempts")[0].GetProperty("status").ValueKind);
        _portal.Clock!.Advance(TimeSpan.FromSeconds(6));
        await tenant.NewestAsync("delivered", 2);
    }

    [Fact]
    public async Task Delivery_IsSentAgainByHand_WithTheSameId()
    {
        var tenant = await _portal.CreateTenantAsync();
        await tenant.AddWebhookAsync(_receiver);
        await tenant.UseUpAsync(85);
        var first = await _receiver.NextAsync();
        var delivery = await tenant.NewestAsync("delivered");
        var url = $"/api/v1/tenants/{tenant.Id}/deliveries/{delivery.GetProperty("id").GetString()}/resend";

        Assert.Equal(HttpStatusCode.Accepted, (await tenant.Api.SendJsonAsync(HttpMethod.Post, url, null)).Status);

        var again = await _receiver.NextAsync();
        Assert.Equal((first.Id, first.Body), (again.Id, again.Body));
        await tenant.NewestAsync("delivered", 2);
        Assert.Single(await tenant.DeliveriesAsync());
        var audit = (await tenant.Api.ReadAsync($"/api/v1/tenants/{tenant.Id}/audit")).Item(0);
        Assert.Equal("delivery.resent", audit.GetProperty("action").GetString());
    }

    [Fact]
    public async Task Rule_LetsThroughOnlyWhatItHears()
    {
        var tenant = await _portal.CreateTenantAsync();
        var quiet = await tenant.NewEnvironmentAsync(drawFromTenantPool: false);
        await tenant.AddChannelAsync(new { name = "Errors", kind = "webhook", url = $"{_receiver.Address}errors", severity = "error" });
        await tenant.AddChannelAsync(new { name = "Low", kind = "webhook", url = $"{_receiver.Address}low", severity = "info", kinds = new[] { "quota.low" } });
        await tenant.AddChannelAsync(new { name = "Other", kind = "webhook", url = $"{_receiver.Address}other", severity = "info", environmentIds = new[] { quiet } });
        var environment = await tenant.UseUpAsync(85);
        var low = JsonDocument.Parse((await _receiver.NextAsync()).Body).RootElement;
        await tenant.UseAsync(environment, 15);
        var depleted = JsonDocument.Parse((await _receiver.NextAsync()).Body).RootElement;

        Assert.Equal(("quota.low", "quota.depleted"), (low.GetProperty("type").GetString(), depleted.GetProperty("type").GetString()));
        await tenant.NewestAsync("delivered");
        Assert.Equal(2, (await tenant.DeliveriesAsync()).Count);
        Assert.Equal(0, _receiver.Unread);
    }

    [Fact]
    public async Task Rehearsal_IsTold_OnlyWhereTheChannelSaysSo_AndInRealTime()
    {
        var tenant = await _portal.CreateTenantAsync(testClock: new DateTimeOffset(2026, 11, 15, 12, 0, 0, TimeSpan.Zero));
        await tenant.AddWebhookAsync(_receiver);
        await tenant.AddChannelAsync(new { name = "Rehearses", kind = "webhook", url = $"{_receiver.Address}rehearsal", severity = "info", inRehearsal = true });
        await tenant.UseUpAsync(85);

        Assert.Contains("quota.low", (await _receiver.NextAsync()).Body, StringComparison.Ordinal);
        await tenant.NewestAsync("delivered");
        Assert.Single(await tenant.DeliveriesAsync());
    }

    [Fact]
    public async Task AnswerThatRepeatsWhatItWasSent_IsKeptWithoutSignatures()
    {
        var tenant = await _portal.CreateTenantAsync();
        var channel = await tenant.AddWebhookAsync(_receiver);
        _receiver.Answer(http => Receiver.Status(400, $"bad\r\n\u0000 signature {http.Request.Headers["webhook-signature"]}, said <b>I</b>")(http));
        await tenant.PostAsync(channel, "test");

        var delivery = await tenant.NewestAsync("waiting");

        Assert.Equal("bad signature …, said <b>I</b>", delivery.GetProperty("attempts")[0].GetProperty("answer").GetString());
    }

    [Fact]
    public async Task AlertAboutVeryManyEnvironments_StaysBelow20Kilobytes()
    {
        var tenant = await _portal.CreateTenantAsync();
        await tenant.AddWebhookAsync(_receiver, "error");
        for (var count = 0; count < 600; count++)
        {
            await tenant.NewEnvironmentAsync();
        }

        await tenant.UseUpAsync(100);

        var received = await _receiver.NextAsync();
        var body = JsonDocument.Parse(received.Body).RootElement;
        Assert.True(received.Body.Length < 20_000, $"{received.Body.Length}");
        Assert.True(body.GetProperty("truncated").GetBoolean());
        Assert.Equal(200, body.GetProperty("data").GetProperty("environmentIds").GetArrayLength());
    }

    private static Task<List<string>> VerifyAsync(params (string Secret, Received Webhook)[] cases) =>
        VerifyAsync([.. cases.Select(one => (one.Secret, one.Webhook, 0))]);

    private static async Task<List<string>> VerifyAsync((string Secret, Received Webhook, int SkewSeconds)[] cases)
    {
        var input = JsonSerializer.Serialize(cases.Select(one => new
        {
            secret = one.Secret,
            headers = one.Webhook.Headers.Where(header => header.Key.StartsWith("webhook-", StringComparison.Ordinal)).ToDictionary(StringComparer.Ordinal),
            body = one.Webhook.Body,
            skewSeconds = one.SkewSeconds,
        }));
        using var verifier = Process.Start(new ProcessStartInfo("node", ["verify.mjs"])
        {
            WorkingDirectory = Path.Combine(AppContext.BaseDirectory, "../../../Features/Channels/verifier"),
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        await verifier.StandardInput.WriteAsync(input);
        verifier.StandardInput.Close();
        var said = await verifier.StandardOutput.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(30));
        Assert.True(said.Length > 0, await verifier.StandardError.ReadToEndAsync());
        return JsonSerializer.Deserialize<List<string>>(said)!;
    }
}
