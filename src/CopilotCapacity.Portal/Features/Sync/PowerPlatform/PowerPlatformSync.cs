using CopilotCapacity.Azure.PowerPlatform;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Metering;
using Microsoft.Extensions.Options;

namespace CopilotCapacity.Portal.Features.Sync.PowerPlatform;

/// <summary>
/// What Power Platform's licensing API knows of a tenant: environments and their allocations, packs, billing policies, limits of agents.
/// Of the settings' tenant alone, since the credential sees one organisation.
/// </summary>
internal sealed class PowerPlatformSync(
    PlatformEnvironments environments, PlatformPacks packs, PlatformPolicies policies, PlatformLimits limits, IOptions<PowerPlatformOptions> options) : ISyncPart
{
    public const string ServiceName = "powerPlatform";

    private const string List = "environments";
    private const string Packs = "packs";
    private const string Policies = "policies";
    private const string Limits = "limits";
    private const string Environment = "environment:";

    // What a step was about is not there any more.
    private static readonly StepReading s_nothing = new("Nothing to look at.", null, []);

    public string Service => ServiceName;

    public string Name => "Power Platform";

    public TenantId? Tenant => options.Value is { Enabled: true, Tenant: { } tenant } ? new TenantId(tenant) : null;

    public Task<IReadOnlyList<SyncStep>> PlanAsync(SyncTarget target, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<SyncStep>>(
    [
        new(List, "Environments that only Power Platform knows"),
        new(Packs, "What the tenant is entitled to"),
        new(Policies, "Billing policies and their environments"),
        new(Limits, "Limits of agents"),
        .. environments.List(target).Select(row => new SyncStep($"{Environment}{row.Id:D}", $"Allocation of {row.Name}")),
    ]);

    public async Task<StepOutcome> ReadAsync(SyncTarget target, string step, CancellationToken cancellationToken) => step switch
    {
        List => await environments.ReadListAsync(target, cancellationToken),
        Packs => await packs.ReadAsync(target, cancellationToken),
        Policies => await policies.ReadAsync(target, cancellationToken),
        Limits => await limits.ReadAsync(target, cancellationToken),
        _ => step.StartsWith(Environment, StringComparison.Ordinal) && Guid.TryParse(step.AsSpan(Environment.Length), out var id) && environments.Find(target, id) is { } row
            ? await environments.ReadAsync(target, row, cancellationToken)
            : s_nothing,
    };

    public Task<string?> AdoptAsync(SyncTarget target, FoundDifference difference, Actor actor, CancellationToken cancellationToken) =>
        difference.Seen is Remedy { Adopt: { } adopt } ? adopt(actor) : Task.FromResult<string?>("There is nothing to adopt.");

    public Task<string?> PushAsync(SyncTarget target, FoundDifference difference, CancellationToken cancellationToken) =>
        difference.Seen is Remedy { Push: { } push } ? push(cancellationToken) : Task.FromResult<string?>("There is nothing to push.");
}
