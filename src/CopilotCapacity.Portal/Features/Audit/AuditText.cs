using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using CopilotCapacity.Portal.Components.Shared;
using CopilotCapacity.Storage.Queries;

namespace CopilotCapacity.Portal.Features.Audit;

/// <summary>Says the audit trail in an administrator's words.</summary>
internal static class AuditText
{
    /// <summary>What can be done, by its name on the trail; the order is the filter's.</summary>
    public static IReadOnlyDictionary<string, string> Actions { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["allocation.set"] = "set the allocation of",
        ["allocations.moved"] = "moved allocations",
        ["allocations.undone"] = "took back a move of allocations",
        ["grant.added"] = "added a grant",
        ["grant.ended"] = "ended a grant",
        ["budget.set"] = "set the budget of",
        ["plan.created"] = "created the billing plan",
        ["plan.changed"] = "changed the billing plan",
        ["plan.deleted"] = "deleted the billing plan",
        ["plan.pricesPlanned"] = "planned prices of",
        ["plan.joined"] = "put an environment on the billing plan",
        ["plan.left"] = "took an environment off the billing plan",
        ["cap.added"] = "set up a cap",
        ["cap.changed"] = "changed a cap",
        ["cap.deleted"] = "deleted a cap",
        ["agent.set"] = "set the agent",
        ["rate.set"] = "set the rate of",
        ["environment.created"] = "created the environment",
        ["environment.changed"] = "changed the environment",
        ["environment.retired"] = "retired the environment",
        ["application.linked"] = "linked the application",
        ["application.unlinked"] = "unlinked an application",
        ["usage.reversed"] = "took back a use",
        ["alert.acknowledged"] = "acknowledged an alert",
        ["tenant.created"] = "created the tenant",
        ["tenant.changed"] = "changed the settings of",
        ["clock.moved"] = "moved the clock of",
        ["sync.pushed"] = "wrote to a service:",
        ["sync.pushFailed"] = "could not write to a service:",
        ["sync.writeBackSet"] = "set whether services are written to for",
        ["key.created"] = "created the API key",
        ["key.rotated"] = "rotated the API key",
        ["key.revoked"] = "revoked the API key",
        ["member.invited"] = "invited somebody",
        ["member.joined"] = "joined",
        ["member.changed"] = "changed the role of",
        ["member.removed"] = "removed",
        ["invitation.revoked"] = "took back an invitation",
        ["person.signedIn"] = "signed in as",
        ["person.lockedOut"] = "locked out after too many wrong passwords for",
        ["person.passwordWrong"] = "gave a wrong password for",
        ["person.setUp"] = "set the portal up as",
        ["person.passwordSet"] = "set the password of",
        ["person.passkeyAdded"] = "added a passkey for",
        ["person.passkeyRemoved"] = "removed a passkey of",
        ["person.sessionEnded"] = "ended a session of",
        ["person.signedOutEverywhere"] = "ended all sessions of",
        ["person.removed"] = "removed the account of",
        ["administrator.invited"] = "invited an administrator of the portal",
        ["administrator.joined"] = "became an administrator of the portal",
        ["administrator.added"] = "made an administrator of the portal of",
        ["administrator.removed"] = "took the portal’s administration from",
    };

    /// <summary>Kinds of changes to choose from, by the first part of their names on the trail.</summary>
    public static IReadOnlyList<(string Name, string Words)> Groups { get; } =
    [
        ("allocation", "Allocations set"), ("allocations", "Allocations moved"), ("grant", "Grants"), ("plan", "Billing plans"), ("budget", "Budgets"),
        ("cap", "Caps"), ("agent", "Agents"), ("rate", "Rates"), ("environment", "Environments"), ("application", "Applications"),
        ("usage", "Uses taken back"), ("alert", "Alerts"), ("member", "Members"), ("invitation", "Invitations"), ("key", "API keys"),
        ("tenant", "Tenant settings"), ("sync", "Sync with services"), ("clock", "Test clock"),
    ];

    /// <summary>Likewise for the portal's own trail.</summary>
    public static IReadOnlyList<(string Name, string Words)> PortalGroups { get; } =
    [
        ("person", "Sign-ins and accounts"), ("administrator", "Administrators"), ("invitation", "Invitations"), ("key", "API keys"),
    ];

    /// <summary>What was done and to what.</summary>
    public static string Sentence(AuditView view)
    {
        var what = Actions.GetValueOrDefault(view.Row.Action, view.Row.Action);
        return view.Row.Action is not ("member.joined" or "administrator.joined") && NameOf(view) is { } name ? $"{what} {name}" : what;
    }

    /// <summary>Whether it moved allocations, which can be taken back.</summary>
    public static bool IsMove(AuditView view) => view.Row.Action is "allocations.moved";

    /// <summary>One sentence: who did what, from which values to which, and when.</summary>
    public static string Whole(AuditView view)
    {
        var fields = Fields(view).Where(field => !string.Equals(field.Old, field.New, StringComparison.Ordinal)).Select(field => $"{field.Field} {field.Old} → {field.New}");
        return $"{ActorOf(view)} {Sentence(view)} on {Formats.Exact(view.Row.At)}: {string.Join(", ", fields)}.";
    }

    /// <summary>Who did it.</summary>
    public static string ActorOf(AuditView view) => view.ActorName ?? "Somebody who was removed";

    /// <summary>The fields that changed, each as it was and as it is.</summary>
    public static IReadOnlyList<(string Field, string Old, string New)> Fields(AuditView view)
    {
        var (old, @new) = (ObjectOf(view.Row.Old), ObjectOf(view.Row.New));
        return
        [
            .. old.Select(pair => pair.Key).Union(@new.Select(pair => pair.Key), StringComparer.Ordinal)
                .Where(name => old[name] is not null || @new[name] is not null)
                .Select(name => (Words(name), ValueOf(old[name]), ValueOf(@new[name]))),
        ];
    }

    // A number of its own says nothing to a reader: what an alert or a use was about stands in its entry.
    private static string? NameOf(AuditView view) => view.Row.ObjectKind switch
    {
        "alert" or "use" => "no. " + view.Row.ObjectId,
        "rate" or "agent" => view.ObjectName ?? view.Row.ObjectId,
        _ => view.ObjectName,
    };

    private static JsonObject ObjectOf(string? json) => json is null ? [] : JsonNode.Parse(json)!.AsObject();

    // "drawFromTenantPool" becomes "draw from tenant pool".
    private static string Words(string name) => name.Contains(' ', StringComparison.Ordinal)
        ? name
        : string.Concat(name.Select(letter => char.IsUpper(letter) ? " " + char.ToLowerInvariant(letter) : letter.ToString()));

    private static string ValueOf(JsonNode? node) => node switch
    {
        null => "–",
        JsonValue value when value.GetValueKind() is JsonValueKind.True => "yes",
        JsonValue value when value.GetValueKind() is JsonValueKind.False => "no",
        JsonValue value when value.GetValueKind() is JsonValueKind.Number => value.GetValue<decimal>().ToString("#,##0.######", CultureInfo.CurrentCulture),
        JsonValue value when value.TryGetValue<string>(out var text) && DateTimeOffset.TryParse(text, CultureInfo.CurrentCulture, out var at) && text.Contains('T', StringComparison.Ordinal) => Formats.Exact(at),
        JsonValue value => value.ToString(),
        JsonArray { Count: 0 } => "none",
        JsonArray values => string.Join("; ", values.Select(ValueOf)),
        JsonObject values => string.Join(", ", values.Select(pair => $"{Words(pair.Key)} {ValueOf(pair.Value)}")),
        _ => node.ToJsonString(),
    };
}
