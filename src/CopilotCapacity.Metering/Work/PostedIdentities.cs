using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Rating;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Metering.Store;

namespace CopilotCapacity.Metering.Work;

/// <summary>
/// The events recorded by the commit under way, which the disk does not know yet. One is enough for all commits: made anew for
/// each, it would be garbage of the kind that only a full collection takes away.
/// </summary>
internal sealed class PostedIdentities
{
    private readonly Dictionary<(TenantId Tenant, string Source, string Id), RecordedEvent> _events = [];

    public RecordedEvent? Find(TenantId tenant, UsageEvent usage) => _events.GetValueOrDefault((tenant, usage.Source, usage.Id));

    public void Add(TenantId tenant, UsageEvent usage, PostedAnswer answer) =>
        _events.Add((tenant, usage.Source, usage.Id), new RecordedEvent(answer.Sequence, usage.ContentHash, answer));

    public void Clear() => _events.Clear();
}
