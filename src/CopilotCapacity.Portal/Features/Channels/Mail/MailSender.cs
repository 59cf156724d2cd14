using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using CopilotCapacity.Portal.Features.Channels.Sending;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using Microsoft.Extensions.Options;
using MimeKit;

namespace CopilotCapacity.Portal.Features.Channels.Mail;

/// <summary>Hands one mail to the mail server, and says what came of it.</summary>
internal sealed class MailSender(IOptions<MailOptions> options, IOptions<ChannelOptions> channels, TimeProvider time)
{
    private const int AnswerMax = 500;
    private const int PermanentFrom = 500;

    /// <summary>Sends it.</summary>
    /// <param name="recipients">Who gets it.</param>
    /// <param name="id">The message's id, the same each time.</param>
    /// <param name="letter">The mail.</param>
    /// <param name="cancellationToken">Cancels it; a server that takes too long is no cancellation.</param>
    public async Task<SendOutcome> SendAsync(IReadOnlyList<string> recipients, string id, Letter letter, CancellationToken cancellationToken)
    {
        if (options.Value is not { Host: { } host } mail)
        {
            return new SendOutcome(false, "This portal has no mail server.");
        }

        using var tooLong = new CancellationTokenSource(channels.Value.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(tooLong.Token, cancellationToken);
        using var client = new Client();
        try
        {
            using var message = MessageOf(mail, recipients, id, letter);
            await client.ConnectAsync(host, mail.Port, SecurityOf(mail.Tls), either.Token);
            if (mail.User is { } user)
            {
                await client.AuthenticateAsync(user, Environment.GetEnvironmentVariable(MailOptions.PasswordVariable) ?? "", either.Token);
            }

            var answer = await client.SendAsync(message, either.Token);
            await SayGoodbyeAsync(client, either.Token);
            return new SendOutcome(true, client.Refused == 0 ? "Taken by the mail server." : $"Taken by the mail server, but not for {client.Refused} of {recipients.Count} recipients.")
            {
                Status = (int)SmtpStatusCode.Ok,
                Answer = Cut(answer),
            };
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new SendOutcome(false, $"The mail server did not answer within {channels.Value.TimeoutSeconds} seconds.");
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            return OutcomeOf(exception);
        }
    }

    private static MimeMessage MessageOf(MailOptions mail, IReadOnlyList<string> recipients, string id, Letter letter)
    {
        var from = MailboxAddress.Parse(mail.From!);
        var message = new MimeMessage
        {
            Subject = letter.Subject,
            MessageId = $"{id}@{from.Domain}",
            Body = new BodyBuilder { TextBody = letter.Text, HtmlBody = letter.Html }.ToMessageBody(),
        };
        message.From.Add(from);
        message.To.AddRange(recipients.Select(recipient => MailboxAddress.Parse(recipient)));
        if (letter.Story is { } story)
        {
            var name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(story)).AsSpan(0, 12));
            message.References.Add($"story_{name}@{from.Domain}");
        }

        // Nobody's holiday notice answers a machine.
        message.Headers.Add("Auto-Submitted", "auto-generated");
        message.Headers.Add("X-Auto-Response-Suppress", "All");
        return message;
    }

    private static SecureSocketOptions SecurityOf(MailTls tls) => tls switch
    {
        MailTls.Implicit => SecureSocketOptions.SslOnConnect,
        MailTls.None => SecureSocketOptions.None,
        _ => SecureSocketOptions.StartTls,
    };

    // The mail is taken already: a server that breaks off now has it all the same.
    private static async Task SayGoodbyeAsync(SmtpClient client, CancellationToken cancellationToken)
    {
        try
        {
            await client.DisconnectAsync(quit: true, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or ProtocolException or OperationCanceledException or SocketException)
        {
            // Nothing is lost by it.
        }
    }

    private static SendOutcome OutcomeOf(Exception exception) => exception switch
    {
        SmtpCommandException said => new SendOutcome(false, $"The mail server answered {(int)said.StatusCode}.")
        {
            Status = (int)said.StatusCode,
            Answer = Cut(said.Message),
            IsFinal = (int)said.StatusCode >= PermanentFrom,
        },
        AuthenticationException => new SendOutcome(false, "The mail server did not accept the portal’s user and password."),
        SslHandshakeException => new SendOutcome(false, "The mail server’s certificate is not trusted."),
        NotSupportedException => new SendOutcome(false, "The mail server does not offer TLS, which Mail:Tls asks for."),
        SocketException or IOException or ProtocolException => new SendOutcome(false, "The mail server cannot be reached, or broke off."),
        _ => new SendOutcome(false, "The mail could not be handed to the mail server."),
    };

    private static string? Cut(string? text) => text is { Length: > AnswerMax } ? text[..AnswerMax] : text;

    // One recipient who is refused does not keep it from the others.
    private sealed class Client : SmtpClient
    {
        public int Refused { get; private set; }

        protected override void OnRecipientNotAccepted(MimeMessage message, MailboxAddress mailbox, SmtpResponse response) => Refused++;

        protected override void OnNoRecipientsAccepted(MimeMessage message) =>
            throw new SmtpCommandException(SmtpErrorCode.RecipientNotAccepted, SmtpStatusCode.MailboxUnavailable, "No recipient was accepted.");
    }
}
