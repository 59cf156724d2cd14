using CopilotCapacity.Portal.Components.Shared;

namespace CopilotCapacity.Portal.Features.ApiKeys;

/// <summary>Says keys in an administrator's words.</summary>
internal static class ApiKeyText
{
    /// <summary>The scopes a tenant's key can have, with what each is for.</summary>
    public static IReadOnlyList<(ApiScopes Scope, string Name, string Words)> Scopes { get; } =
    [
        (ApiScopes.UsageWrite, "usage:write", "Record uses, ask for them, hold credits"),
        (ApiScopes.QuotaRead, "quota:read", "Read quotas and notices"),
        (ApiScopes.CapacityRead, "capacity:read", "Read credits, usage, alerts and the audit trail"),
        (ApiScopes.CapacityWrite, "capacity:write", "Change credits, plans, environments and caps"),
        (ApiScopes.PortalAdmin, "portal:admin", "Manage this tenant’s keys and settings"),
    ];

    /// <summary>Where a key stands.</summary>
    public static string State(ApiKeyView key, DateTimeOffset now) => key switch
    {
        { RevokedAt: { } at } => $"revoked {Formats.Day(at)}",
        { ExpiresAt: { } at } when at <= now => $"ended {Formats.Day(at)}",
        { ExpiresAt: { } at } => $"until {Formats.Day(at)} {at.UtcDateTime.Year}",
        _ => "no end",
    };

    /// <summary>When it was used last.</summary>
    public static string LastUsed(ApiKeyView key, DateTimeOffset now) => key.LastUsedAt is { } at ? Formats.Ago(now, at) : "never";
}
