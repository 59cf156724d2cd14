using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using CopilotCapacity.Domain.Faults;
using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Rating;
using CopilotCapacity.Metering.Store;
using Microsoft.Data.Sqlite;

namespace CopilotCapacity.Storage.Ledger;

/// <summary>Writes what changes with every use: events, balances and roll-ups, by prepared commands.</summary>
internal sealed class LedgerWriter : IDisposable
{
    private static readonly string[] s_usageColumns =
    [
        "Id", "TenantKey", "Sequence", "Time", "RecordedAt", "Period", "EnvironmentKey", "Source", "Feature", "Quantity", "Rate", "Agent",
        "AgentName", "User", "Product", "Channel", "Model", "Tool", "KnowledgeSource", "CostCenter", "TriggeredBy",
        "CopilotLicensed", "NonBilled", "NonBilledReason", "Allocation", "Pool", "PayAsYouGo", "Unfunded", "CostMicros",
        "PriceMicros", "Kind", "PlanKey", "EventId", "ContentHash", "Items", "Plans", "Grants", "HoldId",
    ];

    private static readonly string[] s_dayKeys = ["TenantKey", "Day", "EnvironmentKey"];

    private static readonly string[] s_daySums = ["Prepaid", "PayAsYouGo", "Unfunded", "CostMicros"];

    private readonly JournalWriter _journal;
    private readonly PermissionWriter _permissions;
    private readonly StatusChangeWriter _statusChanges;
    private readonly AlertWriter _alerts;
    private readonly PreparedCommand _usage;
    private readonly PreparedCommand _grantMonth;
    private readonly PreparedCommand _environmentMonth;
    private readonly PreparedCommand _planMonth;
    private readonly UsageHourWriter _hours;
    private readonly UsageSumWriter _sums;
    private readonly PreparedCommand _day;
    private readonly PreparedCommand _agentName;
    private readonly PreparedCommand _planDay;
    private readonly PreparedCommand _label;
    private readonly PreparedCommand _tenant;

    public LedgerWriter(SqliteConnection connection)
    {
        _journal = new JournalWriter(connection);
        _permissions = new PermissionWriter(connection);
        _statusChanges = new StatusChangeWriter(connection);
        _alerts = new AlertWriter(connection);
        _usage = PreparedCommand.Insert(connection, "usage_events", s_usageColumns);
        _grantMonth = Replace(
            connection, "grant_months", ["TenantKey", "Period", "GrantKey"],
            ["Granted", "CarriedIn", "Burned", "Held", "Expired", "CarriedOut"]);
        _environmentMonth = Replace(
            connection, "environment_months", ["TenantKey", "Period", "EnvironmentKey"],
            ["Backing", "Consumed", "Held", "PoolConsumed", "PoolHeld", "PayAsYouGo", "SpendMicros", "Unfunded"]);
        _planMonth = Replace(
            connection, "plan_months", ["TenantKey", "PlanKey", "Period"], ["Credits", "SpendMicros", "HeldMicros"]);
        _hours = new UsageHourWriter(connection);
        _sums = new UsageSumWriter(connection);
        _day = Add(connection, "usage_days", s_dayKeys, s_daySums);
        _agentName = Replace(connection, "agent_names", ["TenantKey", "EnvironmentKey", "Agent"], ["Name"]);
        _planDay = Add(connection, "plan_days", ["TenantKey", "PlanKey", "Day"], ["Credits", "CostMicros"]);
        _label = PreparedCommand.Insert(connection, "labels", ["TenantKey", "Key", "Text"]);
        _tenant = new PreparedCommand(
            connection, "UPDATE tenants SET Sequence = ?2, Now = ?3, OpenPeriod = ?4, NextBoundary = ?5 WHERE Key = ?1");
    }

    /// <summary>Makes ready for a commit of a tenant that is on disk, before its transaction begins.</summary>
    public void Begin(int tenantKey) => _sums.Begin(tenantKey);

    public void Write(int tenantKey, TenantLedger ledger, Labels labels, UsageRollup rollup)
    {
        var changes = ledger.Changes;
        foreach (var posting in changes.Postings)
        {
            var named = UseLabels.Of(posting, labels);
            WriteUsage(tenantKey, posting, named);
            rollup.Add(tenantKey, posting, named);
            WriteAgentName(tenantKey, posting.Environment.Key, named, labels);
        }

        foreach (var reversal in changes.Reversals)
        {
            rollup.Subtract(tenantKey, reversal.Original, UseLabels.OfRecorded(reversal.Original, labels));
        }

        Failpoints.Reach(Failpoint.BeforeBalances);
        WriteBalances(tenantKey, changes);
        _permissions.Write(tenantKey, changes);
        foreach (var (key, text) in labels.Unwritten)
        {
            _label.Numbers(tenantKey, key).Text(text).Run();
        }

        _tenant.Numbers(
            tenantKey, ledger.Sequence, ledger.Now.UtcTicks, ledger.Open.Period.Index, ledger.NextBoundary.UtcTicks).Run();
    }

    public void Write(int tenantKey, TenantCommit commit)
    {
        _journal.Write(tenantKey, commit);
        _statusChanges.Write(tenantKey, commit);
        _alerts.Write(tenantKey, commit);
    }

    public void Write(UsageRollup rollup, IEnumerable<(int Key, long Sequence)> tenants, DateTimeOffset at)
    {
        Failpoints.Reach(Failpoint.BeforeRollups);
        _hours.Write(rollup.Hours);
        _sums.Write(rollup.Hours, tenants, at);
        foreach (var (key, sums) in rollup.Days)
        {
            _day.Numbers(
                key.TenantKey, key.Day, key.EnvironmentKey, sums.Prepaid, sums.PayAsYouGo, sums.Unfunded,
                sums.CostMicros).Run();
        }

        foreach (var (key, sums) in rollup.PlanDays)
        {
            _planDay.Numbers(key.TenantKey, key.PlanKey, key.Day, sums.Credits, sums.CostMicros).Run();
        }
    }

    /// <summary>Forgets what is known of the file's rows, as after a commit that failed.</summary>
    public void Forget()
    {
        _hours.Forget();
        _sums.Forget();
    }

    public void Dispose()
    {
        PreparedCommand[] all = [_usage, _grantMonth, _environmentMonth, _planMonth, _day, _planDay, _label, _agentName, _tenant];
        Array.ForEach(all, command => command.Dispose());
        _hours.Dispose();
        _sums.Dispose();
        _permissions.Dispose();
        _statusChanges.Dispose();
        _alerts.Dispose();
        _journal.Dispose();
    }

    internal static PreparedCommand Replace(SqliteConnection connection, string table, string[] keys, string[] values) =>
        PreparedCommand.Insert(connection, table, [.. keys, .. values], OnConflict(keys, values, "{0} = excluded.{0}"));

    internal static PreparedCommand Add(SqliteConnection connection, string table, string[] keys, string[] values) =>
        PreparedCommand.Insert(connection, table, [.. keys, .. values], OnConflict(keys, values, "{0} = {0} + excluded.{0}"));

    private static string OnConflict(string[] keys, string[] values, string assignment)
    {
        var set = string.Join(", ", values.Select(value => assignment.Replace("{0}", value, StringComparison.Ordinal)));
        return $"ON CONFLICT ({string.Join(", ", keys)}) DO UPDATE SET {set}";
    }

    private void WriteUsage(int tenantKey, Posting posting, in UseLabels labels)
    {
        var usage = posting.Usage;
        var charge = posting.PlanCharges.Count > 0 ? posting.PlanCharges[0] : (PlanCharge?)null;
        var single = posting.Items.Count == 1 ? posting.Items[0].Rated : default;
        Span<byte> hash = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(hash, usage.ContentHash);
        _usage.Numbers(
            UsageEventsSchema.IdOf(tenantKey, posting.Sequence), tenantKey, posting.Sequence, usage.Time.UtcTicks, posting.RecordedAt.UtcTicks, posting.Period.Index,
            posting.Environment.Key, labels.Source, (int)single.Item.Feature, single.Item.QuantityThousandths,
            single.CreditsPerUnit.Thousandths, labels.Agent, labels.AgentName, labels.User, labels.Product, labels.Channel,
            labels.Model, labels.Tool, labels.KnowledgeSource, labels.CostCenter, labels.Trigger,
            usage.CopilotLicensed ? 1 : 0, posting.NonBilled.Thousandths, (int)posting.NonBilledReason,
            posting.Burn.Allocation.Thousandths, posting.Burn.Pool.Thousandths, posting.Burn.PayAsYouGo.Thousandths,
            posting.Burn.Unfunded.Thousandths, posting.CostMicros, charge?.Price.MicrosPerCredit ?? 0, (int)posting.Kind);
        _usage.Number(charge?.Plan.Key).Text(usage.Id).Bytes(hash).Text(ItemsOf(posting)).Text(RowText.PlansOf(posting.PlanCharges))
            .Text(RowText.GrantsOf(posting.Grants)).Id(posting.Hold?.Value).Run();
    }

    // An agent's name is told with each event, and is new in very few.
    private void WriteAgentName(int tenantKey, int environmentKey, in UseLabels named, Labels labels)
    {
        var (agent, name) = (named.Agent, named.AgentName);
        if (agent != 0 && name != 0 && labels.IsNewName(environmentKey, agent, name))
        {
            _agentName.Numbers(tenantKey, environmentKey, agent, name).Run();
        }
    }

    private void WriteBalances(int tenantKey, LedgerChanges changes)
    {
        foreach (var month in changes.GrantMonths)
        {
            _grantMonth.Numbers(
                tenantKey, month.Period.Index, month.Grant.Key, month.Granted.Thousandths,
                month.CarriedIn.Thousandths, month.Burned.Thousandths, month.Held.Thousandths, month.Expired.Thousandths,
                month.CarriedOut.Thousandths).Run();
        }

        foreach (var month in changes.EnvironmentMonths)
        {
            _environmentMonth.Numbers(
                tenantKey, month.Period.Index, month.Environment.Key, month.Backing.Thousandths,
                month.Consumed.Thousandths, month.Held.Thousandths, month.PoolConsumed.Thousandths, month.PoolHeld.Thousandths,
                month.PayAsYouGo.Thousandths, month.SpendMicros, month.Unfunded.Thousandths).Run();
        }

        foreach (var month in changes.PlanMonths)
        {
            _planMonth.Numbers(
                tenantKey, month.Plan.Key, month.Period.Index, month.Credits.Thousandths, month.SpendMicros,
                month.HeldMicros).Run();
        }
    }

    // Items are kept only where the columns cannot hold them: feature, quantity, rate, charge and reason of each.
    private static string? ItemsOf(Posting posting) => posting.Items.Count == 1
        ? null
        : JsonSerializer.Serialize(posting.Items.Select(item => new long[]
        {
            (int)item.Rated.Item.Feature,
            item.Rated.Item.QuantityThousandths,
            item.Rated.CreditsPerUnit.Thousandths,
            item.Rated.Charge.Thousandths,
            (int)item.Rated.NonBilled,
        }));
}
