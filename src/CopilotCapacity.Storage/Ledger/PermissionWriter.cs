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
    private readonly PreparedCommand _grantWatch;
    private readonly PreparedCommand _forecastWatch;
    private readonly PreparedCommand _planForecastWatch;
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
            connection, "DELETE FROM cap_counts WHERE TenantKey = ?1 AND CapKey = ?2 AND Version <> ?3");
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
        _resolved = new PreparedCommand(connection, "UPDATE alerts SET ResolvedAt = ?3 WHERE TenantKey = ?1 AND Number = ?2");
        _watch = LedgerWriter.Replace(
            connection, "environment_watches", ["TenantKey", "EnvironmentKey"],
            [
                "LowTold", "LowLeftAt", "DepletedTold", "DepletedLeftAt", "RestoredTold", "RestoredLeftAt", "OpenAlert",
                "UnfundedToldIn",
            ]);
        _planWatch = LedgerWriter.Replace(
            connection, "plan_watches", ["TenantKey", "PlanKey"], ["Window", "ToldPercent", "IsExhaustedTold"]);
        _grantWatch = LedgerWriter.Replace(connection, "grant_watches", ["TenantKey", "GrantKey"], ["OpenAlert"]);
        _forecastWatch = LedgerWriter.Replace(
            connection, "environment_forecast_watches", ["TenantKey", "EnvironmentKey"], ["IsTold", "LeftAt", "OpenAlert"]);
        _planForecastWatch = LedgerWriter.Replace(
            connection, "plan_forecast_watches", ["TenantKey", "PlanKey"], ["Window", "Percent", "OpenAlert"]);
        _reversal = PreparedCommand.Insert(connection, "reversals", ["TenantKey", "Original", "Sequence", "Reason"]);
    }

    public void Write(int tenantKey, LedgerChanges changes)
    {
        foreach (var reversal in changes.Reversals)
        {
            _reversal.Numbers(tenantKey, reversal.Original.Sequence, reversal.Sequence).Text(reversal.Reason).Run();
        }

        foreach (var hold in changes.Holds)
        {
            Write(tenantKey, hold);
        }

        foreach (var cap in changes.Caps)
        {
            Write(tenantKey, cap);
        }

        foreach (var count in changes.CapCounts)
        {
            _capCount.Numbers(
                tenantKey, count.Cap.Key, count.Window, count.Cap.CountVersion, count.Used.Thousandths, count.Held.Thousandths,
                count.RaisedMark).Run();
        }

        foreach (var agent in changes.Agents)
        {
            _agent.Numbers(tenantKey, agent.Environment.Key).Text(agent.Id).Text(agent.Name).Number(agent.IsTurnedOff ? 1 : 0).Run();
        }

        WriteAlerts(tenantKey, changes);
    }

    public void Dispose()
    {
        PreparedCommand[] all =
            [_hold, _cap, _capCount, _noCapCounts, _agent, _alert, _resolved, _watch, _planWatch, _grantWatch, _forecastWatch, _planForecastWatch, _reversal];
        Array.ForEach(all, command => command.Dispose());
    }

    private void WriteAlerts(int tenantKey, LedgerChanges changes)
    {
        foreach (var alert in changes.Alerts)
        {
            _alert.Numbers(tenantKey, alert.Number, alert.Cause, (int)alert.Kind, (int)alert.Severity)
                .Text(alert.Environments.Count == 0
                    ? null
                    : JsonSerializer.Serialize(alert.Environments.Select(environment => environment.Id.Value)))
                .Id(alert.Plan?.Id.Value).Text(alert.AgentId).Number(alert.Threshold).Text(alert.Title).Text(alert.Text)
                .Number(alert.RaisedAt.UtcTicks).Run();
        }

        foreach (var (alert, at) in changes.Resolved)
        {
            _resolved.Numbers(tenantKey, alert, at.UtcTicks).Run();
        }

        foreach (var environment in changes.Watches)
        {
            Write(tenantKey, environment.Key, environment.Watch);
        }

        foreach (var plan in changes.PlanWatches)
        {
            _planWatch.Numbers(
                tenantKey, plan.Key, plan.Watch.Window, plan.Watch.ToldPercent, plan.Watch.IsExhaustedTold ? 1 : 0).Run();
        }

        foreach (var grant in changes.GrantWatches)
        {
            _grantWatch.Numbers(tenantKey, grant.Key, grant.Watch.OpenAlert).Run();
        }

        foreach (var environment in changes.ForecastWatches)
        {
            var watch = environment.Watch;
            _forecastWatch.Numbers(tenantKey, environment.Key, watch.Forecast.IsTold ? 1 : 0)
                .Number(watch.Forecast.LeftAt?.UtcTicks).Number(watch.OpenForecast).Run();
        }

        foreach (var plan in changes.PlanForecastWatches)
        {
            _planForecastWatch.Numbers(tenantKey, plan.Key, plan.Watch.ForecastWindow, plan.Watch.ForecastPercent, plan.Watch.OpenForecast).Run();
        }
    }

    private void Write(int tenantKey, int environmentKey, EnvironmentWatch watch) => _watch
        .Numbers(tenantKey, environmentKey)
        .Number(watch.Low.IsTold ? 1 : 0).Number(watch.Low.LeftAt?.UtcTicks)
        .Number(watch.Depleted.IsTold ? 1 : 0).Number(watch.Depleted.LeftAt?.UtcTicks)
        .Number(watch.Restored.IsTold ? 1 : 0).Number(watch.Restored.LeftAt?.UtcTicks)
        .Numbers(watch.OpenAlert, watch.UnfundedToldIn)
        .Run();

    private void Write(int tenantKey, Hold hold)
    {
        _hold.Numbers(tenantKey).Id(hold.Id.Value)
            .Numbers(
                hold.Sequence, hold.MadeAt.UtcTicks, hold.ExpiresAt.UtcTicks, hold.Environment.Key, hold.Burn.Allocation.Thousandths,
                hold.Burn.Pool.Thousandths, hold.Burn.PayAsYouGo.Thousandths)
            .Text(RowText.GrantsOf(hold.Grants)).Number(hold.Plan?.Key).Number(hold.Price.MicrosPerCredit)
            .Text(hold.AgentId).Text(hold.UserId).Text(hold.CostCenter).Number((int)hold.State);
        var settled = hold.Settlement;
        _hold.Number(settled?.Sequence);
        _ = settled is null ? _hold.Number(null) : _hold.Bytes(HashOf(settled.ContentHash));
        _hold.Number(settled?.Burn.Allocation.Thousandths).Number(settled?.Burn.Pool.Thousandths)
            .Number(settled?.Burn.PayAsYouGo.Thousandths).Number(settled?.Burn.Unfunded.Thousandths)
            .Number(settled is null ? null : settled.IsLate ? 1 : 0).Run();
    }

    private void Write(int tenantKey, Cap cap)
    {
        _cap.Numbers(tenantKey, cap.Key).Id(cap.Id.Value).Id(cap.Scope.Environment?.Value)
            .Text(cap.Scope.AgentId).Text(cap.Scope.UserId).Text(cap.Scope.CostCenter)
            .Numbers(
                (int)cap.Per, cap.Credits.Thousandths, cap.NotifyPercent, cap.HardStop ? 1 : 0, cap.CreatedAt.UtcTicks,
                cap.IsDeleted ? 1 : 0, cap.Version)
            .Run();
        _noCapCounts.Numbers(tenantKey, cap.Key, cap.CountVersion).Run();
    }

    private static byte[] HashOf(UInt128 hash)
    {
        var bytes = new byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, hash);
        return bytes;
    }
}
