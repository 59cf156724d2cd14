using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.PayAsYouGo;
using CopilotCapacity.Domain.Rating;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Metering;
using CopilotCapacity.Storage.Ledger;

namespace CopilotCapacity.Storage.Audit;

/// <summary>What of the ledger's entries goes on the audit trail: all that a person or a key decides, but no use and no hold.</summary>
internal static class AuditedChange
{
    private const decimal Micros = 1_000_000;

    // What an entry names by its object, or holds for a replay alone.
    private static readonly string[] s_notShown = ["key", "id", "environment", "plan", "agentId", "feature", "counted", "original", "alert", "reason", "undoes", "isByTime", "concernsAll"];

    private static readonly JsonSerializerOptions s_json = CreateJson();

    /// <summary>Whether a change belongs on the trail.</summary>
    public static bool IsAudited(LedgerChange change) => NameOf(change) is not null;

    /// <summary>The entry of the trail for an entry of the ledger; null when it does not belong there.</summary>
    public static AuditEntry? Of(LedgerEntry entry, TenantLedger ledger, Actor actor, DateTimeOffset at)
    {
        if (NameOf(entry.Change) is not { } action)
        {
            return null;
        }

        var reason = entry.Change switch
        {
            Reallocated { Reason: { } given } => given,
            UsageReversed { Reason: var given } => given,
            _ => actor.Reason,
        };
        var (old, @new) = ValuesOf(entry, ledger);
        return new AuditEntry(at, actor with { Reason = reason }, action, ObjectOf(entry.Change, ledger), old, @new, entry.Sequence);
    }

    private static string? NameOf(LedgerChange change) => change switch
    {
        TenantCreated => "tenant.created",
        TenantChanged => "tenant.changed",
        ClockMoved => "clock.moved",
        EnvironmentCreated => "environment.created",
        EnvironmentChanged => "environment.changed",
        EnvironmentRetired => "environment.retired",
        ApplicationLinked => "application.linked",
        ApplicationUnlinked => "application.unlinked",
        GrantAdded => "grant.added",
        GrantEnded => "grant.ended",
        AllocationSet => "allocation.set",
        Reallocated { Undoes: null } => "allocations.moved",
        Reallocated => "allocations.undone",
        PlanCreated => "plan.created",
        PlanChanged => "plan.changed",
        PlanDeleted => "plan.deleted",
        PlanJoined => "plan.joined",
        PlanLeft => "plan.left",
        BudgetSet => "budget.set",
        PricesPlanned => "plan.pricesPlanned",
        RateSet => "rate.set",
        CapAdded => "cap.added",
        CapChanged => "cap.changed",
        CapDeleted => "cap.deleted",
        AgentSet => "agent.set",
        AlertAcknowledged => "alert.acknowledged",
        UsageReversed => "usage.reversed",
        _ => null,
    };

    private static AuditObject ObjectOf(LedgerChange change, TenantLedger ledger) => change switch
    {
        EnvironmentCreated made => Environment(ledger, made.Id),
        EnvironmentChanged changed => Environment(ledger, changed.Id),
        EnvironmentRetired retired => Environment(ledger, retired.Id),
        AllocationSet set => Environment(ledger, set.Environment),
        ApplicationLinked linked => new AuditObject("application", Text(linked.Id.Value), linked.Url),
        ApplicationUnlinked unlinked => new AuditObject("application", Text(unlinked.Id.Value)),
        GrantAdded added => new AuditObject("grant", Text(added.Id.Value)),
        GrantEnded ended => new AuditObject("grant", Text(ended.Id.Value)),
        Reallocated moved => new AuditObject("reallocation", Text(moved.Id.Value)),
        PlanCreated made => Plan(ledger, made.Id),
        PlanChanged changed => Plan(ledger, changed.Plan),
        PlanDeleted deleted => Plan(ledger, deleted.Plan),
        PlanJoined joined => Plan(ledger, joined.Plan),
        PlanLeft left => Plan(ledger, left.Plan),
        BudgetSet set => Plan(ledger, set.Plan),
        PricesPlanned planned => Plan(ledger, planned.Plan),
        RateSet set => new AuditObject("rate", RateCard.CodeOf(set.Feature)),
        CapAdded added => new AuditObject("cap", Text(added.Id.Value)),
        CapChanged changed => new AuditObject("cap", Text(changed.Id.Value)),
        CapDeleted deleted => new AuditObject("cap", Text(deleted.Id.Value)),
        AgentSet set => new AuditObject("agent", set.AgentId, set.Name),
        AlertAcknowledged seen => new AuditObject("alert", seen.Alert.ToString(CultureInfo.InvariantCulture)),
        UsageReversed reversed => new AuditObject("use", reversed.Original.ToString(CultureInfo.InvariantCulture)),
        _ => new AuditObject("tenant", Text(ledger.Id.Value), ledger.Name),
    };

    private static AuditObject Environment(TenantLedger ledger, EnvironmentId id) => new("environment", Text(id.Value), NameOf(ledger, id));

    private static AuditObject Plan(TenantLedger ledger, BillingPlanId id) =>
        new("plan", Text(id.Value), ledger.Plans.FirstOrDefault(plan => plan.Id == id)?.Name);

    private static string? NameOf(TenantLedger ledger, EnvironmentId id) => ledger.Find(id)?.Name;

    private static string Text(Guid id) => id.ToString();

    // A change that removes has only what was; one of many numbers has them by their environments' names.
    private static (JsonObject? Old, JsonObject? New) ValuesOf(LedgerEntry entry, TenantLedger ledger) => entry.Change switch
    {
        Reallocated moved => (Numbers(ledger, moved.Changes, change => change.From), Numbers(ledger, moved.Changes, change => change.To)),
        PlanJoined joined => (
            joined.From is { } from ? new JsonObject { ["plan"] = Plan(ledger, from).Name } : null,
            new JsonObject { ["environment"] = NameOf(ledger, joined.Environment) }),
        PlanLeft left => (new JsonObject { ["environment"] = NameOf(ledger, left.Environment) }, null),
        EnvironmentRetired or ApplicationUnlinked or PlanDeleted or CapDeleted => (Shown(entry.Before), null),
        GrantEnded or AlertAcknowledged or UsageReversed => (null, null),
        _ => (Shown(entry.Before), Shown(entry.Change)),
    };

    private static JsonObject Numbers(TenantLedger ledger, IReadOnlyList<AllocationChange> changes, Func<AllocationChange, Credits> number)
    {
        var numbers = new JsonObject();
        foreach (var change in changes)
        {
            // Two environments may have one name.
            var name = NameOf(ledger, change.Environment) ?? Text(change.Environment.Value);
            numbers[numbers.ContainsKey(name) ? Text(change.Environment.Value) : name] = number(change).Value;
        }

        return numbers;
    }

    private static JsonObject? Shown(LedgerChange? change)
    {
        if (change is null)
        {
            return null;
        }

        var values = change switch
        {
            BudgetSet { Budget: var budget } => OfBudget(budget),
            PricesPlanned { Prices: var prices } => OfPrices(prices),
            CapAdded { Settings: var settings } => Fields(settings),
            CapChanged { Settings: var settings } => Fields(settings),
            _ => Fields(change),
        };
        Array.ForEach(s_notShown, name => values.Remove(name));
        return values;
    }

    private static JsonObject OfBudget(Budget budget)
    {
        var values = Fields(budget);
        values.Remove("amountMicros");
        values["amount"] = budget.AmountMicros / Micros;

        // Whom a budget tells are people; how many is enough here.
        values["contacts"] = budget.Contacts.Count;
        return values;
    }

    // One field for each date: so the trail says which price was planned from when.
    private static JsonObject OfPrices(IReadOnlyList<PlannedPrice> prices)
    {
        var values = new JsonObject();
        foreach (var price in prices)
        {
            values[$"price from {price.From.UtcDateTime:yyyy-MM-dd HH:mm}"] = price.Price.MicrosPerCredit / Micros;
        }

        return values;
    }

    private static JsonObject Fields(object value) => JsonSerializer.SerializeToNode(value, value.GetType(), s_json)!.AsObject();

    // As the journal, but with numbers as people read them.
    private static JsonSerializerOptions CreateJson()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };
        options.Converters.Add(new Plain<Credits>(credits => credits.Value));
        options.Converters.Add(new Plain<CreditPrice>(price => price.MicrosPerCredit / Micros));
        foreach (var converter in JournalJson.Options.Converters)
        {
            options.Converters.Add(converter);
        }

        return options;
    }

    private sealed class Plain<T>(Func<T, decimal> value) : JsonConverter<T>
    {
        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException();

        public override void Write(Utf8JsonWriter writer, T shown, JsonSerializerOptions options) => writer.WriteNumberValue(value(shown));
    }
}
