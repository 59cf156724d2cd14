using CopilotCapacity.Domain.Caps;
using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Metering;
using CopilotCapacity.Metering.Work;
using CopilotCapacity.Portal.Features.Access;
using CopilotCapacity.Portal.Features.Audit;

namespace CopilotCapacity.Portal.Features.Caps;

/// <summary>
/// Reads and changes caps on behalf of the person in the circuit. Whoever looks after some environments sees and sets the caps that
/// limit those alone. The meter counts what falls under a cap, so it is the one that is asked.
/// </summary>
internal sealed class CapDesk(Meter meter, CurrentPerson current, Meanwhile meanwhile) : ICapDesk
{
    public async Task<CapList?> ReadAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        if (await current.FindAsync(cancellationToken) is not { } person || !AccessRules.May(person, Operation.ReadTenant, tenant))
        {
            return null;
        }

        return (await meter.ChangeAsync<CapList>(tenant, person.ToActor(current.Address), ledger => ListOf(ledger, person))).Value;
    }

    public Task<string?> AddAsync(TenantId tenant, CapId id, CapSettings settings, CancellationToken cancellationToken) =>
        TryAsync(tenant, id, settings.Scope, (ledger, archive) => ledger.AddCap(id, settings, CapEndpoints.CountUse(ledger, archive, settings)), cancellationToken);

    public Task<string?> ChangeAsync(TenantId tenant, CapId id, CapSettings settings, int version, CancellationToken cancellationToken) =>
        TryAsync(tenant, id, settings.Scope, (ledger, archive) => ledger.ChangeCap(id, settings, CapEndpoints.CountUse(ledger, archive, settings), version), cancellationToken);

    public Task<string?> DeleteAsync(TenantId tenant, CapId id, int version, CancellationToken cancellationToken) =>
        TryAsync(tenant, id, null, (ledger, _) => ledger.DeleteCap(id, version), cancellationToken);

    private static CapList ListOf(TenantLedger ledger, Person person)
    {
        var all = AccessRules.May(person, Operation.ReadAudit, ledger.Id);
        return new CapList(
            ledger.Name,
            ledger.Open.Period,
            ledger.Now,
            [
                .. ledger.Caps
                    .Where(cap => all || (cap.Scope.Environment is { } own && AccessRules.Sees(person, ledger.Id, own)))
                    .Select(cap => new CapView(
                        CapDto.From(cap, ledger.Now),
                        cap.Scope.Environment is { } id ? ledger.Find(id)?.Name : null,
                        cap.Version,
                        MayChange(person, ledger.Id, cap.Scope)))
                    .OrderByDescending(view => view.Cap.Status)
                    .ThenByDescending(view => (view.Cap.Used + view.Cap.Held).Value / view.Cap.Credits.Value)
                    .ThenBy(view => view.Cap.Id),
            ],
            [
                .. ledger.Environments
                    .Where(environment => environment.RetiredAt is null && AccessRules.May(person, Operation.ChangeEnvironment, ledger.Id, environment.Id))
                    .OrderBy(environment => environment.Name, StringComparer.CurrentCultureIgnoreCase)
                    .Select(environment => new CapEnvironment(environment.Id, environment.Name)),
            ],
            AccessRules.May(person, Operation.ChangeCapacity, ledger.Id));
    }

    private static bool MayChange(Person person, TenantId tenant, CapScope scope) => scope.Environment is { } environment
        ? AccessRules.May(person, Operation.ChangeEnvironment, tenant, environment)
        : AccessRules.May(person, Operation.ChangeCapacity, tenant);

    // Both what a cap limits now and what it is to limit must be the person's to limit.
    private async Task<string?> TryAsync(
        TenantId tenant, CapId id, CapScope? wanted, Func<TenantLedger, ILedgerArchive, Outcome<Cap>> change, CancellationToken cancellationToken)
    {
        if (await current.FindAsync(cancellationToken) is not { } person || (wanted is not null && !MayChange(person, tenant, wanted)))
        {
            return AccessRules.WhyNot(wanted?.Environment is null ? Operation.ChangeCapacity : Operation.ChangeEnvironment);
        }

        var outcome = await meter.ChangeAsync(tenant, person.ToActor(current.Address), readsTheDisk: true, (ledger, archive) =>
            ledger.Find(id) is { } cap && !MayChange(person, tenant, cap.Scope) ? Refusal.NotFound("cap") : change(ledger, archive));
        return await meanwhile.SayAsync(tenant, id.Value, outcome.Refusal, cancellationToken);
    }
}
