using CopilotCapacity.Domain.Caps;
using CopilotCapacity.Domain.Faults;
using CopilotCapacity.Domain.Quota;
using CopilotCapacity.Domain.Rating;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Units;

namespace CopilotCapacity.Domain.Ledger;

/// <content>Permissions: decided now and burnt in the same step, or refused whole with the reasons.</content>
public sealed partial class TenantLedger
{
    private static readonly Refusal s_notNow = Refusal.Invalid(
        "time", "not_now", "A permission is asked for now: its time may differ by five minutes at most.");

    /// <summary>
    /// Grants a use whose identity is new, and burns it from the running month. Refused as <c>not_now</c>,
    /// <c>unknown_subject</c>, <c>environment_retired</c> and <c>out_of_range</c>, and with an explanation as
    /// <c>not_linked</c>, <c>agent_turned_off</c>, <c>cap_reached</c>, <c>insufficient_credits</c>, <c>budget_exhausted</c> or
    /// <c>quota_depleted</c>, whichever holds first.
    /// </summary>
    public Outcome<Posting> Permit(UsageEvent usage)
    {
        if (IsNotNow(usage.Time))
        {
            return s_notNow;
        }

        if (FindForPermission(usage.Subject, out var environment) is { } unknown)
        {
            return unknown;
        }

        var rated = RateAll(usage);
        if (IsBeyondCounting(environment, Open.Period, rated))
        {
            return s_outOfRange;
        }

        return Refuse(CapUseOf(usage, environment), rated.Billed) is { } refusal
            ? refusal
            : Book(usage, environment, Open, rated, PostingKind.Permission);
    }

    private bool IsNotNow(DateTimeOffset time) => (time - Now).Duration() > LedgerLimits.PermissionTolerance;

    private Refusal? FindForPermission(Guid subject, out TenantEnvironment environment)
    {
        if (!_subjects.TryGetValue(subject, out environment!))
        {
            return _unlinked.ContainsKey(new LinkedApplicationId(subject)) ? NotLinked() : s_unknownSubject;
        }

        return environment.RetiredAt is null ? null : s_retired;
    }

    private static Refusal NotLinked()
    {
        const string Text = "The application is not linked to an environment, and capacity belongs to environments. Link it to go on.";
        return Refusal.Refused("not_linked", Text, null, new SourceExplanation("application", null, Text));
    }

    /// <summary>The one decision on a permission: null when it is granted.</summary>
    private Refusal? Refuse(in CapUse use, Credits charge)
    {
        var environment = use.Environment;
        if (use.AgentId is { } agentId && FindAgent(environment, agentId) is { IsTurnedOff: true } agent)
        {
            var text = $"The agent {agent.Name ?? agent.Id} is turned off in {environment.Name}. An administrator can turn it on again.";
            return Refusal.Refused("agent_turned_off", text, environment.Id, new SourceExplanation("agent", null, text));
        }

        if (charge.IsPositive && FindFullCap(use, charge) is { } cap)
        {
            var left = cap.Find(cap.WindowOf(use.Time))?.Left ?? cap.Credits;
            var text = ReachText.OfCap(cap, left, environment);
            return Refusal.Refused("cap_reached", text, environment.Id, new SourceExplanation("cap", left, text));
        }

        var reach = SeededBugs.Has(SeededBug.CheckThenAct) ? ReachBeforeTheCommit(environment) : Open.ReachOf(environment);
        if (!reach.Split(charge).Unfunded.IsPositive)
        {
            return null;
        }

        var code = reach.Left.IsPositive ? "insufficient_credits" : reach.HasPayAsYouGo ? "budget_exhausted" : "quota_depleted";
        return Refusal.Refused(
            code, ReachText.OfRefusal(environment, reach, charge), environment.Id, ReachText.Explain(environment, reach, Currency));
    }

    private Cap? FindFullCap(in CapUse use, Credits charge)
    {
        foreach (var cap in _capIndex.Covering(use))
        {
            var left = cap.Find(cap.WindowOf(use.Time))?.Left ?? cap.Credits;
            if (cap.HardStop && charge > left)
            {
                return cap;
            }
        }

        return null;
    }
}
