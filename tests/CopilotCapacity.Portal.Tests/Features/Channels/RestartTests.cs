using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using CopilotCapacity.Portal.Features.Channels;
using CopilotCapacity.Portal.Features.Channels.Sending;
using CopilotCapacity.Storage.Model;
using CopilotCapacity.Testing;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace CopilotCapacity.Portal.Tests.Features.Channels;

/// <summary>What is left after a portal stopped in between, two that run at once, and what is never left anywhere.</summary>
public sealed class RestartTests : IAsyncLifetime
{
    private Receiver _receiver = default!;

    public async Task InitializeAsync() => _receiver = await Receiver.StartAsync();

    public async Task DisposeAsync() => await _receiver.DisposeAsync();

    // A lease that nobody gives back is what a killed portal leaves.
    [Fact]
    public async Task DeliveryOfAPortalThatWasKilled_IsSentAgain_OnceItsLeaseHasEnded_AndNotBefore()
    {
        await using var portal = ChannelCalls.NewPortal();
        var tenant = await portal.CreateTenantAsync();
        var channel = await tenant.AddWebhookAsync(_receiver);
        await tenant.ChangeChannelAsync(channel, new { name = "Hook", url = $"{_receiver.Address}in", enabled = false });
        await using (var context = await portal.OpenDatabaseAsync())
        {
            var row = await context.Channels.SingleAsync();
            var now = portal.Clock!.GetUtcNow();
            var left = Outbox.NewDelivery(row, new DeliveryDraft(DeliveryContent.Test, "msg_left", null, 0, "Left", "{}"), now);
            (left.Number, left.LeaseOwner, left.LeaseUntil) = (1, Guid.NewGuid(), now + DeliveryQueue.Lease);
            context.Deliveries.Add(left);
            await context.SaveChangesAsync();
        }

        await tenant.PostAsync(channel, "test");
        Assert.StartsWith("msg_test_", (await _receiver.NextAsync()).Id, StringComparison.Ordinal);
        await tenant.NewestAsync("delivered");
        Assert.Equal(0, _receiver.Unread);
        portal.Clock!.Advance(DeliveryQueue.Lease + TimeSpan.FromMilliseconds(1));

        Assert.Equal("msg_left", (await _receiver.NextAsync()).Id);
    }

    [Fact]
    public async Task TwoReplicas_NeverTakeTheSameDelivery_AndMakeItOnce()
    {
        await using var portal = ChannelCalls.NewPortal();
        portal.Settings["Channels:PauseMilliseconds"] = "60000";
        var tenant = await portal.CreateTenantAsync();
        var channel = await tenant.AddWebhookAsync(_receiver);
        for (var count = 0; count < 20; count++)
        {
            await tenant.PostAsync(channel, "test");
        }

        var queues = Enumerable.Range(0, 4).Select(_ => ActivatorUtilities.CreateInstance<DeliveryQueue>(portal.Services)).ToList();
        var due = await queues[0].DueAsync(1_000, default);
        var leased = await Task.WhenAll(queues.SelectMany(queue => due.Select(one => Task.Run(() => queue.LeaseAsync(one, default)))));
        Assert.Equal(due.Count, leased.Count(one => one is not null));
        Assert.Equal(due.Count, leased.OfType<LeasedDelivery>().Select(one => one.Row.Number).Distinct().Count());

        await tenant.UseUpAsync(85);
        var boxes = Enumerable.Range(0, 4).Select(_ => ActivatorUtilities.CreateInstance<Outbox>(portal.Services)).ToList();
        await Task.WhenAll(boxes.Select(box => Task.Run(() => box.TakeUpAsync(default))));
        Assert.Single(await tenant.DeliveriesAsync(), delivery => delivery.TryGetProperty("alertSequence", out _));
    }

    [Fact]
    public async Task WhoeverNoLongerHoldsADelivery_DoesNotSayWhatCameOfIt()
    {
        await using var portal = ChannelCalls.NewPortal();
        portal.Settings["Channels:PauseMilliseconds"] = "60000";
        var tenant = await portal.CreateTenantAsync();
        var channel = await tenant.AddChannelAsync(new { name = "Hook", kind = "webhook", url = $"{_receiver.Address}in" });
        await tenant.PostAsync(channel, "test");
        var (slow, quick) = (ActivatorUtilities.CreateInstance<DeliveryQueue>(portal.Services), ActivatorUtilities.CreateInstance<DeliveryQueue>(portal.Services));
        var due = await slow.DueAsync(10, default);
        var held = (await slow.LeaseAsync(due[0], default))!;
        await using (var context = await portal.OpenDatabaseAsync())
        {
            await context.Deliveries.ExecuteUpdateAsync(set => set.SetProperty(row => row.LeaseUntil, portal.Clock!.GetUtcNow()));
        }

        var taken = (await quick.LeaseAsync(due[0], default))!;
        await slow.FinishAsync(held, new SendOutcome(false, "Late."), default, default, 0);
        await quick.FinishAsync(taken, new SendOutcome(true, "In time."), default, default, 0);

        var delivery = (await tenant.DeliveriesAsync()).Single(one => one.GetProperty("id").GetGuid() == held.Row.Id);
        Assert.Equal(("delivered", 1), (delivery.GetProperty("state").GetString(), delivery.GetProperty("tries").GetInt32()));
    }

    [Fact]
    public async Task OldDeliveries_AreForgotten_ThoseThatWaitAreNot()
    {
        await using var portal = ChannelCalls.NewPortal();
        var tenant = await portal.CreateTenantAsync();
        var channel = await tenant.AddWebhookAsync(_receiver);
        _receiver.Answer(Receiver.Status(204), Receiver.Status(500, "", ("Retry-After", "86400")));
        await tenant.PostAsync(channel, "test");
        await tenant.NewestAsync("delivered");
        await tenant.PostAsync(channel, "test");
        await tenant.NewestAsync("waiting");
        await using (var context = await portal.OpenDatabaseAsync())
        {
            await context.Deliveries.Where(row => row.EndedAt != null).ExecuteUpdateAsync(set => set.SetProperty(row => row.EndedAt, row => portal.Clock!.GetUtcNow() - TimeSpan.FromDays(31)));
        }

        Assert.Equal(1, await portal.Services.GetRequiredService<DeliveryQueue>().ForgetAsync(default));
        Assert.Equal("waiting", Assert.Single(await tenant.DeliveriesAsync()).GetProperty("state").GetString());
        await using var after = await portal.OpenDatabaseAsync();
        Assert.Equal(1, await after.DeliveryAttempts.CountAsync());
    }

    [Fact]
    public async Task RevokingTheKeysOfCookies_KeepsWebhooksSigned()
    {
        await using var portal = ChannelCalls.NewPortal();
        var tenant = await portal.CreateTenantAsync();
        var channel = await tenant.AddWebhookAsync(_receiver);
        portal.Services.GetRequiredService<IKeyManager>().RevokeAllKeys(TimeProvider.System.GetUtcNow() + TimeSpan.FromDays(1), "test");
        await using var context = await portal.OpenDatabaseAsync();
        var row = await context.Channels.AsNoTracking().SingleAsync();

        // As the portal is after its next start.
        var keys = new DirectoryInfo(Path.Combine(Path.GetDirectoryName(portal.DatabaseFile)!, "keys"));
        var restarted = DataProtectionProvider.Create(keys, builder => builder.SetApplicationName("CopilotCapacity"));
        Assert.ThrowsAny<CryptographicException>(() => restarted.CreateProtector("Channels.Secret", $"{row.TenantKey}", $"{row.Id}").Unprotect(row.Secret!));
        var secrets = new ChannelSecrets(restarted).Open(row, portal.Clock!.GetUtcNow());

        Assert.Equal(channel.GetProperty("secret").GetString(), Assert.Single(secrets));
    }

    [Fact]
    public async Task SealedSecret_OpensForNoOtherChannel()
    {
        await using var portal = ChannelCalls.NewPortal();
        var tenant = await portal.CreateTenantAsync();
        await tenant.AddWebhookAsync(_receiver);
        await using var context = await portal.OpenDatabaseAsync();
        var row = await context.Channels.AsNoTracking().SingleAsync();
        row.Id = Guid.NewGuid();

        Assert.ThrowsAny<CryptographicException>(() => portal.Services.GetRequiredService<ChannelSecrets>().Open(row, default));
    }

    [Fact]
    public async Task SecretsOfWebhooks_StandNeitherInLogsNorInFiles()
    {
        var log = new Collected();
        await using var portal = new PortalUnderTest
        {
            Settings =
            {
                ["Logging:LogLevel:Default"] = "Trace", ["Logging:LogLevel:Microsoft.AspNetCore"] = "Trace", ["Channels:AllowHttp"] = "true",
                ["Channels:AllowedHosts:0"] = "127.0.0.1", ["Channels:PauseMilliseconds"] = "0",
            },
            Log = log,
        };
        var tenant = await portal.CreateTenantAsync();
        var made = await tenant.Api.SendJsonAsync(
            HttpMethod.Post, $"/api/v1/tenants/{tenant.Id}/channels", $"{{\"name\": \"Hook\", \"kind\": \"webhook\", \"url\": \"{_receiver.Address}in?sig=a-token-in-the-address\"}}",
            ("Idempotency-Key", "once"));
        var rotated = await tenant.PostAsync(made.Json, "rotate");
        await tenant.PostAsync(made.Json, "test");
        await _receiver.NextAsync();
        await tenant.NewestAsync("delivered");

        var said = string.Join('\n', log.Lines);
        var files = Directory.EnumerateFiles(Path.GetDirectoryName(portal.DatabaseFile)!).Select(ReadWhileOpen).ToList();
        Assert.True(log.Lines.Count > 100, $"{log.Lines.Count}");
        foreach (var secret in new[] { made.Json, rotated.Json }.Select(json => json.GetProperty("secret").GetString()!["whsec_".Length..]))
        {
            Assert.DoesNotContain(secret, said, StringComparison.Ordinal);
            foreach (var bytes in new[] { Encoding.UTF8.GetBytes(secret), Convert.FromBase64String(secret) })
            {
                Assert.All(files, file => Assert.Equal(-1, file.AsSpan().IndexOf(bytes)));
            }
        }

        Assert.DoesNotContain("a-token-in-the-address", said, StringComparison.Ordinal);
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
