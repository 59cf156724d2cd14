using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace CopilotCapacity.Portal.Features.Replay;

/// <summary>One request of a trace.</summary>
/// <param name="Number">1 for the first request of the file.</param>
/// <param name="At">When it arrived, as recorded.</param>
/// <param name="ContextTokens">Tokens sent to the model.</param>
/// <param name="GeneratedTokens">Tokens the model answered with.</param>
public readonly record struct TraceRow(int Number, DateTimeOffset At, long ContextTokens, long GeneratedTokens)
{
    public long Tokens => ContextTokens + GeneratedTokens;
}

/// <summary>What is known of a trace once the whole of it has been checked.</summary>
/// <param name="Fingerprint">The first 16 hexadecimal digits of the SHA-256 of the file.</param>
/// <param name="Rows">How many requests it holds; at least one.</param>
/// <param name="First">The time of the first request.</param>
/// <param name="Last">The time of the last request, never before the first.</param>
public sealed record TraceFacts(string Fingerprint, int Rows, DateTimeOffset First, DateTimeOffset Last)
{
    public TimeSpan Length => Last - First;
}

/// <summary>The file is not a request trace; the message names the line.</summary>
public sealed class TraceFormatException(string message) : Exception(message);

/// <summary>
/// Reads traces in the form of the Azure LLM inference traces: a header and one line for each request, in order of time.
/// It never holds more than one line.
/// </summary>
public static class TraceReader
{
    public const string Header = "TIMESTAMP,ContextTokens,GeneratedTokens";

    /// <summary>The most tokens a request may have, either way; more is taken for a damaged file.</summary>
    public const long TokensMax = 1_000_000_000;

    private const int FingerprintDigits = 16;

    private static readonly string[] s_timeFormats = ["yyyy-MM-dd HH:mm:ss.FFFFFFF", "yyyy-MM-dd HH:mm:ss.FFFFFFFzzz"];

    /// <summary>Reads the whole trace and leaves the stream at its start, so that nothing is sent of a file that is damaged further down.</summary>
    public static async Task<TraceFacts> InspectAsync(Stream trace, CancellationToken cancellationToken)
    {
        var hash = await SHA256.HashDataAsync(trace, cancellationToken);
        trace.Position = 0;

        TraceRow? first = null;
        TraceRow last = default;
        await foreach (var row in RowsAsync(trace, cancellationToken))
        {
            first ??= row;
            last = row;
        }

        trace.Position = 0;
        return first is null
            ? throw new TraceFormatException("The file holds no request, only a header.")
            : new TraceFacts(Convert.ToHexStringLower(hash)[..FingerprintDigits], last.Number, first.Value.At, last.At);
    }

    /// <summary>The requests from the stream's position on, which must be its start. The stream stays open.</summary>
    public static async IAsyncEnumerable<TraceRow> RowsAsync(
        Stream trace,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(trace, leaveOpen: true);
        var header = await reader.ReadLineAsync(cancellationToken);
        if (!Header.Equals(header?.Trim(), StringComparison.OrdinalIgnoreCase))
        {
            throw new TraceFormatException($"Line 1: the header must read {Header}.");
        }

        var number = 0;
        var previous = DateTimeOffset.MinValue;
        for (var line = 2; await reader.ReadLineAsync(cancellationToken) is { } text; line++)
        {
            // An empty line, such as an editor adds at the end, says nothing and is no request.
            if (string.IsNullOrWhiteSpace(text))
            {
                continue;
            }

            var row = Parse(text, line, ++number);
            if (row.At < previous)
            {
                throw new TraceFormatException($"Line {line}: its time lies before the one above; sort the file by TIMESTAMP.");
            }

            previous = row.At;
            yield return row;
        }
    }

    private static TraceRow Parse(ReadOnlySpan<char> text, int line, int number)
    {
        Span<Range> fields = stackalloc Range[4];
        var count = text.Split(fields, ',');
        if (count != 3)
        {
            throw new TraceFormatException($"Line {line}: expected 3 fields ({Header}).");
        }

        if (!DateTimeOffset.TryParseExact(
            text[fields[0]].Trim(),
            s_timeFormats,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out var at))
        {
            throw new TraceFormatException($"Line {line}: TIMESTAMP '{text[fields[0]]}' is not a time such as 2023-11-16 18:15:46.6805900.");
        }

        return new TraceRow(
            number,
            at,
            Tokens(text[fields[1]], line, "ContextTokens"),
            Tokens(text[fields[2]], line, "GeneratedTokens"));
    }

    private static long Tokens(ReadOnlySpan<char> text, int line, string field) =>
        long.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var tokens) && tokens <= TokensMax
            ? tokens
            : throw new TraceFormatException($"Line {line}: {field} '{text}' is not a whole number from 0 to 1,000,000,000.");
}
