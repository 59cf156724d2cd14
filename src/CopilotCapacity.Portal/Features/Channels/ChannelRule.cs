using CopilotCapacity.Domain.Alerts;
using CopilotCapacity.Storage.Model;
using CopilotCapacity.Storage.Queries;

namespace CopilotCapacity.Portal.Features.Channels;

/// <summary>Which alerts a channel hears.</summary>
/// <param name="Severity">From which severity on.</param>
/// <param name="Kinds">Of what; none for everything.</param>
/// <param name="Environments">Of which environments; none for all, and then also of what concerns no environment.</param>
internal sealed record ChannelRule(AlertSeverity Severity, IReadOnlyList<AlertKind> Kinds, IReadOnlyList<Guid> Environments)
{
    public static ChannelRule Of(ChannelRow row) => new(row.Severity, row.Kinds, row.Environments);

    /// <summary>Whether it hears an alert. Of an alert about several environments it hears when one of them is its own.</summary>
    public bool Hears(StoredAlert alert) => alert.Severity >= Severity
        && (Kinds.Count == 0 || Kinds.Contains(alert.Kind))
        && (Environments.Count == 0 || alert.Environments.Any(Environments.Contains));
}
