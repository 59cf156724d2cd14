using CopilotCapacity.Domain.Time;

namespace CopilotCapacity.Storage.Ledger;

/// <summary>The newest identities of a tenant, which no segment holds yet. On disk they are in the events themselves.</summary>
internal sealed class IdentityTail
{
    private readonly Dictionary<long, long> _sequences = [];

    // Identities that share their fingerprint with an earlier one: with 64 bits hardly ever any.
    private readonly List<IdentityEntry> _twins = [];

    public int Count => _sequences.Count + _twins.Count;

    /// <summary>The newest month an event of it belongs or is charged to.</summary>
    public Period Newest { get; private set; }

    public void Add(IdentityEntry entry, Period newest)
    {
        if (!_sequences.TryAdd(entry.Fingerprint, entry.Sequence))
        {
            _twins.Add(entry);
        }

        Newest = newest > Newest ? newest : Newest;
    }

    public void Find(long fingerprint, List<long> sequences)
    {
        if (_sequences.TryGetValue(fingerprint, out var sequence))
        {
            sequences.Add(sequence);
            sequences.AddRange(_twins.Where(twin => twin.Fingerprint == fingerprint).Select(twin => twin.Sequence));
        }
    }

    public IdentityEntry[] ToArray() =>
        [.. _sequences.Select(pair => new IdentityEntry(pair.Key, pair.Value)), .. _twins];

    public void Clear()
    {
        _sequences.Clear();
        _twins.Clear();
        Newest = default;
    }
}
