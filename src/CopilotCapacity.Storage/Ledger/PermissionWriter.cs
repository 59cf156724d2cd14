using System.Buffers.Binary;
using System.Text.Json;
using CopilotCapacity.Domain.Alerts;
using CopilotCapacity.Domain.Caps;
using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Tenancy;
using Microsoft.Data.Sqlite;

namespace CopilotCapacity.Storage.Ledger;

/// <summary>Writes what permissions, caps and alerts leave behind.</summary>
internal sealed class PermissionWriter : IDisposable
{
    private readonly PreparedCommand _hold;
    private readonly PreparedCommand _cap;
    private readonly PreparedCommand _capCount;
    private readonly PreparedCommand _noCapCounts;
    private readonly PreparedCommand _agent;
    private readonly PreparedCommand _alert;
    private readonly PreparedCommand _resolved;
    private readonly PreparedCommand _watch;
    private readonly PreparedCommand _planWatch;
    private readonly PreparedCommand _reversal;

    public PermissionWriter(SqliteConnection connection)
    {
        _hold = LedgerWriter.Replace(
            connection, "holds", ["TenantKey", "Id"],
            [
                "Sequence", "MadeAt", "ExpiresAt", "EnvironmentKey", "Allocation", "Pool", "PayAsYouGo", "Grants", "PlanKey",
                "PriceMicros", "Agent", "User", "CostCenter", "State", "SettledSequence", "SettledHash", "SettledAllocation",
                "SettledPool", "SettledPayAsYouGo", "SettledUnfunded", "IsLate",
            ]);
        _cap = LedgerWriter.Replace(
            connection, "caps", ["TenantKey", "Key"],
            [
                "Id", "EnvironmentId", "Agent", "User", "CostCenter", "Per", "Credits", "NotifyPercent", "HardStop", "CreatedAt",
                "IsDeleted", "Version",
            ]);
        _noCapCounts = new PreparedCommand(
            connection, "DELETE FROM cap_counts WHERE TenantKey = $1 AND CapKey = $2 AND Version <> $3", 3);
        _capCount = LedgerWriter.Replace(
            connection, "cap_counts", ["TenantKey", "CapKey", "Window"], ["Version", "Used", "Held", "RaisedMark"]);
        _agent = LedgerWriter.Replace(
            connection, "agents", ["TenantKey", "EnvironmentKey", "AgentId"], ["Name", "IsTurnedOff"]);
        _alert = PreparedCommand.Insert(
            connection, "alerts",
            [
                "TenantKey", "Number", "Cause", "Kind", "Severity", "Environments", "PlanId", "Agent", "Threshold", "Title",
                "Text", "RaisedAt",
            ]);
        _resolved = new PreparedCommand(connection, "UPDATE alerts SET ResolvedAt = $3 WHERE TenantKey = $1 AND Number = $2", 3);
        _watch = LedgerWriter.Replace(
            connection, "environment_watches", ["TenantKey", "EnvironmentKey"],
            [
                "LowTold", "LowLeftAt", "DepletedTold", "DepletedLeftAt", "RestoredTold", "RestoredLeftAt", "OpenAlert",
                "UnfundedToldIn",
            ]);
        _planWatch = LedgerWriter.Replace(
            connection, "plan_watches", ["TenantKey", "PlanKey"], ["Window", "ToldPercent", "IsExhaustedTold"]);
        _reversal = PreparedCommand.Insert(connection, "reversals", ["TenantKey", "Original", "Sequence", "Reason"]);
    }

    public void Write(SqliteTransaction transaction, int tenantKey, LedgerChanges changes)
    {
        foreach (var reversal in changes.Reversals)
        {
            _reversal.Run(transaction, tenantKey, reversal.Original.Sequence, reversal.Sequence, reversal.Reason);
        }

        foreach (var hold in changes.Holds)
        {
            Write(transaction, tenantKey, hold);
        }

        foreach (var cap in changes.Caps)
        {
            Write(transaction, tenantKey, cap);
        }

        foreach (var count in changes.CapCounts)
        {
            _capCount.Run(
                transaction, tenantKey, count.Cap.Key, count.Window, count.Cap.CountVersion, count.Used.Thousandths,
                count.Held.Thousandths, count.RaisedMark);
        }

        foreach (var agent in changes.Agents)
        {
            _agent.Run(transaction, tenantKey, agent.Environment.Key, agent.Id, agent.Name, agent.IsTurnedOff ? 1 : 0);
        }

        WriteAlerts(transaction, tenantKey, changes);
    }

    public void Dispose()
    {
        PreparedCommand[] all =
            [_hold, _cap, _capCount, _noCapCounts, _agent, _alert, _resolved, _watch, _planWatch, _reversal];
        Array.ForEach(all, command => command.Dispose());
    }

    private void WriteAlerts(SqliteTransaction transaction, int tenantKey, LedgerChanges changes)
    {
        foreach (var alert in changes.Alerts)
        {
            _alert.Run(
                transaction, tenantKey, alert.Number, alert.Cause, (int)alert.Kind, (int)alert.Severity,
                alert.Environments.Count == 0
                    ? null
                    : JsonSerializer.Serialize(alert.Environments.Select(environment => environment.Id.Value)),
                alert.Plan?.Id.Value.ToByteArray(), alert.AgentId, alert.Threshold, alert.Title, alert.Text,
                alert.RaisedAt.UtcTicks);
        }

        foreach (var (alert, at) in changes.Resolved)
        {
            _resolved.Run(transaction, tenantKey, alert, at.UtcTicks);
        }

        foreach (var environment in changes.Watches)
        {
            Write(transaction, tenantKey, environment.Key, environment.Watch);
        }

        foreach (var plan in changes.PlanWatches)
        {
            _planWatch.Run(
                transaction, tenantKey, plan.Key, plan.Watch.Window, plan.Watch.ToldPercent, plan.Watch.IsExhaustedTold ? 1 : 0);
        }
    }

    private void Write(SqliteTransaction transaction, int tenantKey, int environmentKey, EnvironmentWatch watch) => _watch.Run(
        transaction, tenantKey, environmentKey, watch.Low.IsTold ? 1 : 0, watch.Low.LeftAt?.UtcTicks, watch.Depleted.IsTold ? 1 : 0,
        watch.Depleted.LeftAt?.UtcTicks, watch.Restored.IsTold ? 1 : 0, watch.Restored.LeftAt?.UtcTicks, watch.OpenAlert,
        watch.UnfundedToldIn);

    private void Write(SqliteTransaction transaction, int tenantKey, Hold hold)
    {
        var settled = hold.Settlement;
        _hold.Run(
            transaction, tenantKey, hold.Id.Value.ToByteArray(), hold.Sequence, hold.MadeAt.UtcTicks, hold.ExpiresAt.UtcTicks,
            hold.Environment.Key, hold.Burn.Allocation.Thousandths, hold.Burn.Pool.Thousandths, hold.Burn.PayAsYouGo.Thousandths,
            RowText.GrantsOf(hold.Grants), hold.Plan?.Key, hold.Price.MicrosPerCredit, hold.AgentId, hold.UserId, hold.CostCenter,
            (int)hold.State, settled?.Sequence, settled is null ? null : HashOf(settled.ContentHash),
            settled?.Burn.Allocation.Thousandths, settled?.Burn.Pool.Thousandths, settled?.Burn.PayAsYouGo.Thousandths,
            settled?.Burn.Unfunded.Thousandths, settled is null ? null : settled.IsLate ? 1 : 0);
    }

    private void Write(SqliteTransaction transaction, int tenantKey, Cap cap)
    {
        _cap.Run(
            transaction, tenantKey, cap.Key, cap.Id.Value.ToByteArray(), cap.Scope.Environment?.Value.ToByteArray(),
            cap.Scope.AgentId, cap.Scope.UserId, cap.Scope.CostCenter, (int)cap.Per, cap.Credits.Thousandths, cap.NotifyPercent,
            cap.HardStop ? 1 : 0, cap.CreatedAt.UtcTicks, cap.IsDeleted ? 1 : 0, cap.Version);
        _noCapCounts.Run(transaction, tenantKey, cap.Key, cap.CountVersion);
    }

    private static byte[] HashOf(UInt128 hash)
    {
        var bytes = new byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, hash);
        return bytes;
    }
}
