using CopilotCapacity.Domain.Units;

namespace CopilotCapacity.Domain.Caps;

/// <summary>What a cap limits, and how.</summary>
/// <param name="Scope">Not empty.</param>
/// <param name="Per">How long it counts.</param>
/// <param name="Credits">Above zero.</param>
/// <param name="NotifyPercent">1 to 100.</param>
/// <param name="HardStop">Whether permissions beyond it are refused.</param>
public sealed record CapSettings(CapScope Scope, CapWindow Per, Credits Credits, int NotifyPercent, bool HardStop);
