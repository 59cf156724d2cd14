namespace CopilotCapacity.Azure.PowerPlatform;

/// <summary>Allocations of environments, read by environment and written with <c>allocationsV2</c>.</summary>
public sealed class AllocationClient(PowerPlatformHttp http, EntitlementClient entitlements)
{
    /// <summary>The allocations of all environments.</summary>
    public async Task<AzureAnswer<IReadOnlyList<EnvironmentAllocations>>> ListAsync(CancellationToken cancellationToken)
    {
        var answer = await http.ListAsync<EnvironmentAllocations>($"/licensing/allocationsByEnvironment?api-version={PowerPlatformHttp.Version}", cancellationToken);
        return answer.Value is null || answer.Value.All(IsWhole) ? answer : http.Malformed("answered allocations that cannot be read.");
    }

    /// <summary>The allocations of one environment, with fractions and rules that only the newer model knows.</summary>
    public async Task<AzureAnswer<EnvironmentAllocations>> FindAsync(string environment, CancellationToken cancellationToken)
    {
        var found = await http.GetAsync<EnvironmentAllocations>(
            $"/licensing/allocationsByEnvironment/{Uri.EscapeDataString(environment)}?api-version={PowerPlatformHttp.Version}", cancellationToken);
        if (found.Value is not { } allocations)
        {
            return found;
        }

        if (!IsWhole(allocations) || !PowerPlatformNames.Same(allocations.EnvironmentId, environment))
        {
            return http.Malformed("answered allocations that cannot be read.");
        }

        var known = await entitlements.ListOfEnvironmentAsync(environment, cancellationToken);
        return known.Value is { } all
            ? allocations with { CurrencyAllocations = [.. allocations.CurrencyAllocations!.Select(allocation => AsNewerModel(allocation, all))], Entitlements = all }
            : known.Failure!;
    }

    /// <summary>What can still be allocated to an environment.</summary>
    public Task<AzureAnswer<AllocationAvailability>> FindAvailableAsync(string environment, CancellationToken cancellationToken)
    {
        var filter = $"environmentId eq '{environment.Replace("'", "''", StringComparison.Ordinal)}' and EntitlementId in ('{PowerPlatformNames.CopilotCredits}')";
        return http.GetAsync<AllocationAvailability>(
            $"/licensing/allocationsV2/availability?$filter={Uri.EscapeDataString(filter)}&api-version={PowerPlatformHttp.Version}", cancellationToken);
    }

    /// <summary>
    /// Changes an environment's Copilot Credits. The service replaces the whole document of the environment and knows no ETag, so it is
    /// read first and compared with what the caller had seen, sent with all that is not to change, and read back. Another's change that
    /// comes after the first read and before the write is written over without a trace; that time is one request long, and nothing the
    /// service offers makes it shorter.
    /// </summary>
    /// <param name="environment">The environment.</param>
    /// <param name="seen">What the caller had seen when it decided; null when there was nothing.</param>
    /// <param name="change">What is to be.</param>
    /// <param name="cancellationToken">Cancels it; once sent, whether it took effect is then not known.</param>
    public async Task<AllocationWrite> WriteAsync(string environment, CurrencyAllocation? seen, WantedAllocation change, CancellationToken cancellationToken)
    {
        var read = await FindAsync(environment, cancellationToken);
        if (read.Value is not { } before)
        {
            return new AllocationWrite(AllocationWriteOutcome.Failed, null, read.Failure);
        }

        if (before.CopilotCredits is { } now ? seen is null || !now.Says(seen) : seen is not null)
        {
            return new AllocationWrite(AllocationWriteOutcome.ChangedSinceSeen, before, null);
        }

        var wanted = Changed(before, change);
        if (wanted.Says(before))
        {
            return new AllocationWrite(AllocationWriteOutcome.AlreadyThere, before, null);
        }

        var failure = await http.TellAsync(HttpMethod.Put, $"/licensing/allocationsV2?api-version={PowerPlatformHttp.Version}", AllocationDocument.Of(wanted), cancellationToken);
        return failure switch
        {
            { Code: PowerPlatformNames.TenantPoolLockedByPolicy } => new AllocationWrite(AllocationWriteOutcome.LockedByPolicy, before, failure),
            { Kind: not (AzureFailureKind.Unavailable or AzureFailureKind.Malformed) } => new AllocationWrite(AllocationWriteOutcome.Failed, before, failure),
            _ => await ReadBackAsync(before, wanted, failure, cancellationToken),
        };
    }

    // A 200 does not say that it stands there, and a lost answer does not say that it does not.
    private async Task<AllocationWrite> ReadBackAsync(EnvironmentAllocations before, EnvironmentAllocations wanted, AzureFailure? failure, CancellationToken cancellationToken)
    {
        var read = await FindAsync(wanted.EnvironmentId, cancellationToken);
        if (read.Value is not { } after)
        {
            return new AllocationWrite(AllocationWriteOutcome.Unknown, null, failure ?? read.Failure);
        }

        var outcome = wanted.Says(after) ? AllocationWriteOutcome.Written
            : failure is not null && before.Says(after) ? AllocationWriteOutcome.Failed
            : AllocationWriteOutcome.Lost;
        return new AllocationWrite(outcome, after, outcome is AllocationWriteOutcome.Written ? null : failure);
    }

    // A document that leaves something out would take it away when it is written back.
    private static bool IsWhole(EnvironmentAllocations allocations) => allocations is { EnvironmentId: not null, CurrencyAllocations: { } all }
        && all.All(allocation => allocation is { CurrencyType: not null } && (allocation.EnforcementRules ?? []).All(rule => rule is { RuleType: not null }));

    private static EnvironmentAllocations Changed(EnvironmentAllocations before, WantedAllocation change)
    {
        var credits = before.CopilotCredits ?? new CurrencyAllocation(PowerPlatformNames.CopilotCredits, 0, null, []);
        var rules = With(With(credits.EnforcementRules ?? [], PowerPlatformNames.TenantPool, change.TenantPool), PowerPlatformNames.PayGo, change.PayGo);
        var changed = credits with { Allocated = change.Quantity ?? credits.Allocated, EnforcementRules = rules };
        return before with
        {
            CurrencyAllocations = [.. before.CurrencyAllocations!.Where(other => !PowerPlatformNames.Same(other.CurrencyType, PowerPlatformNames.CopilotCredits)), changed],
        };
    }

    private static IReadOnlyList<EnforcementRule> With(IReadOnlyList<EnforcementRule> rules, string type, bool? enabled) =>
        enabled is not { } holds ? rules : [.. rules.Where(rule => !PowerPlatformNames.Same(rule.RuleType, type)), new EnforcementRule(type, holds)];

    // The list by environment tells whole credits and no Throttle; a document without them would take them away.
    private static CurrencyAllocation AsNewerModel(CurrencyAllocation allocation, IReadOnlyList<EnvironmentEntitlement> entitlements)
    {
        var newer = entitlements.FirstOrDefault(entitlement => PowerPlatformNames.Same(entitlement.EntitlementId, allocation.CurrencyType))?.Entitlement?.Capacity;
        var isSame = newer?.Allocated?.Value is { } exact && decimal.Truncate(exact) == allocation.Allocated;
        return allocation with
        {
            Allocated = isSame ? newer!.Allocated!.Value : allocation.Allocated,
            EnforcementRules = [.. allocation.EnforcementRules ?? [], .. (newer?.EnforcementRules ?? []).Where(rule => allocation.Rule(rule.RuleType) is null)],
        };
    }

    private sealed record AllocationDocument(AllocationScope Scope, IReadOnlyList<AllocatedEntitlement> AllocatedEntitlements)
    {
        public static AllocationDocument Of(EnvironmentAllocations allocations) => new(
            new AllocationScope(allocations.EnvironmentId),
            [.. allocations.CurrencyAllocations!.Select(allocation => new AllocatedEntitlement(
                allocation.CurrencyType, new AllocatedAmount(allocation.Allocated, allocation.AutoAllocated), allocation.EnforcementRules))]);
    }

    private sealed record AllocationScope(string EnvironmentId);

    private sealed record AllocatedEntitlement(string EntitlementId, AllocatedAmount Allocation, IReadOnlyList<EnforcementRule>? EnforcementRules);

    private sealed record AllocatedAmount(decimal? Quantity, decimal? AutoAllocated);
}
