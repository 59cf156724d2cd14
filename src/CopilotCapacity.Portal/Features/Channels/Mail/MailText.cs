using System.Globalization;
using System.Net;
using System.Text;
using CopilotCapacity.Domain.Alerts;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Portal.Components;
using CopilotCapacity.Portal.Components.Shared;
using CopilotCapacity.Portal.Features.Alerts;
using CopilotCapacity.Portal.Features.Channels.Sending;
using CopilotCapacity.Storage.Model;
using CopilotCapacity.Storage.Queries;
using Microsoft.Extensions.Options;

namespace CopilotCapacity.Portal.Features.Channels.Mail;

/// <summary>Writes mails: what happened, when, and where it can be put right.</summary>
internal sealed class MailText(IOptions<ChannelOptions> options, IConfiguration configuration, TimeProvider time)
{
    private const int ListedMax = 50;
    private const int SubjectMax = 180;

    private readonly string _address = (options.Value.PortalAddress ?? (configuration["Urls"] ?? "http://localhost:5080").Split(';')[0]).TrimEnd('/');

    /// <summary>Writes a mail about alerts, of which there is at least one.</summary>
    public Letter Write(DeliveryContent content, TenantRow owner, ChannelRow channel, IReadOnlyList<StoredAlert> alerts)
    {
        var (head, lead) = Opening(content, owner, alerts);
        var body = new Body();
        body.Say(lead);
        foreach (var alert in Ordered(content, alerts).Take(ListedMax))
        {
            Add(body, owner, alert);
        }

        if (alerts.Count > ListedMax)
        {
            body.Say($"and {alerts.Count - ListedMax} more, which the portal shows.");
        }

        body.Link("Open the overview", Url(PortalUrls.Overview(IdOf(owner))));
        return Finish(body, owner, channel, head, content == DeliveryContent.Alert ? StoryOf(owner, alerts[0]) : null);
    }

    /// <summary>Writes a test.</summary>
    public Letter Test(TenantRow owner, ChannelRow channel)
    {
        var body = new Body();
        body.Say($"This is a test of the channel {channel.Name}. Nothing has happened, and nothing is to be done.");
        return Finish(body, owner, channel, $"A test of {channel.Name}", null);
    }

    private (string Head, string Lead) Opening(DeliveryContent content, TenantRow owner, IReadOnlyList<StoredAlert> alerts)
    {
        var worst = alerts.MaxBy(alert => alert.Severity)!;
        var counted = $"{alerts.Count} {(alerts.Count == 1 ? "alert" : "alerts")}";
        return content switch
        {
            DeliveryContent.Digest => (
                $"{counted} until {TimeZoneInfo.ConvertTime(time.GetUtcNow(), Outbox.ZoneOf(owner)).ToString("d MMMM", CultureInfo.InvariantCulture)}",
                $"What happened in {owner.Name} since the last daily mail: {counted}, {alerts.Count(alert => alert.ResolvedAt is null && alert.Severity > AlertSeverity.Info)} still open."),
            DeliveryContent.Summary => (
                $"{counted} at once",
                $"More happened in {owner.Name} than this channel sends in an hour. Here is all of it in one mail: {counted}, the most urgent first."),
            _ when alerts.Count == 1 => (worst.Title, $"In {owner.Name}:"),
            _ => ($"{worst.Title}, and {alerts.Count - 1} more", $"In {owner.Name}, from one cause:"),
        };
    }

    private static IEnumerable<StoredAlert> Ordered(DeliveryContent content, IReadOnlyList<StoredAlert> alerts) => content == DeliveryContent.Alert
        ? alerts
        : alerts.OrderBy(alert => alert.ResolvedAt is not null).ThenByDescending(alert => alert.Severity).ThenByDescending(alert => alert.Number);

    private void Add(Body body, TenantRow owner, StoredAlert alert)
    {
        var zone = new DisplayZone(Outbox.ZoneOf(owner));
        var over = alert.ResolvedAt is { } end ? $" · over since {Plain(zone.Full(end))}" : "";
        body.Head(alert.Title);
        body.Say(alert.Text);
        body.Small($"{WordOf(alert.Severity)} · {Plain(zone.Full(alert.RaisedAt))}{over} · no. {alert.Number.ToString(CultureInfo.InvariantCulture)}");
        foreach (var action in AlertActions.For(IdOf(owner), alert))
        {
            body.Link(action.Text, Url(action.Href));
        }
    }

    private Letter Finish(Body body, TenantRow owner, ChannelRow channel, string head, string? story)
    {
        body.Rule();
        body.Small($"You get this because the channel “{channel.Name}” of {owner.Name} tells you. To get no more of it, ask an administrator of {owner.Name} to take you off:");
        body.Link("Channels", Url(PortalUrls.Channels(IdOf(owner))));
        var subject = OneLine($"[{owner.Name}] {head}");
        return new Letter(OneLine(head), subject.Length > SubjectMax ? subject[..SubjectMax] + "…" : subject, body.Text, body.Html, story);
    }

    // The same environments or plan in the same matter: low, depleted and restored belong together.
    private static string StoryOf(TenantRow owner, StoredAlert alert)
    {
        var matter = AlertWords.KindOf(alert.Kind).Split('.')[0];
        IEnumerable<Guid> about = alert.Plan is { } plan ? [plan] : alert.Environments.Order();
        return string.Join(' ', about.Select(id => id.ToString("N")).Prepend(matter).Prepend(owner.Id.ToString("N")));
    }

    private static string WordOf(AlertSeverity severity) => severity switch
    {
        AlertSeverity.Error => "Urgent",
        AlertSeverity.Warning => "Warning",
        _ => "For your information",
    };

    private static TenantId IdOf(TenantRow owner) => new(owner.Id);

    private string Url(string path) => _address + path;

    private static string Plain(string text) => text.Replace('\u00a0', ' ');

    private static string OneLine(string text) => string.Join(' ', text.Split(['\r', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));

    /// <summary>The same words, plain and in HTML.</summary>
    private sealed class Body
    {
        private readonly StringBuilder _text = new();
        private readonly StringBuilder _html = new("<div style=\"max-width:640px;font:15px/1.5 'Segoe UI',Arial,sans-serif;color:#1f2430\">");

        public string Text => _text.ToString().TrimEnd() + "\n";

        public string Html => _html + "</div>";

        public void Head(string text)
        {
            _text.Append(text).Append('\n');
            _html.Append("<h2 style=\"margin:20px 0 4px;font-size:16px\">").Append(Encoded(text)).Append("</h2>");
        }

        public void Say(string text)
        {
            _text.Append(text).Append("\n\n");
            _html.Append("<p style=\"margin:0 0 8px\">").Append(Encoded(text)).Append("</p>");
        }

        public void Small(string text)
        {
            _text.Append(text).Append("\n\n");
            _html.Append("<p style=\"margin:0 0 8px;font-size:13px;color:#545b6b\">").Append(Encoded(text)).Append("</p>");
        }

        public void Link(string text, string url)
        {
            _text.Append(text).Append(": ").Append(url).Append("\n\n");
            _html.Append("<p style=\"margin:0 0 8px\"><a href=\"").Append(Encoded(url)).Append("\">").Append(Encoded(text)).Append("</a></p>");
        }

        public void Rule()
        {
            _text.Append("-- \n");
            _html.Append("<hr style=\"margin:24px 0 12px;border:0;border-top:1px solid #d9dce3\">");
        }

        private static string Encoded(string text) => WebUtility.HtmlEncode(text);
    }
}
