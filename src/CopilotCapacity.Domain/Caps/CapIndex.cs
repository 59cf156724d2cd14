using System.Runtime.InteropServices;
using CopilotCapacity.Domain.Tenancy;

namespace CopilotCapacity.Domain.Caps;

/// <summary>
/// Finds the caps that cover a use without asking each: every cap is filed under the narrowest thing it names.
/// </summary>
internal sealed class CapIndex
{
    private static readonly List<Cap> s_none = [];

    private readonly Dictionary<string, List<Cap>> _byUser = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<Cap>> _byAgent = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<Cap>> _byCostCenter = new(StringComparer.Ordinal);
    private readonly Dictionary<EnvironmentId, List<Cap>> _byEnvironment = [];
    private readonly List<Cap> _found = [];

    public bool IsEmpty { get; private set; } = true;

    public void Add(Cap cap)
    {
        IsEmpty = false;
        ListOf(cap.Scope).Add(cap);
    }

    public void Remove(Cap cap, CapScope scope) => ListOf(scope).Remove(cap);

    /// <summary>The caps that cover a use. The list is good until the next call.</summary>
    public List<Cap> Covering(in CapUse use)
    {
        if (IsEmpty)
        {
            return s_none;
        }

        _found.Clear();
        Collect(_byUser, use.UserId, use);
        Collect(_byAgent, use.AgentId, use);
        Collect(_byCostCenter, use.CostCenter, use);
        if (_byEnvironment.TryGetValue(use.Environment.Id, out var caps))
        {
            Collect(caps, use);
        }

        return _found;
    }

    /// <summary>The caps on an environment with all that happens in it.</summary>
    public IEnumerable<Cap> OfWhole(EnvironmentId id) =>
        _byEnvironment.TryGetValue(id, out var caps) ? caps.Where(cap => cap.Scope.IsWholeEnvironment) : s_none;

    private void Collect(Dictionary<string, List<Cap>> index, string? value, in CapUse use)
    {
        if (value is not null && index.TryGetValue(value, out var caps))
        {
            Collect(caps, use);
        }
    }

    private void Collect(List<Cap> caps, in CapUse use)
    {
        foreach (var cap in caps)
        {
            if (cap.Scope.Covers(use))
            {
                _found.Add(cap);
            }
        }
    }

    private List<Cap> ListOf(CapScope scope) => scope switch
    {
        { UserId: { } user } => ListOf(_byUser, user),
        { AgentId: { } agent } => ListOf(_byAgent, agent),
        { CostCenter: { } costCenter } => ListOf(_byCostCenter, costCenter),
        _ => ListOf(_byEnvironment, scope.Environment!.Value),
    };

    private static List<Cap> ListOf<T>(Dictionary<T, List<Cap>> index, T value)
        where T : notnull
    {
        ref var list = ref CollectionsMarshal.GetValueRefOrAddDefault(index, value, out _);
        return list ??= [];
    }
}
