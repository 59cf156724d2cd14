using CopilotCapacity.Domain.Quota;
using CopilotCapacity.Domain.Tenancy;

namespace CopilotCapacity.Domain.Ledger;

/// <content>What a known mistake of a test build does; nothing else calls it.</content>
public sealed partial class TenantLedger
{
    private Dictionary<TenantEnvironment, Reach>? _reachBeforeTheCommit;

    // What the board shows while a commit is being made: the state before the first change of it.
    private Reach ReachBeforeTheCommit(TenantEnvironment environment)
    {
        _reachBeforeTheCommit ??= [];
        if (Changes.IsEmpty)
        {
            _reachBeforeTheCommit.Clear();
        }

        if (!_reachBeforeTheCommit.TryGetValue(environment, out var reach))
        {
            _reachBeforeTheCommit.Add(environment, reach = Open.ReachOf(environment));
        }

        return reach;
    }
}
