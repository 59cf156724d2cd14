using System.Text.Json.Serialization;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Time;
using CopilotCapacity.Domain.Units;

namespace CopilotCapacity.Domain.Caps;

/// <summary>How long a cap counts before it begins anew, in UTC.</summary>
public enum CapWindow
{
    /// <summary>A day.</summary>
    Day,

    /// <summary>A calendar month.</summary>
    Month,
}

/// <summary>What a cap limits. What is null is not looked at; the rest must all match.</summary>
/// <param name="Environment">An environment.</param>
/// <param name="AgentId">An agent.</param>
/// <param name="UserId">A person.</param>
/// <param name="CostCenter">A cost centre.</param>
public sealed record CapScope(EnvironmentId? Environment, string? AgentId, string? UserId, string? CostCenter)
{
    /// <summary>True when the scope names nothing.</summary>
    [JsonIgnore]
    public bool IsEmpty => this is { Environment: null, AgentId: null, UserId: null, CostCenter: null };

    /// <summary>True when the scope is an environment with all that happens in it.</summary>
    [JsonIgnore]
    public bool IsWholeEnvironment => this is { Environment: not null, AgentId: null, UserId: null, CostCenter: null };

    /// <summary>True when a use falls under the scope.</summary>
    public bool Covers(in CapUse use) =>
        (Environment is null || Environment == use.Environment.Id)
        && Matches(AgentId, use.AgentId)
        && Matches(UserId, use.UserId)
        && Matches(CostCenter, use.CostCenter);

    private static bool Matches(string? wanted, string? actual) =>
        wanted is null || string.Equals(wanted, actual, StringComparison.Ordinal);
}

/// <summary>A use as caps see it.</summary>
/// <param name="Environment">Where it happens.</param>
/// <param name="AgentId">The agent that works.</param>
/// <param name="UserId">The person it works for.</param>
/// <param name="CostCenter">The cost centre that answers for it.</param>
/// <param name="Time">When it happens.</param>
public readonly record struct CapUse(
    TenantEnvironment Environment,
    string? AgentId,
    string? UserId,
    string? CostCenter,
    DateTimeOffset Time);

/// <summary>What counts in one window of a cap.</summary>
public sealed class CapCount
{
    /// <summary>The cap.</summary>
    public required Cap Cap { get; init; }

    /// <summary>The window: days or months since the start of year 1 or 0, by the cap's <see cref="CapWindow"/>.</summary>
    public required int Window { get; init; }

    /// <summary>Billed credits of the window.</summary>
    public Credits Used { get; set; }

    /// <summary>Credits of open holds that were made in the window.</summary>
    public Credits Held { get; set; }

    /// <summary>The furthest mark an alert was raised for: 0 none, 1 nearing, 2 reached.</summary>
    public int RaisedMark { get; set; }

    /// <summary>The alert that told the furthest mark; 0 when none did.</summary>
    public long Alert { get; set; }

    /// <summary>The story of the window's alerts; 0 before the first.</summary>
    public long Story { get; set; }

    /// <summary>Set when this state differs from the one last written.</summary>
    public bool IsChanged { get; set; }

    /// <summary>Used and held.</summary>
    public Credits Counted => Used + Held;

    /// <summary>What the cap still leaves.</summary>
    public Credits Left => Credits.Max(Credits.Zero, Cap.Credits - Counted);

    /// <summary>The mark that the count stands at: 0 below, 1 nearing, 2 reached.</summary>
    public int Mark => Counted >= Cap.Credits
        ? 2
        : (Int128)Counted.Thousandths * 100 >= (Int128)Cap.Credits.Thousandths * Cap.NotifyPercent ? 1 : 0;
}

/// <summary>A limit on what an environment, agent, person or cost centre may use per day or month.</summary>
public sealed class Cap
{
    private readonly Dictionary<int, CapCount> _counts = [];

    /// <summary>The cap's number within its tenant, given by the ledger.</summary>
    public required int Key { get; init; }

    /// <summary>Its id.</summary>
    public required CapId Id { get; init; }

    /// <summary>What it limits.</summary>
    public required CapScope Scope { get; set; }

    /// <summary>How long it counts.</summary>
    public required CapWindow Per { get; set; }

    /// <summary>What may be used in a window.</summary>
    public required Credits Credits { get; set; }

    /// <summary>The share in percent from which on it is nearing, 1 to 100.</summary>
    public required int NotifyPercent { get; set; }

    /// <summary>Whether permissions beyond it are refused.</summary>
    public required bool HardStop { get; set; }

    /// <summary>What it limits, and how, as it can be set.</summary>
    public CapSettings Settings => new(Scope, Per, Credits, NotifyPercent, HardStop);

    /// <summary>When it was set up.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>True once it was deleted.</summary>
    public bool IsDeleted { get; set; }

    /// <summary>Changes with the cap; its ETag.</summary>
    public int Version { get; set; } = 1;

    /// <summary>Changes when it begins to count something else, so that what was written before is not taken for it.</summary>
    public int CountVersion { get; set; }

    /// <summary>The windows in which something counted.</summary>
    public IEnumerable<CapCount> Counts => _counts.Values;

    /// <summary>The window an instant lies in.</summary>
    public int WindowOf(DateTimeOffset instant) => WindowOf(Per, instant);

    /// <summary>The window of a length that an instant lies in.</summary>
    public static int WindowOf(CapWindow per, DateTimeOffset instant) => per == CapWindow.Day
        ? (int)(instant.UtcTicks / TimeSpan.TicksPerDay)
        : Period.Of(instant).Index;

    /// <summary>The count of a window, made when it is first asked for.</summary>
    public CapCount Count(int window)
    {
        if (!_counts.TryGetValue(window, out var count))
        {
            _counts[window] = count = new CapCount { Cap = this, Window = window };
        }

        return count;
    }

    /// <summary>The count of a window if anything counted in it.</summary>
    public CapCount? Find(int window) => _counts.GetValueOrDefault(window);

    /// <summary>Puts back a window that was read from storage, or replaces it when the cap's scope has changed.</summary>
    public void Restore(CapCount count) => _counts[count.Window] = count;

    /// <summary>Forgets the windows, before a new scope is counted.</summary>
    public void ClearCounts()
    {
        _counts.Clear();
        CountVersion++;
    }
}
