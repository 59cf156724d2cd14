using CopilotCapacity.Domain.Alerts;
using CopilotCapacity.Storage.Model;

namespace CopilotCapacity.Portal.Features.Channels.Pages;

/// <summary>A channel while it is typed.</summary>
public sealed class ChannelForm
{
    private readonly HashSet<AlertKind> _kinds;
    private readonly HashSet<Guid> _environments;

    /// <summary>Begins with a channel, or with an empty one of a kind.</summary>
    public ChannelForm(ChannelKind kind, ChannelSettings? settings)
    {
        var begin = settings ?? new ChannelSettings { Name = "", Kind = kind };
        (Kind, Name, Url) = (begin.Kind, begin.Name, begin.Url);
        Recipients = string.Join('\n', begin.Recipients);
        (Severity, Rhythm, DigestHour, InRehearsal, IsEnabled) = (begin.Severity, begin.Rhythm, begin.DigestHour, begin.InRehearsal, begin.IsEnabled);
        _kinds = [.. begin.Kinds];
        _environments = [.. begin.Environments];
    }

    /// <summary>Where it leads.</summary>
    public ChannelKind Kind { get; }

    /// <summary>What it is called.</summary>
    public string? Name { get; set; }

    /// <summary>Where a webhook is sent to.</summary>
    public string? Url { get; set; }

    /// <summary>Who gets the mail: one in each line, or with commas between them.</summary>
    public string? Recipients { get; set; }

    /// <summary>From which severity on it hears.</summary>
    public AlertSeverity Severity { get; set; }

    /// <summary>How often mail is sent.</summary>
    public ChannelRhythm Rhythm { get; set; }

    /// <summary>The hour of a daily mail.</summary>
    public int DigestHour { get; set; }

    /// <summary>Whether it tells what happens in a rehearsal.</summary>
    public bool InRehearsal { get; set; }

    /// <summary>Whether it tells anything.</summary>
    public bool IsEnabled { get; }

    /// <summary>How many kinds it is narrowed down to; 0 for all.</summary>
    public int KindCount => _kinds.Count;

    /// <summary>How many environments it is narrowed down to; 0 for all.</summary>
    public int EnvironmentCount => _environments.Count;

    /// <summary>Whether enough is filled in to be saved.</summary>
    public bool IsComplete => !string.IsNullOrWhiteSpace(Name) && !string.IsNullOrWhiteSpace(Kind == ChannelKind.Webhook ? Url : Recipients);

    /// <summary>What was typed.</summary>
    public ChannelSettings Settings => new()
    {
        Name = (Name ?? "").Trim(),
        Kind = Kind,
        Url = Kind == ChannelKind.Webhook ? Url?.Trim() : null,
        Recipients = Kind == ChannelKind.Email
            ? (Recipients ?? "").Split([',', ';', '\n', '\r', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            : [],
        Severity = Severity,
        Kinds = [.. _kinds.Order()],
        Environments = [.. _environments],
        Rhythm = Kind == ChannelKind.Email ? Rhythm : ChannelRhythm.Immediate,
        DigestHour = DigestHour,
        InRehearsal = InRehearsal,
        IsEnabled = IsEnabled,
    };

    /// <summary>Whether a kind is chosen.</summary>
    public bool Has(AlertKind kind) => _kinds.Contains(kind);

    /// <summary>Whether an environment is chosen.</summary>
    public bool Has(Guid environment) => _environments.Contains(environment);

    /// <summary>Chooses a kind, or leaves it out.</summary>
    public void Choose(AlertKind kind, bool isChosen) => _ = isChosen ? _kinds.Add(kind) : _kinds.Remove(kind);

    /// <summary>Chooses an environment, or leaves it out.</summary>
    public void Choose(Guid environment, bool isChosen) => _ = isChosen ? _environments.Add(environment) : _environments.Remove(environment);
}
