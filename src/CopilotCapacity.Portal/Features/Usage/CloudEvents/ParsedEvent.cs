using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Rating;

namespace CopilotCapacity.Portal.Features.Usage.CloudEvents;

/// <summary>One event of a request: what it says, or why it cannot be understood.</summary>
/// <param name="Id">Its id as far as it could be read.</param>
/// <param name="Source">Its source as far as it could be read.</param>
/// <param name="Usage">The fact; null when it cannot be understood.</param>
/// <param name="Refusal">Why not; null when it can.</param>
internal sealed record ParsedEvent(string? Id, string? Source, UsageEvent? Usage, Refusal? Refusal);

/// <summary>An event that cannot be understood; caught where the event ends.</summary>
internal sealed class EventFault(string field, string code, string detail) : Exception(detail)
{
    public Refusal Refusal { get; } = Refusal.Invalid(field, code, detail);

    public static EventFault Invalid(string field, string detail) => new(field, "invalid_event", detail);
}
