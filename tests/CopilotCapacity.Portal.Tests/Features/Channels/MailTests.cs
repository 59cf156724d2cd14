using System.Text;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Portal.Features.Tenants;
using CopilotCapacity.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MimeKit;

namespace CopilotCapacity.Portal.Tests.Features.Channels;

/// <summary>Mails as a mail server gets them.</summary>
public sealed class MailTests : IAsyncLifetime
{
    private readonly SmtpStandIn _server = new();
    private PortalUnderTest _portal = default!;

    public Task InitializeAsync()
    {
        _portal = ChannelCalls.NewPortal(_server, ("Mail:PerHour", "3"));
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await _portal.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Alert_ComesAtOnce_InPlainWordsAndHtml_WithLinksToTheFix()
    {
        var tenant = await _portal.CreateTenantAsync("Contoso & <Söhne>");
        await tenant.AddMailAsync();
        var environment = await tenant.UseUpAsync(85);

        var received = await _server.NextAsync();

        Assert.Equal("credits@contoso.example", received.From);
        Assert.Equal(["amira@contoso.example", "lee@contoso.example"], received.Recipients);
        var mail = Parse(received);
        Assert.Equal("[Contoso & <Söhne>] Sales is low on Copilot Credits", mail.Subject);
        Assert.Contains("15 of 100 credits are left within reach.", mail.TextBody, StringComparison.Ordinal);
        Assert.Contains($"Move credits: https://credits.contoso.example/tenants/{tenant.Id}/environments/{environment}?open=allocation", mail.TextBody, StringComparison.Ordinal);
        Assert.Contains("Warning · 15 Nov 2026, 12:00:00 UTC · no. 1", mail.TextBody, StringComparison.Ordinal);
        Assert.Contains("ask an administrator of Contoso & <Söhne> to take you off", mail.TextBody, StringComparison.Ordinal);
        Assert.Contains($"/tenants/{tenant.Id}/channels", mail.TextBody, StringComparison.Ordinal);
        Assert.Contains("Contoso &amp; &lt;S", mail.HtmlBody, StringComparison.Ordinal);
        Assert.DoesNotContain("<Söhne>", mail.HtmlBody, StringComparison.Ordinal);
        Assert.Equal("auto-generated", mail.Headers["Auto-Submitted"]);
        var delivery = await tenant.NewestAsync("delivered");
        Assert.Equal($"{delivery.GetProperty("messageId").GetString()}@contoso.example", mail.MessageId);
    }

    [Fact]
    public async Task OneStory_StaysTogether_InMailPrograms()
    {
        var tenant = await _portal.CreateTenantAsync();
        await tenant.AddMailAsync();
        var environment = await tenant.UseUpAsync(85);
        var low = Parse(await _server.NextAsync());
        await tenant.UseAsync(environment, 15);
        var depleted = Parse(await _server.NextAsync());
        await tenant.BuyAsync(1_000);
        var restored = Parse(await _server.NextAsync());

        Assert.NotEqual(low.MessageId, depleted.MessageId, StringComparer.Ordinal);
        Assert.Single(new[] { low, depleted, restored }.Select(mail => Assert.Single(mail.References)).Distinct(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Flood_BecomesFewMails_AndOneSummaryOfAllThatIsMore()
    {
        var tenant = await _portal.CreateTenantAsync();
        await tenant.AddMailAsync();
        var environment = await tenant.UseUpAsync(1);
        for (var user = 0; user < 3; user++)
        {
            await RaiseAsync(tenant, environment, user);
            Assert.Contains($"user u-{user} is full", Parse(await _server.NextAsync()).Subject, StringComparison.Ordinal);
        }

        for (var user = 3; user < 12; user++)
        {
            await RaiseAsync(tenant, environment, user);
        }

        await ChannelCalls.UntilAsync(() => tenant.DeliveriesAsync("?state=delivered"), all => all.Count == 3);
        Assert.Equal(0, _server.Unread);
        _portal.Clock!.Advance(TimeSpan.FromMinutes(61));
        var summary = Parse(await _server.NextAsync());
        var told = (await tenant.DeliveriesAsync()).Sum(delivery => delivery.GetProperty("alerts").GetInt32());

        Assert.Contains("9 alerts at once", summary.Subject, StringComparison.Ordinal);
        Assert.Contains("More happened in Contoso than this channel sends in an hour.", summary.TextBody, StringComparison.Ordinal);
        Assert.Equal((await tenant.Api.ReadAsync($"/api/v1/tenants/{tenant.Id}/alerts")).Json.GetProperty("items").GetArrayLength(), told);
        Assert.Equal("summary", (await tenant.NewestAsync("delivered")).GetProperty("content").GetString());
    }

    [Fact]
    public async Task Digest_ComesOnceADay_AtItsHourInTheTenantsZone_AndOnlyWhenSomethingHappened()
    {
        var tenant = await _portal.CreateTenantAsync();
        await SetZoneAsync(tenant, "Europe/Berlin");
        await tenant.AddMailAsync("daily", digestHour: 14);
        var environment = await tenant.UseUpAsync(85);
        await tenant.UseAsync(environment, 15);
        Assert.Equal(0, _server.Unread);

        // 14:00 in Berlin is 13:00 UTC.
        _portal.Clock!.Advance(TimeSpan.FromMinutes(59));
        Assert.Empty(await tenant.DeliveriesAsync());
        _portal.Clock.Advance(TimeSpan.FromMinutes(2));
        var mail = Parse(await _server.NextAsync());

        Assert.Equal("[Contoso] 2 alerts until 15 November", mail.Subject);
        Assert.Contains("2 alerts, 1 still open.", mail.TextBody, StringComparison.Ordinal);
        Assert.Contains("no Copilot Credits left", mail.TextBody, StringComparison.Ordinal);
        Assert.Contains("over since 15 Nov 2026, 13:00:00 UTC+1", mail.TextBody, StringComparison.Ordinal);
        await tenant.NewestAsync("delivered");

        // Nothing happens for a day: no mail. Then something does.
        _portal.Clock.Advance(TimeSpan.FromDays(1));
        await ChannelCalls.UntilAsync(WaitUntilAsync, until => until > _portal.Clock.GetUtcNow());
        await tenant.BuyAsync(1_000);
        _portal.Clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal("[Contoso] 1 alert until 17 November", Parse(await _server.NextAsync()).Subject);
    }

    [Fact]
    public async Task ServerThatIsBusy_IsAskedAgain_AndOneThatRefusesForGoodIsNot()
    {
        var tenant = await _portal.CreateTenantAsync();
        var channel = await tenant.AddMailAsync();
        _server.Instead = line => line.StartsWith("MAIL", StringComparison.Ordinal) ? "451 greylisted, come back" : null;
        await tenant.PostAsync(channel, "test");
        var waiting = await tenant.NewestAsync("waiting");
        Assert.Equal(451, waiting.GetProperty("attempts")[0].GetProperty("status").GetInt32());
        Assert.Equal("greylisted, come back", waiting.GetProperty("attempts")[0].GetProperty("answer").GetString());

        _server.Instead = _ => null;
        _portal.Clock!.Advance(TimeSpan.FromSeconds(70));
        await _server.NextAsync();
        await tenant.NewestAsync("delivered", 2);

        _server.Instead = line => line.StartsWith("RCPT", StringComparison.Ordinal) ? "550 no such mailbox" : null;
        await tenant.PostAsync(channel, "test");
        Assert.Equal(550, (await tenant.NewestAsync("failed")).GetProperty("attempts")[0].GetProperty("status").GetInt32());
    }

    [Fact]
    public async Task OneRecipientWhoIsRefused_DoesNotKeepItFromTheOther()
    {
        var tenant = await _portal.CreateTenantAsync();
        var channel = await tenant.AddMailAsync();
        _server.Instead = line => line.Contains("lee@", StringComparison.Ordinal) ? "550 no such mailbox" : null;
        await tenant.PostAsync(channel, "test");

        Assert.Equal(["amira@contoso.example"], (await _server.NextAsync()).Recipients);
        Assert.Equal("Taken by the mail server, but not for 1 of 2 recipients.", (await tenant.NewestAsync("delivered")).GetProperty("attempts")[0].GetProperty("result").GetString());
    }

    [Fact]
    public async Task ServerThatBreaksOffOrIsSilent_IsAFailureLikeAnother()
    {
        var tenant = await _portal.CreateTenantAsync();
        var channel = await tenant.AddMailAsync();
        _server.Instead = line => line.StartsWith("DATA", StringComparison.Ordinal) ? "" : null;
        await tenant.PostAsync(channel, "test");

        var delivery = await tenant.NewestAsync("waiting");
        Assert.Equal("The mail server cannot be reached, or broke off.", delivery.GetProperty("attempts")[0].GetProperty("result").GetString());
    }

    [Fact]
    public async Task ServerWithoutTls_GetsNothing_WhereTlsIsAskedFor()
    {
        await using var portal = ChannelCalls.NewPortal(_server, ("Mail:Tls", "StartTls"));
        var tenant = await portal.CreateTenantAsync();
        var channel = await tenant.AddMailAsync();
        await tenant.PostAsync(channel, "test");

        var delivery = await tenant.NewestAsync("waiting");
        Assert.Contains("does not offer TLS", delivery.GetProperty("attempts")[0].GetProperty("result").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain(_server.Heard, line => line.StartsWith("MAIL", StringComparison.Ordinal));
    }

    [Fact]
    public async Task NamesWithLineBreaks_AddNoHeaders()
    {
        var tenant = await _portal.CreateTenantAsync("Contoso\r\nBcc: eve@evil.example");
        var channel = await tenant.AddMailAsync();
        await tenant.PostAsync(channel, "test");

        var received = await _server.NextAsync();

        Assert.Equal(2, received.Recipients.Count);
        Assert.Empty(Parse(received).Bcc);
    }

    private static async Task RaiseAsync(TenantUnderTest tenant, Guid environment, int user)
    {
        await tenant.AddCapAsync($"u-{user}");
        await tenant.UseAsync(environment, 1, $"u-{user}");
    }

    private static MimeMessage Parse(ReceivedMail mail)
    {
        using var data = new MemoryStream(Encoding.UTF8.GetBytes(mail.Data));
        return MimeMessage.Load(data);
    }

    private async Task<DateTimeOffset?> WaitUntilAsync()
    {
        await using var context = await _portal.OpenDatabaseAsync();
        return (await context.Channels.SingleAsync()).WaitUntil;
    }

    private async Task SetZoneAsync(TenantUnderTest tenant, string zone)
    {
        await using var page = _portal.OpenPageAs(await _portal.AddPersonAsync(tenant.Id, TenantRole.TenantAdministrator));
        var desk = page.ServiceProvider.GetRequiredService<ITenantDesk>();
        var settings = (await desk.ReadAsync(new(tenant.Id), default))!;
        Assert.Null(await desk.ChangeAsync(new(tenant.Id), settings with { DisplayZone = zone }, null, default));
    }
}
