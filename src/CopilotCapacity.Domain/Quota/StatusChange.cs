using CopilotCapacity.Domain.Tenancy;

namespace CopilotCapacity.Domain.Quota;

/// <summary>An environment's status became another one, or its first.</summary>
/// <param name="Environment">The environment.</param>
/// <param name="Reading">Its quota at that moment; its ledger sequence number is the cause's.</param>
public sealed record StatusChange(TenantEnvironment Environment, QuotaReading Reading);
