using CopilotCapacity.Domain.Units;

namespace CopilotCapacity.Domain.Ledger;

/// <summary>A part of a charge that one grant paid.</summary>
/// <param name="GrantKey">The grant's number.</param>
/// <param name="Amount">Above zero.</param>
public readonly record struct GrantBurn(int GrantKey, Credits Amount);
