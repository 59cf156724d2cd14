using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Requests;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Time;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Metering;
using CopilotCapacity.Portal.Features.Access;
using CopilotCapacity.Storage;
using CopilotCapacity.Storage.Model;
using CopilotCapacity.Storage.Queries;
using Microsoft.EntityFrameworkCore;

namespace CopilotCapacity.Portal.Features.Requests;

/// <summary>
/// Reads requests in one snapshot, and asks and decides on behalf of the person in the circuit. Whoever may see an environment may ask
/// for it; whoever may change capacity decides.
/// </summary>
internal sealed class RequestDesk(IDbContextFactory<PortalDbContext> contexts, Meter meter, CurrentPerson current, TimeProvider time) : IRequestDesk
{
    private const int PageSize = 25;

    public async Task<RequestPage?> ReadAsync(TenantId tenant, long? before, CancellationToken cancellationToken) =>
        await current.FindAsync(cancellationToken) is { } person && AccessRules.May(person, Operation.ReadTenant, tenant)
            ? await Task.Run(() => Read(tenant, person, before), cancellationToken)
            : null;

    public async Task<string?> AskAsync(TenantId tenant, NewRequest request, CancellationToken cancellationToken)
    {
        var person = await current.FindAsync(cancellationToken);
        if (person is null || !AccessRules.May(person, request.Environment is null ? Operation.ReadAudit : Operation.ReadTenant, tenant, request.Environment))
        {
            return AccessRules.WhyNot(Operation.ReadTenant);
        }

        return (await meter.ChangeAsync(tenant, person.ToActor(current.Address), ledger => ledger.Ask(request))).Refusal?.Detail;
    }

    public async Task<string?> ApproveAsync(TenantId tenant, RequestId id, int? seenVersion, CancellationToken cancellationToken)
    {
        var (actor, refusal) = await current.AskAsync(Operation.ChangeCapacity, tenant, cancellationToken: cancellationToken);
        if (actor is null)
        {
            return refusal;
        }

        var outcome = await meter.ChangeAsync(tenant, actor, ledger => ledger.Approve(id, seenVersion, reason: null));
        return outcome.Refusal is { Kind: RefusalKind.Stale }
            ? "It has changed since you saw it. Look at what it has now, and decide again."
            : outcome.Refusal?.Detail;
    }

    public async Task<string?> DeclineAsync(TenantId tenant, RequestId id, string? reason, CancellationToken cancellationToken)
    {
        var (actor, refusal) = await current.AskAsync(Operation.ChangeCapacity, tenant, cancellationToken: cancellationToken);
        return actor is null
            ? refusal
            : (await meter.ChangeAsync(tenant, actor, ledger => ledger.Close(id, RequestState.Declined, reason))).Refusal?.Detail;
    }

    public async Task<string?> WithdrawAsync(TenantId tenant, RequestId id, CancellationToken cancellationToken)
    {
        var page = await ReadAsync(tenant, null, cancellationToken);
        if (page?.Open.FirstOrDefault(view => view.Request.Id == id.Value) is not { MayWithdraw: true }
            || await current.FindAsync(cancellationToken) is not { } person)
        {
            return "Only whoever asked can take it back, and only while it is open.";
        }

        return (await meter.ChangeAsync(
            tenant, person.ToActor(current.Address), ledger => ledger.Close(id, RequestState.Withdrawn, reason: null))).Refusal?.Detail;
    }

    private RequestPage? Read(TenantId tenant, Person person, long? before)
    {
        using var snapshot = ReadSnapshot.Open(contexts);
        if (snapshot.Tenant(tenant) is not { } row)
        {
            return null;
        }

        var seesAll = AccessRules.May(person, Operation.ReadAudit, tenant);
        bool Sees(StoredRequest request) => seesAll
            || (request.Environment is { } id && AccessRules.Sees(person, tenant, new EnvironmentId(id)))
            || IsOwn(request, person);
        var currency = new CurrencyCode(row.Currency);
        var choices = ChoicesOf(snapshot, row, person, currency, seesAll);
        var open = RequestQuery.ReadOpen(snapshot, row).Where(Sees).ToList();
        var decided = RequestQuery.ReadDecided(snapshot, row, before ?? long.MaxValue, PageSize + 1);
        var subjects = new Subjects(snapshot, row, [.. open, .. decided], currency);
        return new RequestPage(
            row.Name,
            currency,
            row.IsRehearsal ? row.Now : time.GetUtcNow(),
            CapacityQuery.Read(snapshot, row, new Period(row.OpenPeriod)).PoolRemaining,
            [.. open.Select(request => subjects.View(request, IsOwn(request, person)))],
            [.. decided.Take(PageSize).Where(Sees).Select(request => subjects.View(request, mayWithdraw: false))],
            decided.Count > PageSize ? decided[PageSize - 1].Sequence : null,
            choices,
            AccessRules.May(person, Operation.ChangeCapacity, tenant));
    }

    private static bool IsOwn(StoredRequest request, Person person) => string.Equals(request.AskedBy, person.Id.ToString(), StringComparison.OrdinalIgnoreCase);

    private static RequestChoices ChoicesOf(ReadSnapshot snapshot, TenantRow row, Person person, CurrencyCode currency, bool seesAll) => new(
        [
            .. snapshot.Context.Environments.Where(found => found.TenantKey == row.Key && found.RetiredAt == null)
                .OrderBy(found => found.Name)
                .Select(found => new { found.Id, found.Name, found.Allocation })
                .AsEnumerable()
                .Where(found => AccessRules.Sees(person, new TenantId(row.Id), new EnvironmentId(found.Id)))
                .Select(found => (new EnvironmentId(found.Id), found.Name, new Credits(found.Allocation))),
        ],
        seesAll
            ?
            [
                .. snapshot.Context.Plans.Where(found => found.TenantKey == row.Key && found.DeletedAt == null)
                    .OrderBy(found => found.Name)
                    .AsEnumerable()
                    .Where(found => found.Budget is not null)
                    .Select(found => (new BillingPlanId(found.Id), found.Name, new Money(found.Budget!.AmountMicros, currency))),
            ]
            : []);

    /// <summary>What requests are about, read at once for a page of them.</summary>
    private sealed class Subjects
    {
        private readonly Dictionary<Guid, EnvironmentRow> _environments;
        private readonly Dictionary<Guid, PlanRow> _plans;
        private readonly CurrencyCode _currency;

        public Subjects(ReadSnapshot snapshot, TenantRow row, IReadOnlyList<StoredRequest> requests, CurrencyCode currency)
        {
            List<Guid> environments = [.. requests.Select(request => request.Environment).OfType<Guid>().Distinct()];
            List<Guid> plans = [.. requests.Select(request => request.Plan).OfType<Guid>().Distinct()];
            _environments = snapshot.Context.Environments.Where(found => found.TenantKey == row.Key && environments.Contains(found.Id)).ToDictionary(found => found.Id);
            _plans = snapshot.Context.Plans.Where(found => found.TenantKey == row.Key && plans.Contains(found.Id)).ToDictionary(found => found.Id);
            _currency = currency;
        }

        public RequestView View(StoredRequest request, bool mayWithdraw) => new(
            request, Of(request), request.AmountMicros is { } micros ? new Money(micros, _currency) : null, mayWithdraw);

        private RequestSubject Of(StoredRequest request)
        {
            if (request.Environment is { } id && _environments.GetValueOrDefault(id) is { } environment)
            {
                return new RequestSubject(environment.Name, environment.RetiredAt is null ? environment.AllocationVersion : null, new Credits(environment.Allocation), null);
            }

            return request.Plan is { } planId && _plans.GetValueOrDefault(planId) is { } plan
                ? new RequestSubject(plan.Name, plan.DeletedAt is null ? plan.Version : null, null, plan.Budget is { } budget ? new Money(budget.AmountMicros, _currency) : null)
                : new RequestSubject("something that is gone", null, null, null);
        }
    }
}
