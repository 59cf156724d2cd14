using CopilotCapacity.Azure;
using CopilotCapacity.Azure.PowerPlatform;
using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Metering;
using CopilotCapacity.Portal.Components.Shared;
using CopilotCapacity.Storage;
using CopilotCapacity.Storage.Model;
using CopilotCapacity.Storage.Queries;
using Microsoft.EntityFrameworkCore;

namespace CopilotCapacity.Portal.Features.Sync.PowerPlatform;

/// <summary>Environments: which are known where, how they are described, and what is allocated to them.</summary>
internal sealed class PlatformEnvironments(IDbContextFactory<PortalDbContext> contexts, AllocationClient allocations, EntitlementClient entitlements, Meter meter)
{
    // Whoever has more than these to make known does it by a file, and not one by one.
    private const int UnknownMax = 100;

    /// <summary>The environments in service here, by name.</summary>
    public IReadOnlyList<EnvironmentRow> List(SyncTarget target)
    {
        using var snapshot = ReadSnapshot.Open(contexts);
        return [.. snapshot.Context.Environments.Where(row => row.TenantKey == target.Key && row.RetiredAt == null).OrderBy(row => row.Name)];
    }

    /// <summary>One environment in service here; null when there is none, or it was retired.</summary>
    public EnvironmentRow? Find(SyncTarget target, Guid id)
    {
        using var snapshot = ReadSnapshot.Open(contexts);
        return snapshot.Context.Environments.SingleOrDefault(row => row.TenantKey == target.Key && row.Id == id && row.RetiredAt == null);
    }

    /// <summary>Looks for environments that only Power Platform knows.</summary>
    public async Task<StepOutcome> ReadListAsync(SyncTarget target, CancellationToken cancellationToken)
    {
        var answer = await allocations.ListAsync(cancellationToken);
        if (answer.Value is not { } theirs)
        {
            return answer.Failure!;
        }

        var known = Known(target);
        var unknown = theirs.Where(environment => PlatformNames.IdOf(environment.EnvironmentId) is not { } id || !known.ContainsKey(id.Value)).ToList();
        var differences = new List<FoundDifference>();
        foreach (var environment in unknown.Take(UnknownMax))
        {
            var described = await entitlements.ListOfEnvironmentAsync(environment.EnvironmentId, cancellationToken);
            if (described.Value is not { } all)
            {
                return described.Failure!;
            }

            differences.Add(CompareUnknown(target, environment, all.FirstOrDefault(entitlement => entitlement.EnvironmentName is not null)));
        }

        differences.AddRange(theirs
            .Select(environment => PlatformNames.IdOf(environment.EnvironmentId) is { } id && known.TryGetValue(id.Value, out var row) && row.RetiredAt is not null ? row : null)
            .OfType<EnvironmentRow>()
            .Select(CompareRetired));
        var more = unknown.Count > UnknownMax ? $" {unknown.Count - UnknownMax} more are not known here; import them from a file." : "";
        return new StepReading($"{Formats.Count(theirs.Count, "environment", "environments")} in Power Platform.{more}", null, differences);
    }

    /// <summary>Compares one environment.</summary>
    public async Task<StepOutcome> ReadAsync(SyncTarget target, EnvironmentRow ours, CancellationToken cancellationToken)
    {
        var answer = await FindAsync(ours, cancellationToken);
        if (answer.Failure is { Kind: AzureFailureKind.NotFound })
        {
            return new StepReading("Power Platform does not know it.", null, [CompareMissing(ours)]);
        }

        if (answer.Value is not { } theirs)
        {
            return answer.Failure!;
        }

        var credits = theirs.CopilotCredits;
        if (credits?.Allocated is { } allocated && PlatformNames.CreditsOf(allocated) is null)
        {
            return new AzureFailure(AzureFailureKind.Malformed, $"Power Platform tells an allocation of {allocated}, which is no number of credits.");
        }

        var found = theirs.Entitlements.FirstOrDefault(entitlement => PlatformNames.Same(entitlement.EntitlementId, PowerPlatformNames.CopilotCredits)) ?? (theirs.Entitlements is [var first, ..] ? first : null);
        List<FoundDifference?> differences = [found is null ? null : CompareDescription(target, ours, found), CompareAllocation(target, ours, theirs, credits, mayBeLocked: found?.IsManagedEnvironment is not false)];
        return new StepReading(SaidOf(found), null, [.. differences.OfType<FoundDifference>()]);
    }

    private async Task<AzureAnswer<EnvironmentAllocations>> FindAsync(EnvironmentRow ours, CancellationToken cancellationToken)
    {
        AzureAnswer<EnvironmentAllocations>? answer = null;
        foreach (var name in PlatformNames.NamesOf(ours))
        {
            answer = await allocations.FindAsync(name, cancellationToken);
            if (answer.Failure is not { Kind: AzureFailureKind.NotFound })
            {
                break;
            }
        }

        return answer!;
    }

    private Dictionary<Guid, EnvironmentRow> Known(SyncTarget target)
    {
        using var snapshot = ReadSnapshot.Open(contexts);
        return snapshot.Context.Environments.Where(row => row.TenantKey == target.Key).ToDictionary(row => row.Id);
    }

    private FoundDifference CompareUnknown(SyncTarget target, EnvironmentAllocations environment, EnvironmentEntitlement? described)
    {
        var (name, region, type) = (PlatformNames.TextOf(described?.EnvironmentName), PlatformNames.TextOf(described?.Location), PlatformNames.TypeOf(described?.EnvironmentType));
        var id = PlatformNames.IdOf(environment.EnvironmentId);
        var mark = new { described?.EnvironmentName, described?.EnvironmentType, described?.Location };
        var compared = new Compared(
            $"unknown:{environment.EnvironmentId.ToLowerInvariant()}",
            "environment",
            PlatformNames.ThereOnly(environment.EnvironmentId),
            $"{name ?? environment.EnvironmentId} is in Power Platform and not known here",
            new("Name", null, described?.EnvironmentName),
            new("Type", null, described?.EnvironmentType),
            new("Region", null, described?.Location));
        if (id is not { } own || name is null || region is null || type is not { } kind)
        {
            return (compared with { Note = "It cannot be made known here: its name, its type or its region is not one that the portal has." }).With(null, mark, Remedy.None);
        }

        // What nobody has said about the pool is as the service begins: the environment draws on it.
        var draws = environment.CopilotCredits?.Rule(PowerPlatformNames.TenantPool) ?? true;
        return (compared with { Note = "Adopting makes it known here. Its allocation is compared in the next sync." }).With(null, mark, new Remedy(actor =>
            RunAsync(target, actor, ledger => ledger.AddEnvironment(own, new EnvironmentDescription(name, kind, region, null), draws))));
    }

    private static FoundDifference CompareRetired(EnvironmentRow row) => new Compared(
        $"retired:{row.Id:D}", "environment", row.Id.ToString(), $"{row.Name} is retired here and still in Power Platform", new FieldDifference("State", "retired", "in service"))
    {
        Note = "What it uses there is refused here. Delete it in the Power Platform admin center, or leave it be.",
    }.With(row.RetiredAt, row.Id, Remedy.None);

    private static FoundDifference CompareMissing(EnvironmentRow row) => new Compared(
        $"missing:{row.Id:D}", "environment", row.Id.ToString(), $"{row.Name} is known here and not in Power Platform", new FieldDifference("State", "in service", null))
    {
        Note = "It was deleted there, or the credential does not see it. Where it is gone, retire it on its page; the licensing API makes no environments.",
    }.With(row.Version, null, Remedy.None);

    private FoundDifference? CompareDescription(SyncTarget target, EnvironmentRow ours, EnvironmentEntitlement theirs)
    {
        var (name, region, type) = (PlatformNames.TextOf(theirs.EnvironmentName), PlatformNames.TextOf(theirs.Location), PlatformNames.TypeOf(theirs.EnvironmentType));
        var fields = new List<FieldDifference>();
        if (name is not null && !string.Equals(name, ours.Name, StringComparison.Ordinal))
        {
            fields.Add(new("Name", ours.Name, name));
        }

        if (type is { } kind && kind != ours.Type)
        {
            fields.Add(new("Type", ours.Type.ToString(), theirs.EnvironmentType));
        }

        if (region is not null && !PlatformNames.Same(region, ours.Region))
        {
            fields.Add(new("Region", ours.Region, region));
        }

        var wanted = new EnvironmentDescription(name ?? ours.Name, type ?? ours.Type, region ?? ours.Region, ours.CostCenter);
        return fields.Count == 0 ? null : new Compared($"described:{ours.Id:D}", "environment", ours.Id.ToString(), $"{ours.Name} is described otherwise in Power Platform", fields)
        {
            Note = "It is described in the Power Platform admin center; the licensing API only tells how.",
        }.With(new { ours.Name, ours.Type, ours.Region }, new { name, type, region }, new Remedy(actor =>
            RunAsync(target, actor, ledger => ledger.ChangeEnvironment(new EnvironmentId(ours.Id), wanted, ours.Version))));
    }

    // Only what the service says is compared, and only what differs is written: what it leaves open is not off.
    private FoundDifference? CompareAllocation(SyncTarget target, EnvironmentRow ours, EnvironmentAllocations all, CurrencyAllocation? theirs, bool mayBeLocked)
    {
        var here = new Credits(ours.Allocation);
        var there = theirs is null ? Credits.Zero : PlatformNames.CreditsOf(theirs.Allocated);
        var (pool, payGo) = (theirs?.Rule(PowerPlatformNames.TenantPool), theirs?.Rule(PowerPlatformNames.PayGo));
        var fields = new List<FieldDifference>();
        if (there is { } number && number != here)
        {
            fields.Add(new("Allocation", PlatformNames.WordOf(here), PlatformNames.WordOf(number)));
        }

        Compare("Draws on the tenant pool", ours.DrawFromTenantPool, pool);
        Compare("Pay-as-you-go", ours.PayAsYouGo, payGo);
        if (fields.Count == 0)
        {
            return null;
        }

        var change = new WantedAllocation(
            there == here ? null : here.Value, pool == ours.DrawFromTenantPool || pool is null ? null : ours.DrawFromTenantPool, payGo == ours.PayAsYouGo || payGo is null ? null : ours.PayAsYouGo);
        return new Compared($"allocation:{ours.Id:D}", "environment", ours.Id.ToString(), $"The allocation of {ours.Name} differs", fields)
        {
            // Only a managed environment can be in a group; whether a rule of it owns the switch is told when it is written, and not before.
            Note = change.TenantPool is not null && mayBeLocked
                ? "Where a published rule of an environment group owns the tenant pool’s switch, Power Platform lets nobody change it for one environment; it can be adopted."
                : null,
        }.With(
            new { ours.Allocation, ours.DrawFromTenantPool, ours.PayAsYouGo },
            theirs is null ? null : new { there?.Thousandths, Rules = (theirs.EnforcementRules ?? []).OrderBy(rule => rule.RuleType, StringComparer.Ordinal) },
            new Remedy(
                actor => RunAsync(target, actor, ledger => ledger.SetAllocation(
                    new EnvironmentId(ours.Id), there ?? here, pool ?? ours.DrawFromTenantPool, payGo ?? ours.PayAsYouGo, ours.AllocationVersion)),
                async cancellationToken => PlatformNames.SayOf(await allocations.WriteAsync(all.EnvironmentId, theirs, change, cancellationToken), ours.Name)));

        void Compare(string name, bool isOn, bool? isOnThere)
        {
            if (isOnThere is { } other && other != isOn)
            {
                fields.Add(new(name, PlatformNames.SwitchOf(isOn), PlatformNames.SwitchOf(other)));
            }
        }
    }

    // What it used is the service's figure of about the day before; the meter's own is exact, and neither is corrected by the other.
    private static string SaidOf(EnvironmentEntitlement? found) => found?.Entitlement?.Capacity?.Consumed is { Value: { } consumed } used && PlatformNames.CreditsOf(consumed) is { } credits
        ? $"{PlatformNames.WordOf(credits)} used{(used.LastUpdatedOn is { } at ? $" as of {Formats.Day(at)} (UTC)" : "")}."
        : "What it used is not known there.";

    private async Task<string?> RunAsync<T>(SyncTarget target, Actor actor, Func<TenantLedger, Outcome<T>> change)
        where T : class => (await meter.ChangeAsync(target.Tenant, actor, change)).Refusal?.Detail;
}
