using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Quota;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Time;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Metering;
using CopilotCapacity.Portal.Features.Access;
using CopilotCapacity.Portal.Features.Audit;
using CopilotCapacity.Storage;
using CopilotCapacity.Storage.Queries;
using Microsoft.EntityFrameworkCore;

namespace CopilotCapacity.Portal.Features.MessagePacks;

/// <summary>Reads prepaid credits in one snapshot, and changes them on behalf of the person in the circuit.</summary>
internal sealed class MessagePackDesk(
    IDbContextFactory<PortalDbContext> contexts, Meter meter, CurrentPerson current, Meanwhile meanwhile, UseForecasts forecasts, TimeProvider time) : IMessagePackDesk
{
    private const int MonthsLookedAt = 3;

    public async Task<MessagePacksView?> ReadAsync(TenantId tenant, CancellationToken cancellationToken) =>
        await current.FindAsync(cancellationToken) is { } person && AccessRules.May(person, Operation.ReadTenant, tenant)
            ? await Task.Run(() => Read(tenant, AccessRules.May(person, Operation.ChangeCapacity, tenant)), cancellationToken)
            : null;

    public async Task<string?> RecordAsync(TenantId tenant, NewGrant grant, string? reason, CancellationToken cancellationToken)
    {
        var (actor, refusal) = await current.AskAsync(Operation.ChangeCapacity, tenant, reason: reason, cancellationToken: cancellationToken);
        return actor is null ? refusal : (await meter.ChangeAsync(tenant, actor, ledger => ledger.AddGrant(grant))).Refusal?.Detail;
    }

    public async Task<string?> EndAsync(TenantId tenant, GrantId grant, int version, CancellationToken cancellationToken)
    {
        var (actor, refusal) = await current.AskAsync(Operation.ChangeCapacity, tenant, cancellationToken: cancellationToken);
        return actor is null
            ? refusal
            : await meanwhile.SayAsync(tenant, grant.Value, (await meter.ChangeAsync(tenant, actor, ledger => ledger.EndGrant(grant, version))).Refusal, cancellationToken);
    }

    private MessagePacksView? Read(TenantId tenant, bool mayChange)
    {
        using var snapshot = ReadSnapshot.Open(contexts);
        if (snapshot.Tenant(tenant) is not { } row)
        {
            return null;
        }

        var period = new Period(row.OpenPeriod);
        var asOf = row.IsRehearsal ? row.Now : time.GetUtcNow();
        var capacity = CapacityQuery.Read(snapshot, row, period);
        var before = GrantQuery.ReadMonth(snapshot, row, period.Previous).ToDictionary(view => view.Row.Key);
        return new MessagePacksView
        {
            TenantName = row.Name,
            Period = period,
            AsOf = asOf,
            Entitled = capacity.Entitled,
            Consumed = capacity.Consumed,
            PoolLeft = capacity.PoolRemaining,
            CutOff = MicrosoftCutOff.Of(capacity.Entitled, capacity.Consumed, capacity.Unfunded),
            FromHistory = forecasts.Read(snapshot, row, asOf).Prepaid,
            Grants =
            [
                .. GrantQuery.ReadMonth(snapshot, row, period)
                    .Select(view => ViewOf(view, before.GetValueOrDefault(view.Row.Key)?.Expired ?? Credits.Zero))
                    .OrderBy(grant => GrantText.StateOf(grant, asOf))
                    .ThenBy(grant => grant.EndsAt ?? DateTimeOffset.MaxValue)
                    .ThenBy(grant => grant.EffectiveAt),
            ],
            Months = MonthUseQuery.ReadComplete(snapshot, row, MonthsLookedAt),
            MayChange = mayChange,
        };
    }

    private static GrantView ViewOf(GrantMonthView view, Credits wasted) => new()
    {
        Id = new GrantId(view.Row.Id),
        Kind = view.Row.Kind,
        Recurrence = view.Row.Recurrence,
        Amount = new Credits(view.Row.Amount),
        Packs = view.Row.Packs,
        OrderReference = view.Row.OrderReference,
        EffectiveAt = view.Row.EffectiveAt,
        EndsAt = view.Row.EndedAt is { } ended && !(ended > view.Row.ExpiresAt) ? ended : view.Row.ExpiresAt,
        WasEnded = view.Row.EndedAt is not null,
        Used = view.Burned,
        Left = view.Remaining,
        CarriedIn = view.CarriedIn,
        WastedLastMonth = wasted,
        Version = GrantDto.VersionOf(view.Row),
    };
}
