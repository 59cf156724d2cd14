using CopilotCapacity.Domain.Units;

namespace CopilotCapacity.Domain.Rating;

/// <summary>One feature used, and how much of it.</summary>
/// <param name="Feature">Never <see cref="Feature.Compound"/>.</param>
/// <param name="QuantityThousandths">The quantity in thousandths of the feature's unit; above zero.</param>
public readonly record struct UsageItem(Feature Feature, long QuantityThousandths);

/// <summary>
/// A fact: something that used AI, as its source told it. Its identity is the tenant, <see cref="Source"/> and
/// <see cref="Id"/>; <see cref="ContentHash"/> stands for everything that was sent.
/// </summary>
public sealed record UsageEvent
{
    /// <summary>The longest source, id or name that is accepted, in characters.</summary>
    public const int TextLengthMax = 512;

    /// <summary>The most items one event may hold.</summary>
    public const int ItemsMax = 50;

    /// <summary>The sender's own id of the event; unique within its source.</summary>
    public required string Id { get; init; }

    /// <summary>The sender.</summary>
    public required string Source { get; init; }

    /// <summary>An environment's id or a linked application's id.</summary>
    public required Guid Subject { get; init; }

    /// <summary>When the work happened, UTC.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>What was used; at least one item.</summary>
    public required IReadOnlyList<UsageItem> Items { get; init; }

    /// <summary>A hash of the canonical content, <see cref="Time"/> included; equal content has an equal hash.</summary>
    public required UInt128 ContentHash { get; init; }

    /// <summary>The agent that worked.</summary>
    public string? AgentId { get; init; }

    /// <summary>The agent's name.</summary>
    public string? AgentName { get; init; }

    /// <summary>The person it worked for; a pseudonymous id.</summary>
    public string? UserId { get; init; }

    /// <summary>True when that person has a Microsoft 365 Copilot licence.</summary>
    public bool CopilotLicensed { get; init; }

    /// <summary>What set it off, for example <c>interactive</c> or <c>autonomous</c>.</summary>
    public string? Trigger { get; init; }

    /// <summary>Where it was used, for example <c>teams</c>.</summary>
    public string? Channel { get; init; }

    /// <summary>The product it belongs to.</summary>
    public string? Product { get; init; }

    /// <summary>The language model.</summary>
    public string? Model { get; init; }

    /// <summary>The tool.</summary>
    public string? Tool { get; init; }

    /// <summary>The source of knowledge.</summary>
    public string? KnowledgeSource { get; init; }

    /// <summary>The cost centre that answers for the use.</summary>
    public string? CostCenter { get; init; }
}

/// <summary>Why use is recorded without being billed.</summary>
public enum NonBilledReason
{
    /// <summary>It is billed.</summary>
    None = 0,

    /// <summary>A Microsoft 365 Copilot licensed person used an internal agent interactively.</summary>
    CopilotLicensedUser = 1,
}

/// <summary>One item of an event with its price.</summary>
/// <param name="Item">What was used.</param>
/// <param name="CreditsPerUnit">The rate applied.</param>
/// <param name="Charge">The credits it costs, or would cost when <paramref name="NonBilled"/> says it is not billed.</param>
/// <param name="NonBilled">Why it is not billed, or <see cref="NonBilledReason.None"/>.</param>
public readonly record struct RatedItem(UsageItem Item, Credits CreditsPerUnit, Credits Charge, NonBilledReason NonBilled);
