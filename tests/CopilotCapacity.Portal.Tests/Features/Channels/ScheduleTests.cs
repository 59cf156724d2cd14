using CopilotCapacity.Domain.Alerts;
using CopilotCapacity.Portal.Features.Channels;
using CopilotCapacity.Portal.Features.Channels.Sending;
using CopilotCapacity.Portal.Features.Channels.Webhooks;
using CopilotCapacity.Storage.Model;
using CopilotCapacity.Storage.Queries;

namespace CopilotCapacity.Portal.Tests.Features.Channels;

/// <summary>The pure parts: waits, days, rules and secrets.</summary>
public sealed class ScheduleTests
{
    [Fact]
    public void Waits_AreThoseOfStandardWebhooks_WithJitter_AndEnd()
    {
        double[] seconds = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];

        Assert.Equal(seconds, seconds.Select((_, index) => RetrySchedule.WaitAfter(ChannelKind.Webhook, index + 1, null, 0)!.Value.TotalSeconds));
        Assert.Equal(5.25, RetrySchedule.WaitAfter(ChannelKind.Webhook, 1, null, 0.5)!.Value.TotalSeconds);
        Assert.Null(RetrySchedule.WaitAfter(ChannelKind.Webhook, 10, null, 0));
        Assert.Null(RetrySchedule.WaitAfter(ChannelKind.Webhook, 10, TimeSpan.FromHours(1), 0));
        Assert.Null(RetrySchedule.WaitAfter(ChannelKind.Email, 7, null, 0));
    }

    [Theory]
    [InlineData(60, 60)]
    [InlineData(1, 5)]
    [InlineData(-60, 5)]
    [InlineData(1_000_000_000, 86_400)]
    public void WhatTheOtherSideAsks_IsHeeded_UpToADay(double asked, double wait) =>
        Assert.Equal(wait, RetrySchedule.WaitAfter(ChannelKind.Webhook, 1, TimeSpan.FromSeconds(asked), 0)!.Value.TotalSeconds);

    [Theory]
    [InlineData("UTC", "2026-11-15T07:59:59Z", 8, "2026-11-15T08:00:00Z")]
    [InlineData("UTC", "2026-11-15T08:00:00Z", 8, "2026-11-16T08:00:00Z")]
    [InlineData("Europe/Berlin", "2026-11-15T06:59:00Z", 8, "2026-11-15T07:00:00Z")]
    [InlineData("Europe/Berlin", "2026-07-15T06:30:00Z", 8, "2026-07-16T06:00:00Z")]
    [InlineData("America/Los_Angeles", "2026-11-15T02:00:00Z", 0, "2026-11-15T08:00:00Z")]
    [InlineData("Asia/Kathmandu", "2026-11-15T00:00:00Z", 8, "2026-11-15T02:15:00Z")]
    [InlineData("Pacific/Kiritimati", "2026-12-31T20:00:00Z", 23, "2027-01-01T09:00:00Z")]

    // Clocks in Berlin skip from 2 to 3 on 28 March 2027, and show 2 to 3 twice on 25 October 2026.
    [InlineData("Europe/Berlin", "2027-03-27T12:00:00Z", 2, "2027-03-28T01:00:00Z")]
    [InlineData("Europe/Berlin", "2026-10-24T12:00:00Z", 2, "2026-10-25T00:00:00Z")]
    [InlineData("Europe/Berlin", "2026-10-25T00:00:00Z", 2, "2026-10-26T01:00:00Z")]
    public void Digest_IsDueWhenClocksInItsZoneShowItsHour(string zone, string after, int hour, string due) => Assert.Equal(
        DateTimeOffset.Parse(due, null), DigestTime.Next(DateTimeOffset.Parse(after, null), TimeZoneInfo.FindSystemTimeZoneById(zone), hour));

    [Fact]
    public void Digest_IsDueOnceADay_InEveryZone_ForAYear()
    {
        foreach (var zone in TimeZoneInfo.GetSystemTimeZones())
        {
            var at = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
            for (var day = 0; day < 365; day++)
            {
                var next = DigestTime.Next(at, zone, 2);

                // Somewhere clocks skip two hours.
                Assert.InRange(next - at, day == 0 ? TimeSpan.FromTicks(1) : TimeSpan.FromHours(22), TimeSpan.FromHours(26));
                at = next;
            }
        }
    }

    [Fact]
    public void Rule_HearsBySeverity_Kind_AndEnvironment()
    {
        var (sales, service) = (Guid.NewGuid(), Guid.NewGuid());
        var low = Alert(AlertKind.QuotaLow, AlertSeverity.Warning, sales);
        var budget = Alert(AlertKind.BudgetExhausted, AlertSeverity.Error);

        Assert.True(new ChannelRule(AlertSeverity.Warning, [], []).Hears(low));
        Assert.False(new ChannelRule(AlertSeverity.Error, [], []).Hears(low));
        Assert.True(new ChannelRule(AlertSeverity.Info, [AlertKind.QuotaLow], []).Hears(low));
        Assert.False(new ChannelRule(AlertSeverity.Info, [AlertKind.QuotaDepleted], []).Hears(low));
        Assert.True(new ChannelRule(AlertSeverity.Info, [], [sales]).Hears(low));
        Assert.False(new ChannelRule(AlertSeverity.Info, [], [service]).Hears(low));
        Assert.True(new ChannelRule(AlertSeverity.Info, [], [service]).Hears(Alert(AlertKind.QuotaLow, AlertSeverity.Warning, sales, service)));
        Assert.True(new ChannelRule(AlertSeverity.Info, [], []).Hears(budget));
        Assert.False(new ChannelRule(AlertSeverity.Info, [], [sales]).Hears(budget));
    }

    // The example of the specification's own libraries.
    [Fact]
    public void Signature_IsTheOneOfTheSpecification() => Assert.Equal(
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        WebhookSignature.Sign(
            ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"], "msg_p5jXN8AQM9LWM0D4loKWxJek", DateTimeOffset.FromUnixTimeSeconds(1614265330), "{\"test\": 2432232314}"));

    [Fact]
    public void Secrets_AreLongEnough_AndNeverTheSame()
    {
        var secrets = Enumerable.Range(0, 100).Select(_ => WebhookSignature.CreateSecret()).ToList();

        Assert.Equal(100, secrets.Distinct(StringComparer.Ordinal).Count());
        Assert.All(secrets, secret => Assert.InRange(Convert.FromBase64String(secret["whsec_".Length..]).Length, 24, 64));
    }

    private static StoredAlert Alert(AlertKind kind, AlertSeverity severity, params Guid[] environments) =>
        new(1, 1, kind, severity, environments, null, null, null, "", "", default, null, null, null) { Story = 1 };
}
