using System.Globalization;
using System.Text;

namespace CopilotCapacity.Faults.Load;

/// <summary>One event as its sender remembers it.</summary>
/// <param name="Id">Its id, unique within the tenant and used by other tenants too.</param>
/// <param name="Thousandths">What it costs, in thousandths of a credit.</param>
public readonly record struct SentEvent(string Id, long Thousandths);

/// <summary>A batch as its sender remembers it: what was sent stays the same until it is acknowledged.</summary>
public sealed class SentBatch(IReadOnlyList<SentEvent> events, byte[] body)
{
    /// <summary>What it says.</summary>
    public IReadOnlyList<SentEvent> Events { get; } = events;

    /// <summary>The request's body.</summary>
    public byte[] Body { get; } = body;

    /// <summary>Whether success was answered.</summary>
    public bool IsAcknowledged { get; set; }

    /// <summary>Makes a batch.</summary>
    public static SentBatch Of(IReadOnlyList<SentEvent> events, string source, Func<int, Guid> environmentOf, DateTimeOffset time)
    {
        var text = new StringBuilder("[");
        for (var index = 0; index < events.Count; index++)
        {
            var credits = (events[index].Thousandths / 1000m).ToString(CultureInfo.InvariantCulture);
            text.Append(index == 0 ? "" : ",").Append(CultureInfo.InvariantCulture, $$"""
                {"specversion":"1.0","id":"{{events[index].Id}}","source":"{{source}}","type":"copilot.credits","subject":"{{environmentOf(index)}}",
                "time":"{{time:yyyy-MM-ddTHH:mm:ss.fffZ}}","data":{"quantity":{{credits}},"agent":{"id":"a-{{index % 5}}"} } }
                """);
        }

        return new SentBatch(events, Encoding.UTF8.GetBytes(text.Append(']').ToString()));
    }
}
