using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Metering;
using CopilotCapacity.Portal.Components.Shared;
using CopilotCapacity.Portal.Features.Access;
using CopilotCapacity.Portal.Features.Audit;
using CopilotCapacity.Portal.Features.Forecasts;
using CopilotCapacity.Portal.Hosting;
using CopilotCapacity.Storage;
using CopilotCapacity.Storage.Queries;
using Microsoft.EntityFrameworkCore;

namespace CopilotCapacity.Portal.Features.Tenants;

/// <summary>Lists and sets up tenants on behalf of the person in the circuit, whose right is looked at anew each time.</summary>
internal sealed class TenantDesk(IDbContextFactory<PortalDbContext> contexts, Meter meter, CurrentPerson current, Meanwhile meanwhile, ForecastAlerts forecasts) : ITenantDesk
{
    public async Task<TenantList?> ListAsync(string? search, int page, CancellationToken cancellationToken)
    {
        if (!await current.MayAsync(Operation.AdministerPortal, cancellationToken))
        {
            return null;
        }

        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var found = context.Tenants.AsNoTracking();
        if (search is { Length: > 0 })
        {
            var pattern = LikePattern.Containing(search);
            found = found.Where(row => EF.Functions.Like(row.Name, pattern, LikePattern.Escape));
        }

        var rows = await found.OrderBy(row => EF.Functions.Collate(row.Name, "NOCASE")).ThenBy(row => row.Key)
            .Skip((page - 1) * ITenantDesk.PageSize)
            .Take(ITenantDesk.PageSize)
            .Select(row => new
            {
                row.Id,
                row.Name,
                row.Currency,
                row.IsRehearsal,
                row.Now,
                Environments = context.Environments.Count(environment => environment.TenantKey == row.Key && environment.RetiredAt == null),
                Members = context.Memberships.Count(member => member.TenantKey == row.Key),
                LastUsed = context.UsageDays.Where(day => day.TenantKey == row.Key).Max(day => (int?)day.Day),
            })
            .ToListAsync(cancellationToken);
        return new TenantList(
            [
                .. rows.Select(row => new TenantRowView(
                    new TenantId(row.Id),
                    row.Name,
                    new CurrencyCode(row.Currency),
                    row.IsRehearsal ? row.Now : null,
                    row.Environments,
                    row.Members,
                    row.LastUsed is { } day ? DateOnly.FromDayNumber(day) : null)),
            ],
            await found.CountAsync(cancellationToken));
    }

    public async Task<string?> CreateAsync(TenantId id, string name, CurrencyCode currency, DateTimeOffset? testClock, CancellationToken cancellationToken)
    {
        var (actor, refusal) = await current.AskAsync(Operation.AdministerPortal, reason: null, cancellationToken);
        return actor is null
            ? refusal
            : (await meter.CreateTenantAsync(new NewTenant(id, name, currency, testClock), actor, _ => new Outcome<bool>())).Refusal?.Detail;
    }

    public async Task<TenantSettings?> ReadAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        if (await current.FindAsync(cancellationToken) is not { } person || !AccessRules.May(person, Operation.ReadTenant, tenant))
        {
            return null;
        }

        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Tenants.AsNoTracking().SingleOrDefaultAsync(row => row.Id == tenant.Value, cancellationToken) is { } row
            ? new TenantSettings
            {
                Name = row.Name,
                Currency = new CurrencyCode(row.Currency),
                LowThresholdPercent = row.LowThresholdPercent,
                WarningHorizonDays = row.WarningHorizonDays,
                DisplayZone = row.DisplayZone,
                AllowedOrigins = row.AllowedOrigins.Split(' ', StringSplitOptions.RemoveEmptyEntries),
                CreatedAt = row.CreatedAt,
                TestClock = row.IsRehearsal ? row.Now : null,
                Version = row.Version,
                MayChange = AccessRules.May(person, Operation.ChangeTenant, tenant),
                MayMoveClock = row.IsRehearsal && AccessRules.May(person, Operation.ChangeCapacity, tenant),
                MayManageMembers = AccessRules.May(person, Operation.ManageMembers, tenant),
            }
            : null;
    }

    public async Task<string?> ChangeAsync(TenantId tenant, TenantSettings wanted, string? reason, CancellationToken cancellationToken)
    {
        if (DisplayZone.Find(wanted.DisplayZone) is null)
        {
            return $"There is no time zone {wanted.DisplayZone}.";
        }

        var (actor, refusal) = await current.AskAsync(Operation.ChangeTenant, tenant, reason: reason, cancellationToken: cancellationToken);
        return actor is null
            ? refusal
            : await meanwhile.SayAsync(tenant, tenant.Value, await TryChangeAsync(tenant, actor, wanted), cancellationToken);
    }

    private async Task<Refusal?> TryChangeAsync(TenantId tenant, Actor actor, TenantSettings wanted) =>
        (await meter.ChangeAsync(tenant, actor, ledger => ledger.Version == wanted.Version ? Change(ledger, wanted) : Refusal.Stale("tenant"))).Refusal;

    private static Outcome<TenantLedger> Change(TenantLedger ledger, TenantSettings wanted)
    {
        var zone = string.Equals(wanted.DisplayZone, ledger.DisplayZone, StringComparison.Ordinal) ? null : wanted.DisplayZone;
        var changed = ledger.Change(wanted.Name.Trim(), wanted.LowThresholdPercent, wanted.WarningHorizonDays, zone);
        return changed.Refusal is null ? ledger.SetAllowedOrigins(wanted.AllowedOrigins) : changed;
    }

    public async Task<string?> MoveClockAsync(TenantId tenant, DateTimeOffset to, CancellationToken cancellationToken)
    {
        var (actor, refusal) = await current.AskAsync(Operation.ChangeCapacity, tenant, cancellationToken: cancellationToken);
        if (actor is null)
        {
            return refusal;
        }

        // Every month on the way is turned in one step, so there must be an end of them.
        if (to.Year is < 2000 or >= 2100)
        {
            return "A test clock shows a time from 2000 to 2099.";
        }

        var moved = await meter.ChangeAsync(tenant, actor, ledger => ledger.MoveClock(to));
        if (moved.Refusal is null)
        {
            await forecasts.TellAsync(tenant, cancellationToken);
        }

        return moved.Refusal?.Detail;
    }
}
