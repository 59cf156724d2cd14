using CopilotCapacity.Azure.PowerPlatform;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Portal.Components.Shared;
using CopilotCapacity.Storage.Model;

namespace CopilotCapacity.Portal.Features.Sync.PowerPlatform;

/// <summary>What Power Platform calls things, and what they are called here.</summary>
internal static class PlatformNames
{
    // The environment that every tenant has is named there by the tenant's id behind this word.
    private const string Default = "Default-";

    /// <summary>The environment of an id there; null when it is none that can be known here.</summary>
    public static EnvironmentId? IdOf(string text) =>
        Guid.TryParse(text.StartsWith(Default, StringComparison.OrdinalIgnoreCase) ? text[Default.Length..] : text, out var id) ? new EnvironmentId(id) : null;

    /// <summary>An id of something that is only there, where what is here has its own.</summary>
    public static string ThereOnly(string id) => $"there:{id}";

    /// <summary>How an environment may be called there, the likelier name first.</summary>
    public static IReadOnlyList<string> NamesOf(EnvironmentRow environment)
    {
        var id = environment.Id.ToString("D");
        return environment.Type is EnvironmentType.Default ? [Default + id, id] : [id];
    }

    /// <summary>The type of an environment there; null for one that is not known here, such as Platform.</summary>
    public static EnvironmentType? TypeOf(string? text) => text switch
    {
        "Production" => EnvironmentType.Production,
        "Sandbox" => EnvironmentType.Sandbox,
        "Trial" or "SubscriptionBasedTrial" => EnvironmentType.Trial,
        "Developer" => EnvironmentType.Developer,
        "Default" => EnvironmentType.Default,
        "Teams" => EnvironmentType.Teams,
        _ => null,
    };

    /// <summary>A text that can be taken over: not blank and not too long.</summary>
    public static string? TextOf(string? text) => text?.Trim() is { Length: > 0 and <= TenantEnvironment.TextLengthMax } trimmed ? trimmed : null;

    /// <summary>An amount there, as credits; null when it is not known, or finer than credits are.</summary>
    public static Credits? CreditsOf(decimal? amount) => amount is { } value && Credits.TryFrom(value, out var credits) ? credits : null;

    /// <summary>A switch in words.</summary>
    public static string SwitchOf(bool isOn) => isOn ? "on" : "off";

    /// <summary>Credits with their unit.</summary>
    public static string WordOf(Credits credits) => $"{Formats.Credits(credits)} credits";

    /// <summary>Whether both sides name the same.</summary>
    public static bool Same(string? left, string? right) => string.Equals(left?.Trim(), right?.Trim(), StringComparison.OrdinalIgnoreCase);

    /// <summary>What came of writing an allocation, in words; null when it stands there.</summary>
    public static string? SayOf(AllocationWrite write, string environment) => write.Outcome switch
    {
        AllocationWriteOutcome.Written or AllocationWriteOutcome.AlreadyThere => null,
        AllocationWriteOutcome.ChangedSinceSeen => $"The allocation of {environment} was changed in Power Platform meanwhile. Nothing was written; look at it as it is now.",
        AllocationWriteOutcome.Lost =>
            $"Power Platform accepted the allocation of {environment}, but something else stands there now: {FoundOf(write)}. Another writer came first or right after; synchronise and look at it again.",
        AllocationWriteOutcome.LockedByPolicy =>
            $"A published rule of an environment group owns the tenant pool’s switch of {environment}, so Power Platform refuses to change it for this environment alone ({PowerPlatformNames.TenantPoolLockedByPolicy}). "
            + "Nothing was written. Change and publish the group’s rule, or take the environment out of the group; or set the switch here as it stands there, and push the rest.",
        AllocationWriteOutcome.Unknown => $"It was sent, but whether it took effect could not be found out. {write.Failure?.Reason} Synchronise to see.",
        _ => $"Nothing was written. {write.Failure?.Reason}",
    };

    private static string FoundOf(AllocationWrite write) =>
        CreditsOf(write.Found?.CopilotCredits?.Allocated) is { } found ? WordOf(found) : "no allocation";
}
