using CopilotCapacity.Domain.Caps;
using CopilotCapacity.Domain.Rating;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Units;

namespace CopilotCapacity.Portal.Features.Caps;

/// <summary>A cap while it is typed.</summary>
public sealed class CapForm
{
    /// <summary>Begins with a cap, or with an empty one for an environment.</summary>
    public CapForm(CapDto? cap, EnvironmentId? environment, string? agent = null)
    {
        Environment = cap is null ? environment : cap.Scope.EnvironmentId is { } id ? new EnvironmentId(id) : null;
        AgentId = cap is null ? agent : cap.Scope.AgentId;
        UserId = cap?.Scope.UserId;
        CostCenter = cap?.Scope.CostCenter;
        Per = cap?.Per ?? CapWindow.Month;
        Amount = cap?.Credits.Value;
        NotifyPercent = cap?.NotifyPercent ?? CapEndpoints.NotifyDefault;
        HardStop = cap?.HardStop ?? true;
    }

    /// <summary>The environment; null for all.</summary>
    public EnvironmentId? Environment { get; set; }

    /// <summary>The agent's id; empty for any.</summary>
    public string? AgentId { get; set; }

    /// <summary>The user's id; empty for any.</summary>
    public string? UserId { get; set; }

    /// <summary>The cost centre; empty for any.</summary>
    public string? CostCenter { get; set; }

    /// <summary>How long it counts.</summary>
    public CapWindow Per { get; set; }

    /// <summary>Credits in a window; null while the field is empty.</summary>
    public decimal? Amount { get; set; }

    /// <summary>From which share on it is told.</summary>
    public int? NotifyPercent { get; set; }

    /// <summary>Whether permissions beyond it are refused.</summary>
    public bool HardStop { get; set; }

    /// <summary>What is wrong with the scope; null when nothing is.</summary>
    public string? ScopeProblem => this switch
    {
        _ when Scope.IsEmpty => "Name an environment, an agent, a user or a cost centre.",
        _ when TooLong(AgentId) || TooLong(UserId) || TooLong(CostCenter) => $"A name here has at most {UsageEvent.TextLengthMax} characters.",
        _ => null,
    };

    /// <summary>What is wrong with the number; null when nothing is.</summary>
    public string? AmountProblem => Amount switch
    {
        null => "Type a number of credits.",
        <= 0 => "A cap is above zero.",
        { } amount when !Credits.TryFrom(amount, out _) => "Use at most three decimals and a smaller number.",
        _ => null,
    };

    /// <summary>The settings; null while something is wrong.</summary>
    public CapSettings? Settings => (ScopeProblem ?? AmountProblem) is null && NotifyPercent is >= 1 and <= 100 && Credits.TryFrom(Amount!.Value, out var credits)
        ? new CapSettings(Scope, Per, credits, NotifyPercent.Value, HardStop)
        : null;

    private CapScope Scope => new(Environment, Named(AgentId), Named(UserId), Named(CostCenter));

    private static bool TooLong(string? text) => text?.Trim().Length > UsageEvent.TextLengthMax;

    private static string? Named(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
