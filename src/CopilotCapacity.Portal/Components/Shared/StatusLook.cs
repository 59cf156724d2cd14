using CopilotCapacity.Domain.Quota;

namespace CopilotCapacity.Portal.Components.Shared;

/// <summary>How a status shows: always a shape and a word, never a colour alone.</summary>
/// <param name="Shape">The shape, drawn as text so that it survives forced colours and printing.</param>
/// <param name="Word">The word.</param>
/// <param name="Css">The suffix of its custom properties and classes.</param>
public sealed record StatusLook(string Shape, string Word, string Css)
{
    public static StatusLook Of(QuotaStatus status) => status switch
    {
        QuotaStatus.Available => new("✓", "Available", "available"),
        QuotaStatus.Low => new("▲", "Low", "low"),
        QuotaStatus.Depleted => new("■", "Depleted", "depleted"),
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "No such status."),
    };
}
