using CopilotCapacity.Domain.Caps;
using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.PayAsYouGo;
using CopilotCapacity.Domain.Rating;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Metering.Store;

namespace CopilotCapacity.Metering.Tests.Store;

/// <content>Holds, caps and what was taken back.</content>
internal sealed partial class MemoryLedgerStore
{
    private readonly Dictionary<(TenantId, HoldId), Hold> _holds = [];
    private readonly Dictionary<(TenantId, long), Posting> _uses = [];
    private readonly HashSet<(TenantId, long)> _reversed = [];

    public Hold? FindHold(TenantLedger ledger, HoldId id) => _holds.GetValueOrDefault((ledger.Id, id)) is { } hold
        ? Copy(hold, ledger.Find(hold.Environment.Id)!, hold.Plan is null ? null : ledger.Find(hold.Plan.Id))
        : null;

    public RecordedUse? FindUse(TenantLedger ledger, long sequence) => _uses.GetValueOrDefault((ledger.Id, sequence)) is { } posting
        ? new RecordedUse(posting, _reversed.Contains((ledger.Id, sequence)))
        : null;

    public IReadOnlyDictionary<int, Credits> CountUse(TenantLedger ledger, CapScope scope, CapWindow per, DateTimeOffset since) => _uses
        .Where(use => use.Key.Item1 == ledger.Id && use.Value.Usage.Time >= since && !_reversed.Contains(use.Key))
        .Select(use => use.Value)
        .Where(use => scope.Covers(new CapUse(use.Environment, use.Usage.AgentId, use.Usage.UserId, use.Usage.CostCenter ?? use.Environment.CostCenter, use.Usage.Time)))
        .GroupBy(use => Cap.WindowOf(per, use.Usage.Time))
        .ToDictionary(group => group.Key, group => new Credits(group.Sum(use => use.Billed.Thousandths)));

    public IReadOnlyList<UsageEvent> FindKept(TenantLedger ledger, LinkedApplicationId application) =>
        [.. Journal.Select(item => item.Entry.Change).OfType<UsageKept>().Where(kept => kept.Application == application).Select(kept => kept.Usage)];

    private static Hold Copy(Hold source, TenantEnvironment environment, BillingPlan? plan) => new()
    {
        Id = source.Id,
        Sequence = source.Sequence,
        MadeAt = source.MadeAt,
        ExpiresAt = source.ExpiresAt,
        Environment = environment,
        Burn = source.Burn,
        Grants = source.Grants,
        Plan = plan,
        Price = source.Price,
        AgentId = source.AgentId,
        UserId = source.UserId,
        CostCenter = source.CostCenter,
        State = source.State,
        Settlement = source.Settlement,
    };

    private static Cap Copy(Cap source)
    {
        var cap = new Cap
        {
            Key = source.Key,
            Id = source.Id,
            Scope = source.Scope,
            Per = source.Per,
            Credits = source.Credits,
            NotifyPercent = source.NotifyPercent,
            HardStop = source.HardStop,
            CreatedAt = source.CreatedAt,
            Version = source.Version,
        };
        foreach (var count in source.Counts)
        {
            cap.Restore(new CapCount { Cap = cap, Window = count.Window, Used = count.Used, Held = count.Held, RaisedMark = count.RaisedMark });
        }

        return cap;
    }

    private static Agent Copy(Agent source, TenantEnvironment environment) =>
        new() { Environment = environment, Id = source.Id, Name = source.Name, IsTurnedOff = source.IsTurnedOff };
}
