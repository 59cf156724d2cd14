using MimeKit;

namespace CopilotCapacity.Portal.Features.Channels.Mail;

/// <summary>How the connection to the mail server is protected.</summary>
public enum MailTls
{
    /// <summary>It begins open and must turn to TLS before anything is said.</summary>
    StartTls,

    /// <summary>It is TLS from the first byte.</summary>
    Implicit,

    /// <summary>It is open. Only for a server on the same machine or network, and never with a password.</summary>
    None,
}

/// <summary>The server that mails leave by, section <c>Mail</c>.</summary>
public sealed class MailOptions
{
    /// <summary>The name of the settings section.</summary>
    public const string Section = "Mail";

    /// <summary>The environment variable with the password. It is read from there and from nowhere else.</summary>
    public const string PasswordVariable = "Mail__Password";

    /// <summary>The server's name; null sends no mail.</summary>
    public string? Host { get; set; }

    /// <summary>The server's port. 1 to 65,535.</summary>
    public int Port { get; set; } = 587;

    /// <summary>How the connection is protected.</summary>
    public MailTls Tls { get; set; } = MailTls.StartTls;

    /// <summary>Who signs in at the server; null for nobody.</summary>
    public string? User { get; set; }

    /// <summary>The address that mails come from, such as <c>Copilot Capacity &lt;credits@contoso.example&gt;</c>.</summary>
    public string? From { get; set; }

    /// <summary>How many mails one channel sends in an hour; what is more waits and comes as one summary. 1 to 1,000.</summary>
    public int PerHour { get; set; } = 12;

    /// <summary>Whether mail can be sent at all.</summary>
    internal bool IsOn => Host is not null;

    /// <summary>What is wrong with the settings, a sentence each.</summary>
    /// <param name="isPasswordInFile">Whether a password stands in the settings, outside the environment.</param>
    /// <param name="hasPassword">Whether there is a password in the environment.</param>
    internal IEnumerable<string> Problems(bool isPasswordInFile, bool hasPassword)
    {
        if (isPasswordInFile)
        {
            yield return $"{Section}:Password must not stand in a settings file; give it as the environment variable {PasswordVariable}.";
        }

        if (Port is < 1 or > 65_535)
        {
            yield return $"{Section}:Port must be 1 to 65,535.";
        }

        if (PerHour is < 1 or > 1_000)
        {
            yield return $"{Section}:PerHour must be 1 to 1,000.";
        }

        if (Host is null)
        {
            yield break;
        }

        if (!MailboxAddress.TryParse(From, out _))
        {
            yield return $"{Section}:From must be the address that mails come from.";
        }

        if (Tls == MailTls.None && User is not null)
        {
            yield return $"{Section}:User needs TLS: a password is not sent over an open connection.";
        }

        if (User is not null && !hasPassword)
        {
            yield return $"{Section}:User needs a password in the environment variable {PasswordVariable}.";
        }
    }
}
