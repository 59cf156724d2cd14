using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Quota;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Metering;
using CopilotCapacity.Portal.Features.Access;
using CopilotCapacity.Portal.Features.Audit;

namespace CopilotCapacity.Portal.Features.Environments;

/// <summary>Changes one environment on behalf of the person in the circuit, whose right is looked at anew each time.</summary>
internal sealed class EnvironmentEditor(Meter meter, CurrentPerson current, Meanwhile meanwhile) : IEnvironmentEditor
{
    public Task<string?> DescribeAsync(
        TenantId tenant, EnvironmentId environment, EnvironmentDescription description, int version, CancellationToken cancellationToken) =>
        ChangeAsync(Operation.ChangeEnvironment, tenant, environment, ledger => ledger.ChangeEnvironment(environment, description, version), cancellationToken);

    public Task<string?> SetWhenUnreachableAsync(
        TenantId tenant, EnvironmentId environment, UnreachableRule rule, int version, CancellationToken cancellationToken) =>
        ChangeAsync(Operation.ChangeEnvironment, tenant, environment, ledger => ledger.SetWhenUnreachable(environment, rule, version), cancellationToken);

    public Task<string?> RetireAsync(TenantId tenant, EnvironmentId environment, int version, CancellationToken cancellationToken) =>
        ChangeAsync(Operation.ChangeCapacity, tenant, environment, ledger => ledger.RetireEnvironment(environment, version), cancellationToken);

    // What its events told before it was linked is on disk, and is posted with the link.
    public async Task<string?> LinkAsync(TenantId tenant, EnvironmentId environment, LinkedApplication application, CancellationToken cancellationToken)
    {
        var (actor, refusal) = await current.AskAsync(Operation.ChangeEnvironment, tenant, environment, cancellationToken: cancellationToken);
        return actor is null
            ? refusal
            : (await meter.ChangeAsync(
                tenant, actor, readsTheDisk: true, (ledger, archive) => ledger.LinkApplication(environment, application, archive.FindKept(ledger, application.Id)))).Refusal?.Detail;
    }

    public Task<string?> UnlinkAsync(TenantId tenant, EnvironmentId environment, LinkedApplicationId application, CancellationToken cancellationToken) =>
        ChangeAsync(Operation.ChangeEnvironment, tenant, environment, ledger => ledger.UnlinkApplication(environment, application), cancellationToken);

    private async Task<string?> ChangeAsync<T>(
        Operation operation, TenantId tenant, EnvironmentId environment, Func<TenantLedger, Outcome<T>> change, CancellationToken cancellationToken)
    {
        var (actor, refusal) = await current.AskAsync(operation, tenant, environment, cancellationToken: cancellationToken);
        return actor is null
            ? refusal
            : await meanwhile.SayAsync(tenant, environment.Value, (await meter.ChangeAsync(tenant, actor, change)).Refusal, cancellationToken);
    }
}
