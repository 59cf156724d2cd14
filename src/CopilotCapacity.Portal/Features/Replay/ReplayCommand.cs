using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace CopilotCapacity.Portal.Features.Replay;

/// <summary>The command line of <c>replay</c>.</summary>
public static class ReplayCommand
{
    private const string Description =
        """
        Sends a request trace to a portal as usage of one environment.

        Each request becomes one event: a generative answer, and its tokens as a standard AI tool. The same command again
        changes nothing: the same file, environment and --from give the same events, which the portal records once.

        Exit codes: 0 all recorded, 1 the portal could not be used, 2 the file or its plan is wrong and nothing was sent,
        3 some events were refused, 130 stopped.
        """;

    /// <summary>Makes the command; everything it needs from outside comes with <paramref name="services"/>.</summary>
    public static Command Create(ReplayServices services)
    {
        var file = new Argument<string>("FILE") { Description = $"A trace: CSV with the header {TraceReader.Header}, in order of time." };
        var url = new Option<Uri>("--url")
        {
            Description = "The portal's address.",
            DefaultValueFactory = _ => new Uri("http://localhost:5080"),
            CustomParser = ParseUrl,
        };
        var key = new Option<string>("--key") { Description = "An API key of the tenant, with the scope usage:write.", Required = true };
        var environment = new Option<Guid>("--environment") { Description = "The id of the environment that used the service.", Required = true };
        var from = new Option<ReplayFrom>("--from")
        {
            Description = "The time of the first event: a TIME such as 2026-11-01T00:00:00Z moves the trace there and keeps its spacing; "
                + "now remembers when this file first began for this environment, and divides the spacing by the speed.",
            HelpName = "now|TIME",
            DefaultValueFactory = _ => default,
            CustomParser = ParseFrom,
        };
        var speed = new Option<ReplaySpeed>("--speed")
        {
            Description = "How many times faster than recorded to send; max is as fast as the portal takes it, "
                + "and from now presses the times into at most a minute, because events of the future are refused.",
            HelpName = "N|max",
            DefaultValueFactory = _ => ReplaySpeed.Max,
            CustomParser = ParseSpeed,
        };
        var source = new Option<string?>("--source") { Description = "The sender the events name; by default derived from the file, the environment and --from." };
        var batch = new Option<int>("--batch")
        {
            Description = $"Events in one request, 1 to {ReplayOptions.BatchMax}.",
            DefaultValueFactory = _ => ReplayOptions.BatchDefault,
            CustomParser = ParseBatch,
        };
        var again = new Option<bool>("--again") { Description = "Sends everything once more as new usage, under new identities." };
        key.Validators.Add(result => Require(result, IsHeaderText, "--key must be printable text without spaces."));
        source.Validators.Add(result => Require(result, IsUri, "--source must be a URI, such as https://example.org/bot."));

        var command = new Command("replay", Description) { file, url, key, environment, from, speed, source, batch, again };
        command.Validators.Add(result =>
        {
            if (result.GetValue(again) && result.GetValue(source) is not null)
            {
                result.AddError("--again makes a new source, so it cannot be given together with --source.");
            }
        });
        command.SetAction((parsed, cancellationToken) => new ReplayVerb(services).RunAsync(
            new ReplayOptions
            {
                File = parsed.GetRequiredValue(file),
                Url = parsed.GetRequiredValue(url),
                Key = parsed.GetRequiredValue(key),
                Environment = parsed.GetRequiredValue(environment),
                From = parsed.GetValue(from).Time,
                Speed = parsed.GetValue(speed),
                Source = parsed.GetValue(source),
                Batch = parsed.GetValue(batch),
                Again = parsed.GetValue(again),
            },
            parsed.InvocationConfiguration.Error,
            cancellationToken));
        return command;
    }

    private static Uri? ParseUrl(ArgumentResult result)
    {
        if (Uri.TryCreate(Token(result), UriKind.Absolute, out var url) && url is { Scheme: "http" or "https" })
        {
            return url;
        }

        result.AddError($"--url '{Token(result)}' is not an http or https address.");
        return null;
    }

    private static ReplayFrom ParseFrom(ArgumentResult result)
    {
        if (!ReplayFrom.TryParse(Token(result), out var from))
        {
            result.AddError($"--from '{Token(result)}' is neither now nor a time such as 2026-11-01T00:00:00Z.");
        }

        return from;
    }

    private static ReplaySpeed ParseSpeed(ArgumentResult result)
    {
        if (!ReplaySpeed.TryParse(Token(result), out var speed))
        {
            result.AddError($"--speed '{Token(result)}' is neither max nor a number between {ReplaySpeed.FactorMin} and {ReplaySpeed.FactorMax}.");
        }

        return speed;
    }

    private static string Token(ArgumentResult result) => result.Tokens[0].Value;

    private static int ParseBatch(ArgumentResult result)
    {
        if (int.TryParse(Token(result), NumberStyles.None, CultureInfo.InvariantCulture, out var batch) && batch is >= 1 and <= ReplayOptions.BatchMax)
        {
            return batch;
        }

        result.AddError($"--batch '{Token(result)}' is not a number from 1 to {ReplayOptions.BatchMax}.");
        return 0;
    }

    private static void Require(OptionResult result, Func<string, bool> holds, string otherwise)
    {
        // An option without its value has an error of its own.
        if (result.Tokens is [var token] && !holds(token.Value))
        {
            result.AddError(otherwise);
        }
    }

    private static bool IsHeaderText(string text) => text.Length > 0 && text.All(c => c is > ' ' and <= '~');

    private static bool IsUri(string text) => Uri.IsWellFormedUriString(text, UriKind.RelativeOrAbsolute) && text.Length is > 0 and <= 1_000;
}
