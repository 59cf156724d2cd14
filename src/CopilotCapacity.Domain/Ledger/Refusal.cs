using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Units;

namespace CopilotCapacity.Domain.Ledger;

/// <summary>How a refusal is to be understood by whoever asked.</summary>
public enum RefusalKind
{
    /// <summary>The thing does not exist in this tenant.</summary>
    NotFound,

    /// <summary>The request makes no sense by itself.</summary>
    Invalid,

    /// <summary>The request does not fit the present state.</summary>
    Conflict,

    /// <summary>The caller saw an older version of the thing than the present one.</summary>
    Stale,

    /// <summary>A permission is refused: nothing pays for it, or a switch or cap forbids it.</summary>
    Refused,
}

/// <summary>What one source, switch or cap had to say to a permission that was refused.</summary>
/// <param name="Source"><c>allocation</c>, <c>pool</c>, <c>payAsYouGo</c>, <c>cap</c>, <c>agent</c> or <c>application</c>.</param>
/// <param name="Left">What it had left, in credits; null where that is not a number.</param>
/// <param name="Text">One sentence for people.</param>
public sealed record SourceExplanation(string Source, Credits? Left, string Text);

/// <summary>Why the ledger did not do what was asked. Nothing has changed.</summary>
/// <param name="Kind">How to understand it.</param>
/// <param name="Code">A stable code for programs.</param>
/// <param name="Detail">One sentence for people.</param>
public sealed record Refusal(RefusalKind Kind, string Code, string Detail)
{
    /// <summary>The field of the request at fault, in the API's spelling.</summary>
    public string? Field { get; init; }

    /// <summary>What would have fitted, where that helps.</summary>
    public Credits? Available { get; init; }

    /// <summary>Why a permission was refused, source by source; empty for other refusals.</summary>
    public IReadOnlyList<SourceExplanation> Explanation { get; init; } = [];

    /// <summary>The environment a permission was refused for.</summary>
    public EnvironmentId? Environment { get; init; }

    /// <summary>A refusal for a thing that does not exist.</summary>
    public static Refusal NotFound(string what) => new(RefusalKind.NotFound, "not_found", $"There is no such {what}.");

    /// <summary>A refusal for a field of the request.</summary>
    public static Refusal Invalid(string field, string code, string detail) =>
        new(RefusalKind.Invalid, code, detail) { Field = field };

    /// <summary>A refusal because of the present state.</summary>
    public static Refusal Conflict(string code, string detail) => new(RefusalKind.Conflict, code, detail);

    /// <summary>A refusal of a permission.</summary>
    public static Refusal Refused(string code, string detail, EnvironmentId? environment, params IReadOnlyList<SourceExplanation> explanation) =>
        new(RefusalKind.Refused, code, detail) { Environment = environment, Explanation = explanation };

    /// <summary>A refusal because the caller's version is old.</summary>
    public static Refusal Stale(string what) =>
        new(RefusalKind.Stale, "precondition_failed", $"The {what} has changed since you read it.");
}

/// <summary>What an operation gave: a value, or the reason why not.</summary>
public readonly record struct Outcome<T>
{
    private Outcome(T? value, Refusal? refusal)
    {
        Value = value;
        Refusal = refusal;
    }

    /// <summary>The value; meaningful only when <see cref="Refusal"/> is null.</summary>
    public T? Value { get; }

    /// <summary>The reason why not, or null when done.</summary>
    public Refusal? Refusal { get; }

#pragma warning disable CS1591, CA2225
    public static implicit operator Outcome<T>(T value) => new(value, null);
    public static implicit operator Outcome<T>(Refusal refusal) => new(default, refusal);
#pragma warning restore CS1591, CA2225
}
