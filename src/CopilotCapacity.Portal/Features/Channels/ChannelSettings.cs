using CopilotCapacity.Domain.Alerts;
using CopilotCapacity.Portal.Features.Channels.Mail;
using CopilotCapacity.Portal.Features.Channels.Webhooks;
using CopilotCapacity.Storage.Model;
using MimeKit;

namespace CopilotCapacity.Portal.Features.Channels;

/// <summary>All that somebody may say about a channel.</summary>
public sealed record ChannelSettings
{
    internal const int NameMax = 100;
    internal const int RecipientsMax = 20;
    internal const int EnvironmentsMax = 500;
    private const int AddressMax = 254;

    /// <summary>What it is called.</summary>
    public required string Name { get; init; }

    /// <summary>Where it leads; it stays what it is.</summary>
    public required ChannelKind Kind { get; init; }

    /// <summary>Where a webhook is sent to.</summary>
    public string? Url { get; init; }

    /// <summary>Who gets the mail.</summary>
    public IReadOnlyList<string> Recipients { get; init; } = [];

    /// <summary>From which severity on it hears.</summary>
    public AlertSeverity Severity { get; init; } = AlertSeverity.Warning;

    /// <summary>What it hears of; none for all kinds.</summary>
    public IReadOnlyList<AlertKind> Kinds { get; init; } = [];

    /// <summary>The environments it hears of; none for all.</summary>
    public IReadOnlyList<Guid> Environments { get; init; } = [];

    /// <summary>How often mail is sent.</summary>
    public ChannelRhythm Rhythm { get; init; } = ChannelRhythm.Immediate;

    /// <summary>The hour of a daily mail, in the tenant's zone.</summary>
    public int DigestHour { get; init; } = 8;

    /// <summary>Whether it tells what happens in a rehearsal.</summary>
    public bool InRehearsal { get; init; }

    /// <summary>Whether it tells anything.</summary>
    public bool IsEnabled { get; init; } = true;

    internal static ChannelSettings Of(ChannelRow row) => new()
    {
        Name = row.Name,
        Kind = row.Kind,
        Url = row.Url,
        Recipients = row.Recipients,
        Severity = row.Severity,
        Kinds = row.Kinds,
        Environments = row.Environments,
        Rhythm = row.Rhythm,
        DigestHour = row.DigestHour,
        InRehearsal = row.InRehearsal,
        IsEnabled = row.IsEnabled,
    };

    /// <summary>What is wrong, by the field it is wrong with.</summary>
    internal IEnumerable<(string Field, string Sentence)> Problems(ChannelOptions options, MailOptions mail)
    {
        if (string.IsNullOrWhiteSpace(Name) || Name.Length > NameMax)
        {
            yield return ("name", $"Give it a name of 1 to {NameMax} characters.");
        }

        foreach (var problem in Kind == ChannelKind.Webhook ? WebhookProblems(options) : EmailProblems(mail))
        {
            yield return problem;
        }

        if (Environments.Count > EnvironmentsMax)
        {
            yield return ("environmentIds", $"Name at most {EnvironmentsMax} environments, or none for all.");
        }
    }

    internal void WriteTo(ChannelRow row)
    {
        var isMail = row.Kind == ChannelKind.Email;
        row.Name = Name.Trim();
        row.Url = isMail ? null : Url!.Trim();
        row.Recipients = isMail ? [.. Recipients.Select(recipient => recipient.Trim()).Distinct(StringComparer.OrdinalIgnoreCase)] : [];
        row.Severity = Severity;
        row.Kinds = [.. Kinds.Distinct().Order()];
        row.Environments = [.. Environments.Distinct()];
        row.Rhythm = isMail ? Rhythm : ChannelRhythm.Immediate;
        row.DigestHour = DigestHour;
        row.InRehearsal = InRehearsal;
    }

    private IEnumerable<(string Field, string Sentence)> WebhookProblems(ChannelOptions options)
    {
        if (WebhookAddress.Problem(Url, options) is { } problem)
        {
            yield return ("url", problem);
        }

        if (Recipients.Count > 0 || Rhythm != ChannelRhythm.Immediate)
        {
            yield return (Recipients.Count > 0 ? "recipients" : "rhythm", "A webhook has no recipients and no digest; those are of e-mail.");
        }
    }

    private IEnumerable<(string Field, string Sentence)> EmailProblems(MailOptions mail)
    {
        if (!mail.IsOn)
        {
            yield return ("kind", "This portal has no mail server yet. Whoever runs it sets Mail:Host and Mail:From.");
        }

        if (Url is not null)
        {
            yield return ("url", "E-mail has recipients, no address of a webhook.");
        }

        if (Recipients.Count is 0 or > RecipientsMax)
        {
            yield return ("recipients", $"Name 1 to {RecipientsMax} e-mail addresses.");
        }
        else if (Recipients.FirstOrDefault(recipient => !IsAddress(recipient)) is { } wrong)
        {
            yield return ("recipients", $"“{wrong}” is no e-mail address.");
        }

        if (DigestHour is < 0 or > 23)
        {
            yield return ("digestHour", "The hour is 0 to 23.");
        }
    }

    // An address alone, without a name, lists or line breaks.
    private static bool IsAddress(string? text) => text?.Trim() is { Length: > 0 and <= AddressMax } plain
        && MailboxAddress.TryParse(plain, out var address)
        && string.Equals(address.Address, plain, StringComparison.Ordinal)
        && plain.IndexOf('@', StringComparison.Ordinal) is > 0 and var at && at < plain.Length - 1;
}
