using System.Text.Json.Nodes;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Metering;
using CopilotCapacity.Portal.Features.Access;
using CopilotCapacity.Storage;
using CopilotCapacity.Storage.Audit;
using CopilotCapacity.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace CopilotCapacity.Portal.Features.Sync;

/// <summary>Shows and steers the sync on behalf of the person in the circuit, whose right is looked at anew each time.</summary>
internal sealed class SyncDesk(
    IDbContextFactory<PortalDbContext> contexts, CurrentPerson current, SyncRunner runner, SyncStore store, SyncActs acts, SyncSignal signal, AuditLog audit, IEnumerable<ISyncPart> parts, TimeProvider time) : ISyncDesk
{
    private const int RunsShown = 10;
    private const int SettledShown = 20;
    private const string NotConnected = "No service is set up for this tenant.";

    public async Task<SyncView?> ReadAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        if (await current.FindAsync(cancellationToken) is not { } person || !AccessRules.May(person, Operation.ReadAudit, tenant))
        {
            return null;
        }

        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        if (await context.Tenants.AsNoTracking().SingleOrDefaultAsync(row => row.Id == tenant.Value, cancellationToken) is not { } row)
        {
            return null;
        }

        var differences = await context.SyncDifferences.AsNoTracking().Where(difference => difference.TenantKey == row.Key).ToListAsync(cancellationToken);
        return new SyncView
        {
            TenantName = row.Name,
            Services = await ServicesAsync(context, row, cancellationToken),
            Runs = await RunsAsync(context, row, cancellationToken),
            Differences = [.. differences.Where(difference => difference.State is DifferenceState.Open or DifferenceState.Pushing).OrderBy(difference => difference.Title, StringComparer.CurrentCulture).Select(ViewOf)],
            Settled = [.. differences.Where(difference => difference.SettledAt is not null && difference.State != DifferenceState.Pushing).OrderByDescending(difference => difference.SettledAt).Take(SettledShown).Select(ViewOf)],
            WriteBack = await context.SyncSettings.AnyAsync(settings => settings.TenantKey == row.Key && settings.WriteBack, cancellationToken),
            NextAt = parts.Any(part => part.Tenant == tenant) ? runner.NextOf(tenant) : null,
            AsOf = time.GetUtcNow(),
            MayChange = AccessRules.May(person, Operation.ChangeCapacity, tenant),
            MayChangeSettings = AccessRules.May(person, Operation.ChangeTenant, tenant),
        };
    }

    public IDisposable Follow(TenantId tenant, Action moved) => signal.Follow(tenant, moved);

    public Task<string?> StartAsync(TenantId tenant, CancellationToken cancellationToken) =>
        AskAsync(tenant, Operation.ChangeCapacity, async (target, actor) => await runner.StartAsync(target, Guid.Parse(actor.Id), cancellationToken) is not null
            ? null
            : parts.Any(part => part.Tenant == tenant) ? "There is nothing to compare yet: no billing plan is set up." : NotConnected, cancellationToken);

    public Task<string?> CancelAsync(TenantId tenant, CancellationToken cancellationToken) =>
        AskAsync(tenant, Operation.ChangeCapacity, async (target, _) => await runner.CancelAsync(target, cancellationToken) ? null : "No sync runs.", cancellationToken);

    public Task<string?> AdoptAsync(TenantId tenant, SyncDifferenceView difference, CancellationToken cancellationToken) =>
        AskAsync(tenant, Operation.ChangeCapacity, (target, actor) => acts.AdoptAsync(target, difference.Service, difference.Key, difference.Reviewed, actor, cancellationToken), cancellationToken);

    public Task<string?> PushAsync(TenantId tenant, SyncDifferenceView difference, CancellationToken cancellationToken) =>
        AskAsync(tenant, Operation.ChangeCapacity, (target, actor) => acts.PushAsync(target, difference.Service, difference.Key, difference.Reviewed, actor, cancellationToken), cancellationToken);

    public Task<string?> SetWriteBackAsync(TenantId tenant, bool isAllowed, CancellationToken cancellationToken) =>
        AskAsync(tenant, Operation.ChangeTenant, (target, actor) => SaveWriteBackAsync(target, actor, isAllowed, cancellationToken), cancellationToken);

    private async Task<string?> AskAsync(TenantId tenant, Operation operation, Func<SyncTarget, Actor, Task<string?>> act, CancellationToken cancellationToken)
    {
        var (actor, refusal) = await current.AskAsync(operation, tenant, cancellationToken: cancellationToken);
        if (actor is null)
        {
            return refusal;
        }

        return await store.TargetAsync(tenant, cancellationToken) is { } target ? await act(target, actor) : NotConnected;
    }

    private async Task<string?> SaveWriteBackAsync(SyncTarget target, Actor actor, bool isAllowed, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var row = await context.SyncSettings.SingleOrDefaultAsync(settings => settings.TenantKey == target.Key, cancellationToken);
        if (isAllowed == (row?.WriteBack ?? false))
        {
            return null;
        }

        if (row is null)
        {
            context.SyncSettings.Add(row = new SyncSettingsRow { TenantKey = target.Key });
        }

        row.WriteBack = isAllowed;
        var name = await context.Tenants.Where(tenant => tenant.Key == target.Key).Select(tenant => tenant.Name).SingleAsync(cancellationToken);
        var entry = new AuditEntry(
            time.GetUtcNow(), actor, "sync.writeBackSet", new AuditObject("tenant", target.Tenant.Value.ToString(), name), new JsonObject { ["writeBack"] = !isAllowed }, new JsonObject { ["writeBack"] = isAllowed });
        await audit.SaveAsync(context, target.Key, entry, cancellationToken);
        return null;
    }

    private async Task<IReadOnlyList<SyncServiceView>> ServicesAsync(PortalDbContext context, TenantRow tenant, CancellationToken cancellationToken)
    {
        var readings = await context.SyncReadings.AsNoTracking().Where(reading => reading.TenantKey == tenant.Key)
            .Select(reading => new { reading.Service, reading.ReadAt, reading.FailingSince, reading.Failure })
            .ToListAsync(cancellationToken);
        var byService = readings.ToLookup(reading => reading.Service, StringComparer.Ordinal);
        return
        [
            .. parts.Select(part => new SyncServiceView(
                part.Service,
                part.Name,
                part.Tenant == new TenantId(tenant.Id),
                byService[part.Service].Any(reading => reading.ReadAt is null) ? null : byService[part.Service].Min(reading => reading.ReadAt),
                byService[part.Service].Min(reading => reading.FailingSince),
                byService[part.Service].OrderBy(reading => reading.FailingSince ?? DateTimeOffset.MaxValue).Select(reading => reading.Failure).FirstOrDefault())),
        ];
    }

    private async Task<IReadOnlyList<SyncRunView>> RunsAsync(PortalDbContext context, TenantRow tenant, CancellationToken cancellationToken)
    {
        var runs = await context.SyncRuns.AsNoTracking().Where(run => run.TenantKey == tenant.Key).OrderByDescending(run => run.Number).Take(RunsShown).ToListAsync(cancellationToken);
        var oldest = runs.Count == 0 ? 0 : runs[^1].Number;
        var steps = (await context.SyncSteps.AsNoTracking().Where(step => step.TenantKey == tenant.Key && step.Run >= oldest).OrderBy(step => step.Number).ToListAsync(cancellationToken)).ToLookup(step => step.Run);
        var people = runs.Select(run => run.StartedBy).OfType<Guid>().ToList();
        var names = await context.Users.Where(person => people.Contains(person.Id)).ToDictionaryAsync(person => person.Id, person => person.DisplayName, cancellationToken);
        return
        [
            .. runs.Select(run => new SyncRunView(
                run.Number,
                run.State,
                run.StartedBy is { } person ? names.GetValueOrDefault(person, "Somebody who was removed") : null,
                run.StartedAt,
                run.FinishedAt,
                run.CancelAskedAt is not null,
                [.. steps[run.Number].Select(step => new SyncStepView(NameOf(step.Service), step.Name, step.State, step.Said, step.FinishedAt))])),
        ];
    }

    private SyncDifferenceView ViewOf(SyncDifferenceRow row) => SyncViews.Of(row, NameOf(row.Service));

    private string NameOf(string service) => parts.FirstOrDefault(part => string.Equals(part.Service, service, StringComparison.Ordinal))?.Name ?? service;
}
