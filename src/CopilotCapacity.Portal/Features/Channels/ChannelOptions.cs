namespace CopilotCapacity.Portal.Features.Channels;

/// <summary>How alerts leave the portal, section <c>Channels</c>.</summary>
public sealed class ChannelOptions
{
    /// <summary>The name of the settings section.</summary>
    public const string Section = "Channels";

    /// <summary>The portal's own address as people reach it, for links in mails; the first of <c>Urls</c> when it is not set.</summary>
    public string? PortalAddress { get; set; }

    /// <summary>Whether webhooks may go to <c>http:</c> addresses. For trying things out; everybody on the way reads along.</summary>
    public bool AllowHttp { get; set; }

    /// <summary>Names or addresses of internal hosts, with a port where only that one is meant, that webhooks may go to all the same.</summary>
    public string[] AllowedHosts { get; set; } = [];

    /// <summary>How long a receiver may take to answer. 15 to 30 seconds.</summary>
    public int TimeoutSeconds { get; set; } = 20;

    /// <summary>For how many days deliveries are kept once they have ended. 1 to 400.</summary>
    public int KeepDays { get; set; } = 30;

    /// <summary>How many deliveries of one channel are kept. 100 to 100,000.</summary>
    public int KeepPerChannel { get; set; } = 1_000;

    /// <summary>How long to wait, after looking for new alerts, before looking again. 0 to 60,000.</summary>
    public int PauseMilliseconds { get; set; } = 250;

    internal TimeSpan Timeout => TimeSpan.FromSeconds(TimeoutSeconds);

    /// <summary>What is wrong with the settings, a sentence each.</summary>
    internal IEnumerable<string> Problems()
    {
        if (PortalAddress is not null && !(Uri.TryCreate(PortalAddress, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"))
        {
            yield return $"{Section}:PortalAddress must be an address such as https://credits.contoso.example.";
        }

        foreach (var (name, value, min, max) in new[]
        {
            (nameof(TimeoutSeconds), TimeoutSeconds, 15, 30),
            (nameof(KeepDays), KeepDays, 1, 400),
            (nameof(KeepPerChannel), KeepPerChannel, 100, 100_000),
            (nameof(PauseMilliseconds), PauseMilliseconds, 0, 60_000),
        })
        {
            if (value < min || value > max)
            {
                yield return FormattableString.Invariant($"{Section}:{name} must be {min:N0} to {max:N0}.");
            }
        }
    }
}
