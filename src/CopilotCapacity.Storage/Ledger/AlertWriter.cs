using System.Text.Json;
using CopilotCapacity.Domain.Alerts;
using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Metering;
using CopilotCapacity.Metering.Store;
using Microsoft.Data.Sqlite;

namespace CopilotCapacity.Storage.Ledger;

/// <summary>Writes alerts, what was noted so that they are told once, and what people do with them.</summary>
internal sealed class AlertWriter : IDisposable
{
    private readonly PreparedCommand _alert;
    private readonly PreparedCommand _about;
    private readonly PreparedCommand _resolved;
    private readonly PreparedCommand _acknowledged;
    private readonly PreparedCommand _released;
    private readonly PreparedCommand _snoozed;
    private readonly PreparedCommand _watch;
    private readonly PreparedCommand _planWatch;
    private readonly PreparedCommand _grantWatch;
    private readonly PreparedCommand _forecastWatch;
    private readonly PreparedCommand _planForecastWatch;
    private readonly PreparedCommand _syncWatch;
    private readonly PreparedCommand _anomaly;
    private readonly PreparedCommand _usual;
    private readonly PreparedCommand _request;
    private readonly PreparedCommand _decided;

    public AlertWriter(SqliteConnection connection)
    {
        _alert = PreparedCommand.Insert(
            connection, "alerts",
            [
                "TenantKey", "Number", "Cause", "Kind", "Severity", "Environments", "PlanId", "Agent", "Threshold", "Title",
                "Text", "RaisedAt", "Story", "Subject", "Feature",
            ]);
        _about = PreparedCommand.Insert(connection, "alert_environments", ["TenantKey", "Number", "EnvironmentId"]);
        _resolved = Change(connection, "ResolvedAt = ?3");
        _acknowledged = new PreparedCommand(
            connection,
            "UPDATE alerts SET AcknowledgedAt = ?3, AcknowledgedBy = ?4, SnoozedUntil = NULL, SnoozedBy = NULL WHERE TenantKey = ?1 AND Number = ?2 AND AcknowledgedAt IS NULL");
        _released = Change(connection, "AcknowledgedAt = NULL, AcknowledgedBy = NULL, SnoozedUntil = NULL, SnoozedBy = NULL");
        _snoozed = Change(connection, "SnoozedUntil = ?3, SnoozedBy = ?4");
        _watch = LedgerWriter.Replace(
            connection, "environment_watches", ["TenantKey", "EnvironmentKey"],
            [
                "LowTold", "LowLeftAt", "DepletedTold", "DepletedLeftAt", "RestoredTold", "RestoredLeftAt", "OpenAlert",
                "UnfundedToldIn", "LowAlert", "DepletedAlert", "UnfundedAlert", "ReducedAlert", "Story",
            ]);
        _planWatch = LedgerWriter.Replace(
            connection, "plan_watches", ["TenantKey", "PlanKey"],
            ["Window", "ToldPercent", "IsExhaustedTold", "MarkAlert", "ExhaustedAlert", "Story"]);
        _grantWatch = LedgerWriter.Replace(connection, "grant_watches", ["TenantKey", "GrantKey"], ["OpenAlert"]);
        _forecastWatch = LedgerWriter.Replace(
            connection, "environment_forecast_watches", ["TenantKey", "EnvironmentKey"], ["IsTold", "LeftAt", "OpenAlert"]);
        _planForecastWatch = LedgerWriter.Replace(
            connection, "plan_forecast_watches", ["TenantKey", "PlanKey"], ["Window", "Percent", "OpenAlert"]);
        _syncWatch = LedgerWriter.Replace(connection, "sync_watches", ["TenantKey", "Service"], ["OpenAlert"]);
        _anomaly = PreparedCommand.Insert(
            connection, "anomaly_watches", ["TenantKey", "OpenAlert", "EnvironmentId", "Agent", "Feature"],
            "ON CONFLICT (TenantKey, EnvironmentId, Agent, Feature) DO UPDATE SET OpenAlert = excluded.OpenAlert");
        _usual = new PreparedCommand(
            connection, "DELETE FROM anomaly_watches WHERE TenantKey = ?1 AND EnvironmentId = ?2 AND Agent = ?3 AND Feature = ?4");
        _request = PreparedCommand.Insert(
            connection, "capacity_requests",
            [
                "TenantKey", "Sequence", "AskedAt", "State", "Id", "EnvironmentId", "PlanId", "Credits", "AmountMicros", "Reason",
                "Alert", "AskedBy", "AskedByName",
            ]);
        _decided = new PreparedCommand(
            connection, "UPDATE capacity_requests SET State = ?2, DecidedAt = ?3, DecidedByName = ?5, Answer = ?6 WHERE TenantKey = ?1 AND Id = ?4");
    }

    public void Write(int tenantKey, TenantCommit commit)
    {
        var changes = commit.Ledger.Changes;
        foreach (var alert in changes.Alerts)
        {
            Write(tenantKey, alert);
        }

        foreach (var (alert, at) in changes.Resolved)
        {
            _resolved.Numbers(tenantKey, alert, at.UtcTicks).Run();
        }

        foreach (var alert in changes.Reopened)
        {
            _resolved.Numbers(tenantKey, alert).Number(null).Run();
        }

        foreach (var entry in changes.Entries)
        {
            if (entry.Change is PeopleChange change)
            {
                Write(tenantKey, entry, change, commit.Actors.GetValueOrDefault(entry.Sequence));
            }
        }

        WriteWatches(tenantKey, changes);
    }

    public void Dispose()
    {
        PreparedCommand[] all =
        [
            _alert, _about, _resolved, _acknowledged, _released, _snoozed, _watch, _planWatch, _grantWatch, _forecastWatch,
            _planForecastWatch, _syncWatch, _anomaly, _usual, _request, _decided,
        ];
        Array.ForEach(all, command => command.Dispose());
    }

    private static PreparedCommand Change(SqliteConnection connection, string set) =>
        new(connection, $"UPDATE alerts SET {set} WHERE TenantKey = ?1 AND Number = ?2");

    private void Write(int tenantKey, LedgerAlert alert)
    {
        _alert.Numbers(tenantKey, alert.Number, alert.Cause, (int)alert.Kind, (int)alert.Severity)
            .Text(alert.Environments.Count == 0
                ? null
                : JsonSerializer.Serialize(alert.Environments.Select(environment => environment.Id.Value)))
            .Id(alert.Plan?.Id.Value).Text(alert.AgentId).Number(alert.Threshold).Text(alert.Title).Text(alert.Text)
            .Numbers(alert.RaisedAt.UtcTicks, alert.Story).Id(alert.Subject).Number((int?)alert.Feature).Run();
        foreach (var environment in alert.Environments)
        {
            _about.Numbers(tenantKey, alert.Number).Text(environment.Id.ToString()).Run();
        }
    }

    private void Write(int tenantKey, LedgerEntry entry, PeopleChange change, Actor? actor)
    {
        switch (change)
        {
            case AlertAcknowledged seen:
                _acknowledged.Numbers(tenantKey, seen.Alert, entry.At.UtcTicks).Text(actor?.Name).Run();
                break;
            case AlertReleased released:
                _released.Numbers(tenantKey, released.Alert).Run();
                break;
            case AlertSnoozed snoozed:
                _snoozed.Numbers(tenantKey, snoozed.Alert, snoozed.Until.UtcTicks).Text(actor?.Name).Run();
                break;
            case SnoozeEnded ended:
                _snoozed.Numbers(tenantKey, ended.Alert).Number(null).Text(null).Run();
                break;
            case RequestMade made:
                _request.Numbers(tenantKey, entry.Sequence, entry.At.UtcTicks, 0).Id(made.Id.Value).Id(made.Environment?.Value)
                    .Id(made.Plan?.Value).Number(made.Credits?.Thousandths).Number(made.AmountMicros).Text(made.Reason)
                    .Number(made.Alert).Text(actor?.Id).Text(actor?.Name).Run();
                break;
            case RequestDecided decided:
                _decided.Numbers(tenantKey, (int)decided.Decision, entry.At.UtcTicks).Id(decided.Id.Value).Text(actor?.Name)
                    .Text(decided.Reason).Run();
                break;
        }
    }

    private void WriteWatches(int tenantKey, LedgerChanges changes)
    {
        foreach (var environment in changes.Watches)
        {
            Write(tenantKey, environment.Key, environment.Watch);
        }

        foreach (var plan in changes.PlanWatches)
        {
            var watch = plan.Watch;
            _planWatch.Numbers(
                tenantKey, plan.Key, watch.Window, watch.ToldPercent, watch.IsExhaustedTold ? 1 : 0, watch.MarkAlert, watch.ExhaustedAlert,
                watch.Story).Run();
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

        foreach (var (service, alert) in changes.SyncWatches)
        {
            _syncWatch.Numbers(tenantKey).Text(service).Number(alert).Run();
        }

        foreach (var anomaly in changes.Anomalies)
        {
            var (series, isOver) = (anomaly.Series, anomaly.OpenAlert == 0);
            _ = isOver ? _usual.Numbers(tenantKey) : _anomaly.Numbers(tenantKey, anomaly.OpenAlert);
            (isOver ? _usual : _anomaly).Id(series.Environment.Value).Text(series.AgentId ?? "").Numbers((int?)series.Feature ?? 0).Run();
        }
    }

    private void Write(int tenantKey, int environmentKey, EnvironmentWatch watch) => _watch
        .Numbers(tenantKey, environmentKey)
        .Number(watch.Low.IsTold ? 1 : 0).Number(watch.Low.LeftAt?.UtcTicks)
        .Number(watch.Depleted.IsTold ? 1 : 0).Number(watch.Depleted.LeftAt?.UtcTicks)
        .Number(watch.Restored.IsTold ? 1 : 0).Number(watch.Restored.LeftAt?.UtcTicks)
        .Numbers(
            watch.OpenAlert, watch.UnfundedToldIn, watch.Low.Alert, watch.Depleted.Alert, watch.UnfundedAlert, watch.ReducedAlert,
            watch.Story)
        .Run();
}
