using CopilotCapacity.Domain.Caps;
using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.PayAsYouGo;
using CopilotCapacity.Domain.Prepaid;
using CopilotCapacity.Domain.Rating;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Metering.Work;
using CopilotCapacity.Testing;

namespace CopilotCapacity.Storage.Tests.Ledger;

/// <summary>
/// A history of changes and use by chance, the same for the same seed; what each step gave is kept as text. With limits it also
/// asks for permissions, holds credits, sets caps, turns agents off and takes uses back.
/// </summary>
internal sealed class RandomHistory(PortalFile file, int seed, int tenant = 1, bool withLimits = false)
{
    private static readonly Feature[] s_features = [Feature.Credits, Feature.GenerativeAnswer, Feature.AiToolStandard, Feature.VoiceClassic];

    private readonly Random _random = new(seed);
    private int _events;
    private int _grants;
    private int _holds;
    private int _caps;

    public List<string> Results { get; } = [];

    public async Task BeginAsync()
    {
        await file.CreateAsync(tenant);
        await file.ChangeAsync(
            ledger =>
            {
                for (var number = 1; number <= 3; number++)
                {
                    ledger.AddEnvironment(Make.Environment(number), Make.Description($"E {number}", costCenter: number == 1 ? "cc-1" : null), number != 3);
                }

                ledger.AddPlan(Make.NewPlan(1, 12_345));
                ledger.JoinPlan(Make.Plan(), Make.Environment());
                ledger.LinkApplication(Make.Environment(2), new LinkedApplication(Make.Application(), ApplicationKind.Sales, "https://sales.example"));
                return 0;
            },
            tenant);
    }

    public async Task DoAsync(int steps)
    {
        for (var step = 0; step < steps; step++)
        {
            switch (_random.Next(withLimits ? 14 : 10))
            {
                case 10 or 11 or 12:
                    Results.Add(await file.ChangeAsync(Limit, tenant));
                    break;
                case 13:
                    var asked = await file.PermitAsync(tenant, Use() with { Time = file.Time.GetUtcNow() });
                    Results.Add($"{asked.Result} {asked.Answer} {asked.Refusal?.Code}");
                    break;
                case 0:
                    file.Time.Advance(TimeSpan.FromHours(_random.Next(24 * 20)));
                    break;
                case < 5:
                    Results.Add(await file.ChangeAsync(Change, tenant));
                    break;
                default:
                    var outcomes = await file.RecordAsync(tenant, [.. Enumerable.Range(0, _random.Next(1, 6)).Select(_ => Use())]);
                    Results.AddRange(outcomes.Select(outcome => $"{outcome.Result} {outcome.Answer} {outcome.Refusal?.Code}"));
                    break;
            }
        }
    }

    private string Change(TenantLedger ledger) => _random.Next(10) switch
    {
        0 or 1 => Text(ledger.AddGrant(Grant(ledger.Now)).Refusal),
        2 or 3 => Text(ledger.SetAllocation(
            Make.Environment(_random.Next(1, 4)), new Credits(_random.Next(200_000)), _random.Next(3) > 0, _random.Next(3) > 0, null).Refusal),
        4 => Text(ledger.SetBudget(Make.Plan(), Make.Budget(
            _random.Next(3_000_000), "2025-12", _random.Next(2) == 0 ? TimeGrain.Monthly : TimeGrain.Annually, hardStop: _random.Next(4) > 0)).Refusal),
        5 => Text(ledger.SetRate(
            s_features[_random.Next(s_features.Length)], new Credits(_random.Next(5_000)), ledger.Now.AddDays(_random.Next(-20, 20))).Refusal),
        6 => Text(ledger.Reallocate(
            Reallocation(_random.Next(1_000)), [.. Enumerable.Range(0, _random.Next(1, 4)).Select(_ => Move())], "by chance", _random.Next(4) == 0).Refusal),
        7 => Text(ledger.UndoReallocation(
            ledger.Reallocations.Select(made => made.Id).LastOrDefault(), Reallocation(_random.Next(1_000, 2_000))).Refusal),
        8 => Text(ledger.ChangePlan(Make.Plan(), new PlanDescription(
            $"Plan {_random.Next(5)}", "s", "g", "europe", new CreditPrice(12_345), _random.Next(4) > 0), null).Refusal),
        _ => Text(ledger.EndGrant(Make.Grant(_random.Next(1, 9)), null).Refusal),
    };

    private Refusal? Limit(TenantLedger ledger, ILedgerArchive archive) => _random.Next(10) switch
    {
        < 4 => Reserve(ledger, archive, HoldOf(++_holds)),
        < 6 => archive.FindHold(ledger, HoldOf(_random.Next(1, _holds + 2))) is { } hold
            ? ledger.Settle(hold, new Credits(_random.Next(25_000)), (UInt128)_random.Next(3)).Refusal
            : null,
        6 => archive.FindHold(ledger, HoldOf(_random.Next(1, _holds + 2))) is { } hold ? ledger.Release(hold).Refusal : null,
        7 => AddCap(ledger, archive),
        8 => ledger.SetAgent(Make.Environment(_random.Next(1, 4)), "agent-1", "One", _random.Next(2) == 0).Refusal,
        _ => archive.FindUse(ledger, _random.Next((int)ledger.Sequence + 1)) is { IsReversed: false } use ? ledger.Reverse(use.Posting, "wrong").Refusal : null,
    };

    private Refusal? Reserve(TenantLedger ledger, ILedgerArchive archive, HoldId id)
    {
        var wanted = new NewHold
        {
            Id = id,
            Environment = Make.Environment(_random.Next(1, 4)),
            Credits = new Credits(_random.Next(1, 20_000)),
            AgentId = _random.Next(2) == 0 ? "agent-1" : null,
            UserId = $"u-{_random.Next(4)}",
            Life = TimeSpan.FromMinutes(_random.Next(1, 1_440)),
        };
        return archive.FindHold(ledger, id) is null ? ledger.Reserve(wanted).Refusal : null;
    }

    private Refusal? AddCap(TenantLedger ledger, ILedgerArchive archive)
    {
        var who = _random.Next(3);
        var scope = new CapScope(who == 0 ? Make.Environment(_random.Next(1, 4)) : null, who == 1 ? "agent-1" : null, who == 2 ? $"u-{_random.Next(4)}" : null, null);
        var per = _random.Next(2) == 0 ? CapWindow.Day : CapWindow.Month;
        return ledger.AddCap(
            new CapId(new Guid(++_caps, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2)),
            new CapSettings(scope, per, new Credits(_random.Next(1, 60_000)), 80, _random.Next(2) == 0),
            archive.CountUse(ledger, scope, per)).Refusal;
    }

    private static HoldId HoldOf(int number) => new(new Guid(number, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3));

    private static ReallocationId Reallocation(int number) => new(new Guid(number, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1));

    private AllocationMove Move() => new(Place(), Place(), new Credits(_random.Next(1, 60_000)));

    private EnvironmentId? Place() => _random.Next(4) is var number and > 0 ? Make.Environment(number) : null;

    private NewGrant Grant(DateTimeOffset now) => Make.NewGrant(_random.Next(1, 300), ++_grants, 100 + _random.Next(2), monthly: _random.Next(2) == 0) with
    {
        EffectiveAt = _random.Next(3) == 0 ? now.AddDays(_random.Next(40)) : null,
        ExpiresAt = _random.Next(2) == 0 ? now.AddDays(41 + _random.Next(60)) : null,
        RolloverMax = _random.Next(3) == 0 ? Credits.Of(_random.Next(50)) : null,
        Order = _random.Next(2) == 0 ? new PackOrder(2, Credits.Of(25_000), 200_000_000, "PO-7") : null,
    };

    // One in ten repeats an identity, at times with other content.
    private UsageEvent Use()
    {
        var number = _random.Next(10) == 0 ? _random.Next(Math.Max(1, _events)) : ++_events;
        var feature = s_features[_random.Next(s_features.Length)];
        UsageItem first = new(feature, 1_000 * _random.Next(1, 40));
        UsageItem second = new(Feature.ClassicAnswer, 1_000);
        var agent = _random.Next(3);
        return Make.Usage($"{number}", environment: _random.Next(1, 4), time: file.Time.GetUtcNow().AddHours(-_random.Next(24 * 40)), source: $"/s/{_random.Next(2)}") with
        {
            Subject = _random.Next(8) == 0 ? Make.Application().Value : Make.Environment(_random.Next(1, 5)).Value,
            Items = _random.Next(4) == 0 ? [first, second, first] : [first],
            AgentId = agent == 0 ? null : $"agent-{agent}",
            AgentName = agent == 0 ? null : $"Agent {agent}",
            UserId = $"u-{_random.Next(4)}",
            Channel = _random.Next(2) == 0 ? "teams" : null,
            Trigger = "interactive",
            CopilotLicensed = _random.Next(3) == 0,
            CostCenter = _random.Next(3) == 0 ? "cc-9" : null,
            Model = "m-1",
        };
    }

    private static string Text(Refusal? refusal) => refusal?.Code ?? "ok";
}
