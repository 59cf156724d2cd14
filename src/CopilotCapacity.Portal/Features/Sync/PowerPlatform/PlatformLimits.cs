using System.Globalization;
using CopilotCapacity.Azure;
using CopilotCapacity.Azure.PowerPlatform;
using CopilotCapacity.Domain.Caps;
using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Metering;
using CopilotCapacity.Metering.Work;
using CopilotCapacity.Portal.Components.Shared;
using CopilotCapacity.Portal.Features.Caps;
using CopilotCapacity.Storage.Ledger;

namespace CopilotCapacity.Portal.Features.Sync.PowerPlatform;

/// <summary>Monthly caps of agents here, limits of agents there, and whether an agent is turned off.</summary>
internal sealed class PlatformLimits(LedgerCopies copies, ThresholdClient thresholds, ConsumptionClient consumption, Meter meter)
{
    // The admin center takes no other percents, and shows no limit that has one.
    private const int NotifyMin = 50;

    // An agent that used nothing for so long is not looked for.
    private const int DaysSeen = 30;

    /// <summary>Compares the caps and switches of all agents.</summary>
    public async Task<StepOutcome> ReadAsync(SyncTarget target, CancellationToken cancellationToken)
    {
        var answer = await thresholds.ListAsync(cancellationToken);
        if (answer.Value is not { } theirs)
        {
            return answer.Failure!;
        }

        if (copies.Load(target.Tenant) is not { } ledger)
        {
            return new StepReading("Nothing to look at.", null, []);
        }

        var agents = Agents(ledger, theirs);
        var known = agents.Exists(agent => agent.Threshold is null) ? await KnownAsync(target, cancellationToken) : [];
        var differences = agents.SelectMany(agent => new[] { CompareLimit(target, agent, known), CompareSwitch(target, agent, known) }).OfType<FoundDifference>().ToList();
        return new StepReading($"{Formats.Count(theirs.Count(IsLimit), "limit of an agent", "limits of agents")} in Power Platform.", null, differences);
    }

    // An agent is one only together with its environment: a copy of a solution carries the same id.
    private static List<LimitedAgent> Agents(TenantLedger ledger, IReadOnlyList<AgentThreshold> theirs)
    {
        var agents = new Dictionary<(EnvironmentId, string), LimitedAgent>();
        foreach (var threshold in theirs)
        {
            if (PlatformNames.IdOf(threshold.EnvironmentId) is { } id && ledger.Find(id) is { RetiredAt: null } environment)
            {
                agents[(id, threshold.ResourceId.ToLowerInvariant())] = new LimitedAgent(environment.Id, environment.Name, threshold.ResourceId, threshold.EnvironmentId) { Threshold = threshold };
            }
        }

        foreach (var cap in ledger.Caps.Where(cap => cap.Per is CapWindow.Month && cap.Scope is { Environment: not null, AgentId: not null, UserId: null, CostCenter: null }))
        {
            // Of two caps the narrower one is the limit.
            if (Of(cap.Scope.Environment!.Value, cap.Scope.AgentId!) is { } agent && (agent.Cap is null || cap.Credits < agent.Cap.Settings.Credits))
            {
                agents[(agent.Environment, agent.Id.ToLowerInvariant())] = agent with { Cap = new OwnCap(cap.Id, cap.Settings, cap.Version) };
            }
        }

        foreach (var own in ledger.Agents)
        {
            if ((own.IsTurnedOff || agents.ContainsKey((own.Environment.Id, own.Id.ToLowerInvariant()))) && Of(own.Environment.Id, own.Id) is { } agent)
            {
                agents[(agent.Environment, agent.Id.ToLowerInvariant())] = agent with { Name = own.Name, IsTurnedOff = own.IsTurnedOff };
            }
        }

        return [.. agents.Values.OrderBy(agent => agent.EnvironmentName, StringComparer.CurrentCulture).ThenBy(agent => agent.Id, StringComparer.Ordinal)];

        LimitedAgent? Of(EnvironmentId id, string agent) => ledger.Find(id) is { RetiredAt: null } environment
            ? agents.GetValueOrDefault((id, agent.ToLowerInvariant())) ?? new LimitedAgent(id, environment.Name, agent, id.ToString())
            : null;
    }

    // It stores a limit for any id it is given, so it is asked which it knows. Where it does not answer, none is.
    private async Task<HashSet<(EnvironmentId, string)>> KnownAsync(SyncTarget target, CancellationToken cancellationToken)
    {
        var today = DateOnly.FromDateTime(target.Now.UtcDateTime);
        var rows = await consumption.ListAsync(today.AddDays(-DaysSeen), today, cancellationToken);
        return [.. (rows.Value ?? []).Where(row => row.EnvironmentId is not null && PlatformNames.IdOf(row.EnvironmentId) is not null)
            .Select(row => (PlatformNames.IdOf(row.EnvironmentId!)!.Value, row.ResourceId.ToLowerInvariant()))];
    }

    private FoundDifference? CompareLimit(SyncTarget target, LimitedAgent agent, HashSet<(EnvironmentId, string)> known)
    {
        var there = agent.Threshold is { } threshold && IsLimit(threshold) ? threshold : null;
        var limit = PlatformNames.CreditsOf(there?.Limit);
        if ((agent.Cap is null && there is null) || (there is not null && limit is null))
        {
            return null;
        }

        var wanted = limit is { } credits
            ? new CapSettings(new CapScope(agent.Environment, agent.Id, null, null), CapWindow.Month, credits, PercentOf(there!), there!.StopIfOverCapacity ?? agent.Cap?.Settings.HardStop ?? false)
            : null;
        if (agent.Cap is { Settings: var ours } && wanted is not null && (ours.Credits, ours.NotifyPercent, ours.HardStop).Equals((wanted.Credits, wanted.NotifyPercent, wanted.HardStop)))
        {
            return null;
        }

        List<FieldDifference> all =
        [
            new("Limit a month", agent.Cap is { } cap ? PlatformNames.WordOf(cap.Settings.Credits) : null, wanted is null ? null : PlatformNames.WordOf(wanted.Credits)),
            new("Stops at the limit", StopOf(agent.Cap?.Settings), StopOf(wanted)),
            new("Told from", FromOf(agent.Cap?.Settings), FromOf(wanted)),
        ];
        var (push, whyNot) = LimitOf(agent, known);
        return new Compared($"limit:{agent.Key}", "cap", agent.Cap?.Id.Value.ToString() ?? agent.Id, TitleOf(agent, there is not null), all.FindAll(field => !string.Equals(field.Here, field.There, StringComparison.Ordinal)))
        {
            Note = whyNot ?? (agent.Cap is null ? "Power Platform deletes no limit: pushing leaves one that neither stops nor tells." : null),
        }.With(
            agent.Cap?.Settings,
            there is null ? null : new { limit?.Thousandths, there.StopIfOverCapacity, there.NotifyIfOverCapacity, there.NotificationThreshold },
            new Remedy(wanted is null ? null : actor => AdoptAsync(target, agent, wanted, actor), push is null ? null : cancellationToken => PushAsync(agent, push, cancellationToken)));
    }

    private FoundDifference? CompareSwitch(SyncTarget target, LimitedAgent agent, HashSet<(EnvironmentId, string)> known)
    {
        // Of an agent that it does not know, nothing is known.
        var isUnknown = agent.Threshold is null ? !IsKnown(agent, known) : agent.Threshold.StopResource is null;
        if (isUnknown || agent.IsTurnedOff == (agent.Threshold?.StopResource ?? false))
        {
            return null;
        }

        var limit = SwitchedOf(agent);
        return new Compared(
            $"off:{agent.Key}", "agent", agent.Id, $"{agent.Label} is turned {PlatformNames.SwitchOf(!agent.IsTurnedOff)} here, {PlatformNames.SwitchOf(agent.IsTurnedOff)} in Power Platform",
            new FieldDifference("Agent", PlatformNames.SwitchOf(!agent.IsTurnedOff), PlatformNames.SwitchOf(agent.IsTurnedOff))).With(
            agent.IsTurnedOff,
            agent.Threshold?.StopResource,
            new Remedy(
                async actor => (await meter.ChangeAsync(target.Tenant, actor, ledger => ledger.SetAgent(agent.Environment, agent.Id, agent.Name, !agent.IsTurnedOff))).Refusal?.Detail,
                cancellationToken => PushAsync(agent, limit, cancellationToken)));
    }

    private async Task<string?> AdoptAsync(SyncTarget target, LimitedAgent agent, CapSettings wanted, Actor actor) =>
        (await meter.ChangeAsync(target.Tenant, actor, readsTheDisk: true, (TenantLedger ledger, ILedgerArchive archive) => agent.Cap is { } own
            ? ledger.ChangeCap(own.Id, wanted, CapEndpoints.CountUse(ledger, archive, wanted), own.Version)
            : ledger.AddCap(new CapId(Guid.CreateVersion7(target.Now)), wanted, CapEndpoints.CountUse(ledger, archive, wanted)))).Refusal?.Detail;

    private async Task<string?> PushAsync(LimitedAgent agent, AgentLimit limit, CancellationToken cancellationToken) =>
        (await thresholds.PutAsync(agent.EnvironmentThere, agent.Id, limit, cancellationToken)).Failure switch
        {
            null => null,
            { Code: PowerPlatformNames.NoAvailableCapacitySource } =>
                $"Power Platform takes no limit for an agent of {agent.EnvironmentName}: nothing pays for it there. Allocate credits to it, let it draw on the tenant pool, or put it on a billing plan first.",
            var failure => failure.Reason,
        };

    /// <summary>The limit to write, or why it cannot be.</summary>
    private static (AgentLimit? Limit, string? WhyNot) LimitOf(LimitedAgent agent, HashSet<(EnvironmentId, string)> known) => agent switch
    {
        { Cap: null } => (new AgentLimit(agent.Threshold!.StopResource ?? false, WholeOf(agent.Threshold.Limit), false, false, agent.Threshold.NotificationThreshold ?? NotifyMin), null),
        { Threshold: null } when !IsKnown(agent, known) => (null, UnknownOf(agent)),
        { Cap.Settings: var cap } when decimal.Truncate(cap.Credits.Value) != cap.Credits.Value || cap.Credits.Value > int.MaxValue => (null, "Power Platform takes limits of whole credits, up to 2,147,483,647."),
        { Cap.Settings.NotifyPercent: < NotifyMin } => (null, $"Power Platform tells from {NotifyMin} to 100 percent of a limit."),
        { Cap.Settings: var cap } => (new AgentLimit(agent.Threshold?.StopResource ?? agent.IsTurnedOff, (int)cap.Credits.Value, cap.HardStop, true, cap.NotifyPercent), null),
    };

    // The switch is part of the limit, which stays as it is there.
    private static AgentLimit SwitchedOf(LimitedAgent agent) => agent.Threshold is { } threshold
        ? new AgentLimit(agent.IsTurnedOff, WholeOf(threshold.Limit), threshold.StopIfOverCapacity ?? false, threshold.NotifyIfOverCapacity ?? false, threshold.NotificationThreshold ?? NotifyMin)
        : new AgentLimit(agent.IsTurnedOff, 0, false, false, NotifyMin);

    private static bool IsKnown(LimitedAgent agent, HashSet<(EnvironmentId, string)> known) => known.Contains((agent.Environment, agent.Id.ToLowerInvariant()));

    private static string UnknownOf(LimitedAgent agent) =>
        $"Power Platform names no agent {agent.Id} in {agent.EnvironmentName}, neither with a limit nor with use in the last {DaysSeen} days, or tells it only to a person. It would take a limit for any id, so none is written.";

    // One that neither stops nor tells is what stands there instead of none.
    private static bool IsLimit(AgentThreshold threshold) => threshold.Limit is > 0 && (threshold.StopIfOverCapacity is true || threshold.NotifyIfOverCapacity is true);

    // Whoever is not told early is told at the limit.
    private static int PercentOf(AgentThreshold threshold) => threshold is { NotifyIfOverCapacity: true, NotificationThreshold: >= 1 and <= 100 and var percent } ? percent : 100;

    private static int WholeOf(decimal? limit) => (int)Math.Clamp(limit ?? 0, 0, int.MaxValue);

    private static string? StopOf(CapSettings? settings) => settings is null ? null : settings.HardStop ? "yes" : "no";

    private static string? FromOf(CapSettings? settings) => settings is null ? null : settings.NotifyPercent.ToString(CultureInfo.CurrentCulture) + "\u00a0%";

    private static string TitleOf(LimitedAgent agent, bool isThere) => (agent.Cap is not null, isThere) switch
    {
        (true, true) => $"The limit of {agent.Label} differs",
        (true, false) => $"{agent.Label} has a monthly cap here and no limit in Power Platform",
        _ => $"{agent.Label} has a monthly limit in Power Platform and no cap here",
    };

    private sealed record OwnCap(CapId Id, CapSettings Settings, int Version);

    private sealed record LimitedAgent(EnvironmentId Environment, string EnvironmentName, string Id, string EnvironmentThere)
    {
        public string? Name { get; init; }

        public bool IsTurnedOff { get; init; }

        public OwnCap? Cap { get; init; }

        public AgentThreshold? Threshold { get; init; }

        public string Key => $"{Environment}:{Id.ToLowerInvariant()}";

        public string Label => $"The agent {Name ?? Id} in {EnvironmentName}";
    }
}
