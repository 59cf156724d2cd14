using System.Globalization;

namespace CopilotCapacity.Portal.Features.Replay;

/// <summary>
/// Turns the requests of a trace into usage events. The same plan gives the same events, byte for byte, which is what makes
/// sending them twice harmless.
/// </summary>
public sealed record ReplayPlan
{
    /// <summary>
    /// From now at full speed, a trace is pressed into at most this long: no event may lie more than five minutes ahead of
    /// the server's clock, and clocks differ.
    /// </summary>
    public static readonly TimeSpan AheadMax = TimeSpan.FromMinutes(1);

    private const string EventType = "copilot.usage";
    private const string AnswerFeature = "generativeAnswer";
    private const string TokenFeature = "aiToolStandard";

    /// <summary>The sender every event names; with the row number it is the event's identity.</summary>
    public required string Source { get; init; }

    public required Guid Environment { get; init; }

    /// <summary>The time of the trace's first request, as recorded.</summary>
    public required DateTimeOffset First { get; init; }

    /// <summary>The time the first request is moved to.</summary>
    public required DateTimeOffset Start { get; init; }

    /// <summary>What the spacing of the requests is divided by; above 0.</summary>
    public required double Divisor { get; init; }

    /// <summary>What the spacing is divided by when a trace begins now: the speed, or whatever makes it last <see cref="AheadMax"/>.</summary>
    public static double DivisorFromNow(ReplaySpeed speed, TimeSpan length) => speed.Factor ?? Math.Max(1, length / AheadMax);

    /// <summary>
    /// The sender of the events of a file in an environment. It names <paramref name="from"/> when that was given, because
    /// the same trace on two days is two replays; a start of "now" is left out, so that a start forgotten leads to refused
    /// events and never to usage booked twice.
    /// </summary>
    public static string SourceOf(TraceFacts trace, Guid environment, DateTimeOffset? from, DateTimeOffset? again) =>
        $"urn:copilotcapacity:replay:{trace.Fingerprint}:{environment:D}{Part("from", from)}{Part("again", again)}";

    public UsageEventDto EventFor(TraceRow row)
    {
        var answer = new UsageItemDto(AnswerFeature, 1);
        return new UsageEventDto
        {
            Id = row.Number.ToString(CultureInfo.InvariantCulture),
            Source = Source,
            Type = EventType,
            Subject = Environment.ToString("D"),
            Time = TimeOf(row).UtcDateTime,
            Data = new UsageDataDto(row.Tokens > 0 ? [answer, new UsageItemDto(TokenFeature, row.Tokens)] : [answer]),
        };
    }

    /// <summary>When the request is said to have happened, in whole microseconds: finer than that, databases round.</summary>
    public DateTimeOffset TimeOf(TraceRow row)
    {
        var ticks = (long)((row.At - First).Ticks / Divisor);
        return Start.AddTicks(ticks - (ticks % TimeSpan.TicksPerMicrosecond));
    }

    private static string Part(string name, DateTimeOffset? at) => at is null
        ? ""
        : string.Create(CultureInfo.InvariantCulture, $":{name}-{at.Value.UtcDateTime:yyyyMMdd'T'HHmmss.FFFFFFF}Z");
}
