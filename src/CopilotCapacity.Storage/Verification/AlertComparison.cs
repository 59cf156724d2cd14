using System.Globalization;
using CopilotCapacity.Domain.Alerts;
using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Storage.Model;
using CopilotCapacity.Storage.Queries;

namespace CopilotCapacity.Storage.Verification;

/// <summary>
/// Compares the alerts about grants that are kept with those a replay tells. Other alerts are told when a change of several
/// steps is concluded, which the journal does not name.
/// </summary>
internal sealed class AlertComparison
{
    private readonly Dictionary<long, (LedgerAlert Alert, DateTimeOffset? ResolvedAt)> _decided = [];

    /// <summary>Takes what deciding again has told, before it is forgotten.</summary>
    public void Take(LedgerChanges changes)
    {
        foreach (var alert in changes.Alerts.Where(alert => IsCompared(alert.Kind)))
        {
            _decided.Add(alert.Number, (alert, null));
        }

        foreach (var (number, at) in changes.Resolved)
        {
            if (_decided.TryGetValue(number, out var decided))
            {
                _decided[number] = (decided.Alert, at);
            }
        }
    }

    /// <summary>The first difference in words; null when there is none.</summary>
    public string? FindDifference(ReadSnapshot snapshot, TenantRow tenant)
    {
        List<string> says =
        [
            .. _decided.Values.OrderBy(decided => decided.Alert.Number).Select(decided => TextOf(
                decided.Alert.Cause, decided.Alert.Kind, decided.Alert.RaisedAt, decided.Alert.Title, decided.ResolvedAt)),
        ];
        List<string> has =
        [
            .. AlertQuery.Read(snapshot, tenant, 0, AlertState.Any, int.MaxValue).Where(alert => IsCompared(alert.Kind)).Select(alert =>
                TextOf(alert.Cause, alert.Kind, alert.RaisedAt, alert.Title, alert.ResolvedAt)),
        ];
        for (var index = 0; index < Math.Max(says.Count, has.Count); index++)
        {
            var (decided, kept) = (says.ElementAtOrDefault(index), has.ElementAtOrDefault(index));
            if (!string.Equals(decided, kept, StringComparison.Ordinal))
            {
                return $"The alert is kept: {kept ?? "nothing"}; the journal says: {decided ?? "nothing"}.";
            }
        }

        return null;
    }

    private static bool IsCompared(AlertKind kind) => kind is AlertKind.GrantExpiring or AlertKind.GrantWasted;

    private static string TextOf(long cause, AlertKind kind, DateTimeOffset raisedAt, string title, DateTimeOffset? resolvedAt) =>
        string.Create(CultureInfo.InvariantCulture, $"{kind} by {cause} at {raisedAt:O} '{title}' over {resolvedAt:O}");
}
