using System.Globalization;
using CopilotCapacity.Faults.Checks;

namespace CopilotCapacity.Faults.Cases;

/// <summary>What a case did and found.</summary>
public sealed class Report(string name, int seed)
{
    private readonly List<Findings> _findings = [];
    private readonly List<TimeSpan> _ready = [];

    /// <summary>How often the portal was broken.</summary>
    public int Rounds { get; set; }

    /// <summary>Events that were sent, or permissions that were asked for.</summary>
    public long Sent { get; set; }

    /// <summary>All findings that are not clean.</summary>
    public IReadOnlyList<Findings> Findings => [.. _findings.Where(findings => !findings.IsClean)];

    /// <summary>Acknowledged events that were lost.</summary>
    public int Lost => _findings.Sum(findings => findings.Lost);

    /// <summary>Events that counted more than once.</summary>
    public int Doubled => _findings.Sum(findings => findings.Doubled);

    /// <summary>How often the end took something away that had not been synced.</summary>
    public int Forgotten { get; set; }

    /// <summary>Takes over what a check found.</summary>
    public void Add(Findings findings) => _findings.Add(findings);

    /// <summary>Takes over what a world counted.</summary>
    public void Add(World world)
    {
        _ready.AddRange(world.ReadyTimes);
        Sent += world.Senders.Sum(sender => sender.Sent.Sum(batch => (long)batch.Events.Count));
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        var forgotten = Forgotten > 0 ? $"; {Forgotten} rounds took away what was not synced" : "";
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"{name}: seed {seed}, {Rounds} rounds, {Sent} events sent, lost {Lost}, doubled {Doubled}, "
            + $"{Findings.Count} of {_findings.Count} checks found something; ready after p50 {Ready(50)} ms, p99 {Ready(99)} ms, max {Ready(100)} ms{forgotten}");
        return string.Join('\n', [text, .. Findings.Take(3).Select(findings => findings.ToString())]);
    }

    private int Ready(int percent)
    {
        var sorted = _ready.Order().ToList();
        return sorted.Count == 0 ? 0 : (int)sorted[(((sorted.Count * percent) + 99) / 100) - 1].TotalMilliseconds;
    }
}
