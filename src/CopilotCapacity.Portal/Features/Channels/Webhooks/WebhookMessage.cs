using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using CopilotCapacity.Portal.Features.Alerts;
using CopilotCapacity.Portal.Hosting.Json;

namespace CopilotCapacity.Portal.Features.Channels.Webhooks;

/// <summary>What a webhook carries.</summary>
/// <param name="Type">The alert's kind, or <c>channel.test</c>.</param>
/// <param name="Timestamp">When it was raised.</param>
/// <param name="Data">The alert, as the API shows it.</param>
/// <param name="Truncated">True when <c>data.environmentIds</c> lists only the first; the API shows all of them.</param>
internal sealed record WebhookMessage(
    string Type,
    DateTimeOffset Timestamp,
    object Data,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Truncated = false)
{
    /// <summary>A message stays below this, as receivers may cut off what is longer.</summary>
    public const int BytesMax = 20_000;

    public const string TestType = "channel.test";

    private const int EnvironmentsMax = 200;

    /// <summary>Writes an alert.</summary>
    public static string Write(AlertDto alert)
    {
        var whole = Write(new WebhookMessage(alert.Kind, alert.RaisedAt, alert));
        return alert.EnvironmentIds is { Count: > EnvironmentsMax } ids && Encoding.UTF8.GetByteCount(whole) >= BytesMax
            ? Write(new WebhookMessage(alert.Kind, alert.RaisedAt, alert with { EnvironmentIds = [.. ids.Take(EnvironmentsMax)] }, Truncated: true))
            : whole;
    }

    /// <summary>Writes a test.</summary>
    public static string WriteTest(Guid tenant, Guid channel, string name, DateTimeOffset at) =>
        Write(new WebhookMessage(TestType, at, new { tenantId = tenant, channelId = channel, text = $"A test of the channel {name}. Nothing has happened." }));

    private static string Write(WebhookMessage message) => JsonSerializer.Serialize(message, ApiJson.Options);
}
