using System.Globalization;
using System.IO.Hashing;
using System.Text;
using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Prepaid;
using CopilotCapacity.Domain.Rating;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Metering;
using CopilotCapacity.Metering.Ingest;
using CopilotCapacity.Portal.Features.Access;
using CopilotCapacity.Portal.Features.Demo;
using CopilotCapacity.Portal.Features.Quota;
using CopilotCapacity.Portal.Hosting.Http;
using CopilotCapacity.Storage;
using Microsoft.EntityFrameworkCore;

namespace CopilotCapacity.Portal.Features.Notices.Pages;

/// <summary>Works for the person in the circuit, whose right is looked at anew each time. What it does are real permissions and grants.</summary>
internal sealed class NoticeDesk(
    IDbContextFactory<PortalDbContext> contexts,
    Meter meter,
    QuotaReader quotas,
    QuotaForecast forecast,
    TenantDirectory tenants,
    CurrentPerson current,
    TimeProvider time) : INoticeDesk
{
    private const string Source = "https://copilotcapacity/in-app-notice";
    private const string OnlyRehearsals = "Credits are used up and added here in rehearsal tenants and in the demo alone.";

    private static readonly Credits s_added = Credits.Of(1_000);

    public async Task<NoticeView?> ReadAsync(TenantId tenant, EnvironmentId environment, CancellationToken cancellationToken)
    {
        if (await current.FindAsync(cancellationToken) is not { } person || !AccessRules.May(person, Operation.ReadTenant, tenant, environment))
        {
            return null;
        }

        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var names = await context.Tenants.Where(row => row.Id == tenant.Value)
            .Join(context.Environments.Where(row => row.Id == environment.Value), row => row.Key, row => row.TenantKey, (row, place) => new { Tenant = row.Name, row.AllowedOrigins, place.Name })
            .SingleOrDefaultAsync(cancellationToken);
        if (names is null || await quotas.FindAsync(tenant, environment) is not { } reading)
        {
            return null;
        }

        var mayChange = AccessRules.May(person, Operation.ChangeCapacity, tenant);
        return new NoticeView(
            names.Tenant,
            names.Name,
            QuotaDto.From(tenant, reading, forecast, time.GetUtcNow()),
            names.AllowedOrigins.Split(' ', StringSplitOptions.RemoveEmptyEntries),
            mayChange,
            mayChange && IsRehearsed(tenant, reading.IsRehearsal));
    }

    public async Task<ActionOutcome> TryActionAsync(TenantId tenant, EnvironmentId environment, CancellationToken cancellationToken)
    {
        var (actor, refusal) = await current.AskAsync(Operation.ChangeCapacity, tenant, environment, cancellationToken: cancellationToken);
        if (actor is null)
        {
            return ActionOutcome.Refused(refusal!);
        }

        var outcome = await PermitAsync(tenant, environment, Feature.ClassicAnswer, 1_000, cancellationToken);
        if (outcome.Refusal is not { } reason)
        {
            return new ActionOutcome(true, "200 OK", "The AI action ran, and one credit was paid for it.", [], []);
        }

        var actions = await quotas.FindAsync(tenant, environment) is { } reading ? QuotaWords.WaysOut(tenant, reading) : [];
        return new ActionOutcome(
            false, $"{Problems.DtoOf(reason).Status} {reason.Code}", reason.Detail, [.. reason.Explanation.Select(part => part.Text)], actions);
    }

    public async Task<string?> UseUpAsync(TenantId tenant, EnvironmentId environment, CancellationToken cancellationToken)
    {
        var (actor, refusal) = await current.AskAsync(Operation.ChangeCapacity, tenant, environment, cancellationToken: cancellationToken);
        if (actor is null || await quotas.FindAsync(tenant, environment) is not { } reading)
        {
            return refusal ?? "The environment is no longer there.";
        }

        if (!IsRehearsed(tenant, reading.IsRehearsal))
        {
            return OnlyRehearsals;
        }

        if (reading.Reach.IsUnlimited)
        {
            return "Its billing plan has no hard budget, so it cannot run out.";
        }

        var left = reading.Reach.Left;
        return left.IsPositive
            ? (await PermitAsync(tenant, environment, Feature.Credits, left.Thousandths, cancellationToken)).Refusal?.Detail
            : "It is used up already.";
    }

    public async Task<string?> AddCreditsAsync(TenantId tenant, EnvironmentId environment, CancellationToken cancellationToken)
    {
        var (actor, refusal) = await current.AskAsync(Operation.ChangeCapacity, tenant, environment, cancellationToken: cancellationToken);
        if (actor is null)
        {
            return refusal;
        }

        return (await meter.ChangeAsync(tenant, actor, ledger => IsRehearsed(tenant, ledger.IsRehearsal)
            ? Add(ledger, environment)
            : Refusal.Conflict("not_a_rehearsal", OnlyRehearsals))).Refusal?.Detail;
    }

    // Into the pool; an environment that does not draw on it is allocated them.
    private static Outcome<bool> Add(TenantLedger ledger, EnvironmentId id)
    {
        if (ledger.Find(id) is not { RetiredAt: null } environment)
        {
            return Refusal.NotFound("environment");
        }

        var added = ledger.AddGrant(new NewGrant { Id = new GrantId(Guid.NewGuid()), Kind = GrantKind.Promotional, Amount = s_added, Recurrence = Recurrence.None });
        if (added.Refusal is { } refusal)
        {
            return refusal;
        }

        return !environment.DrawFromTenantPool
            && ledger.SetAllocation(id, environment.Allocation + s_added, false, environment.PayAsYouGo, null).Refusal is { } other
                ? other
                : true;
    }

    private async Task<RecordOutcome> PermitAsync(TenantId tenant, EnvironmentId environment, Feature feature, long thousandths, CancellationToken cancellationToken)
    {
        var (id, now) = (Guid.NewGuid().ToString(), await tenants.NowAsync(tenant, cancellationToken));
        return await meter.PermitAsync(tenant, new UsageEvent
        {
            Id = id,
            Source = Source,
            Subject = environment.Value,
            Time = now,
            Items = [new UsageItem(feature, thousandths)],
            ContentHash = XxHash128.HashToUInt128(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id} {now:O} {feature} {thousandths}"))),
        });
    }

    private static bool IsRehearsed(TenantId tenant, bool isRehearsal) => isRehearsal || tenant.Value == DemoOrganisation.TenantId;
}
