using CopilotCapacity.Domain.Units;
using CopilotCapacity.Portal.Components.Shared;

namespace CopilotCapacity.Portal.Features.Overview;

/// <summary>The words of the pane of one allocation.</summary>
public static class AllocationText
{
    /// <summary>What the switch of the tenant pool does as it stands.</summary>
    public static string Pool(AllocationChange change) => change switch
    {
        { DrawsOnPool: true } => $"Beyond its allocation it uses credits that are set aside for nobody: {Formats.Credits(change.ResultPool)} would be left there, shared with other environments.",
        { ResultReach.HasPayAsYouGo: true } => "Once its allocation is used up, its billing plan pays, even while the pool has credits.",
        _ => "Once its allocation is used up it stops, even while the pool has credits.",
    };

    /// <summary>What the switch of pay-as-you-go does as it stands.</summary>
    public static string PayAsYouGo(AllocationChange change) => (change.Environment.Plan, change.PayAsYouGo) switch
    {
        (null, _) => "It is on no billing plan. Until it is linked to one, this changes nothing.",
        ({ IsEnabled: false, Name: var plan }, _) => $"The billing plan “{plan}” is disabled. Until it is enabled, this changes nothing.",
        ({ Name: var plan }, false) => $"The billing plan “{plan}” does not pay for it: once its prepaid credits are used up, it stops.",
        ({ Left: null, Name: var plan }, true) => $"Once its prepaid credits are used up, “{plan}” charges each use to its Azure subscription. No hard stop limits that.",
        ({ Left: { } left, Name: var plan }, true) => $"Once its prepaid credits are used up, “{plan}” charges each use to its Azure subscription, up to its budget: {Formats.Credits(left)} credits more.",
    };

    /// <summary>What was done.</summary>
    public static string Done(OverviewEnvironment environment, AllocationSettings settings)
    {
        var done = new List<string>();
        if (settings.Credits != environment.Allocation)
        {
            done.Add($"{Formats.Credits(environment.Allocation)} → {Formats.Credits(settings.Credits)} credits");
        }

        if (settings.DrawsOnPool != environment.Settings.DrawsOnPool)
        {
            done.Add(settings.DrawsOnPool ? "draws on the tenant pool" : "no longer draws on the tenant pool");
        }

        if (settings.PayAsYouGo != environment.PayAsYouGo)
        {
            done.Add(settings.PayAsYouGo ? "pays as it goes" : "no longer pays as it goes");
        }

        return $"{environment.Name}: {string.Join(", ", done)}";
    }

    /// <summary>That it was taken back.</summary>
    public static string Undone(OverviewEnvironment environment) => $"{environment.Name} is as it was: {Formats.Credits(environment.Allocation)} credits";
}
