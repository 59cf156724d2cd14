using System.Text.Json;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Storage;
using CopilotCapacity.Storage.Model;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace CopilotCapacity.Portal.Features.Sync;

/// <summary>Keeps runs, readings and differences. What a step read and that it is done are saved together.</summary>
internal sealed class SyncStore(IDbContextFactory<PortalDbContext> contexts, IOptions<SyncOptions> options, TimeProvider time)
{
    private const int UniqueViolation = 19;

    // What was settled stands on the audit trail for good.
    private static readonly TimeSpan s_settledKept = TimeSpan.FromDays(30);

    /// <summary>The tenant as a sync sees it; null when there is none.</summary>
    public async Task<SyncTarget?> TargetAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Tenants.AsNoTracking().SingleOrDefaultAsync(row => row.Id == tenant.Value, cancellationToken) is { } row ? TargetOf(row) : null;
    }

    /// <summary>Runs that are not finished, oldest first.</summary>
    public async Task<IReadOnlyList<(SyncTarget Target, long Run)>> UnfinishedAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = await context.SyncRuns.AsNoTracking().Where(run => run.FinishedAt == null)
            .Join(context.Tenants, run => run.TenantKey, tenant => tenant.Key, (run, tenant) => new { run.Number, run.StartedAt, Tenant = tenant })
            .OrderBy(row => row.StartedAt)
            .ToListAsync(cancellationToken);
        return [.. rows.Select(row => (TargetOf(row.Tenant), row.Number))];
    }

    /// <summary>Begins a run; where one is not finished, that one is given.</summary>
    /// <returns>The run's number.</returns>
    public async Task<long> BeginAsync(SyncTarget target, Guid? startedBy, IReadOnlyList<(ISyncPart Part, SyncStep Step)> steps, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        if (await UnfinishedOfAsync(context, target, cancellationToken) is { } running)
        {
            return running;
        }

        var number = (await context.SyncRuns.Where(run => run.TenantKey == target.Key).MaxAsync(run => (long?)run.Number, cancellationToken) ?? 0) + 1;
        context.SyncRuns.Add(new SyncRunRow { TenantKey = target.Key, Number = number, StartedBy = startedBy, StartedAt = time.GetUtcNow() });
        context.SyncSteps.AddRange(steps.Select((step, index) => new SyncStepRow
        {
            TenantKey = target.Key,
            Run = number,
            Number = index + 1,
            Service = step.Part.Service,
            Key = step.Step.Key,
            Name = step.Step.Name,
        }));
        try
        {
            await context.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException exception) when (exception.InnerException is SqliteException { SqliteErrorCode: UniqueViolation })
        {
            // Somebody was faster; of two, one is the run.
            return await UnfinishedOfAsync(context, target, cancellationToken) ?? number;
        }

        return number;
    }

    /// <summary>The steps of a run that wait, in their order, and whether it is to be cancelled; null when it is finished.</summary>
    public async Task<(IReadOnlyList<SyncStepRow> Waiting, bool IsCancelled)?> WaitingAsync(SyncTarget target, long run, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var row = await context.SyncRuns.AsNoTracking().SingleOrDefaultAsync(found => found.TenantKey == target.Key && found.Number == run, cancellationToken);
        if (row is not { FinishedAt: null })
        {
            return null;
        }

        var steps = await context.SyncSteps.AsNoTracking()
            .Where(step => step.TenantKey == target.Key && step.Run == run && step.State == SyncState.Waiting)
            .OrderBy(step => step.Number)
            .ToListAsync(cancellationToken);
        return (steps, row.CancelAskedAt is not null);
    }

    /// <summary>Notes that a run is to end; false when none runs.</summary>
    public async Task<bool> AskToCancelAsync(SyncTarget target, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var now = time.GetUtcNow();
        return await context.SyncRuns.Where(run => run.TenantKey == target.Key && run.FinishedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(run => run.CancelAskedAt, now), cancellationToken) > 0;
    }

    /// <summary>Saves what came of a step of a run.</summary>
    public async Task SaveAsync(SyncTarget target, SyncStepRow step, StepOutcome outcome, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        context.Attach(step);
        (step.State, step.Said, step.FinishedAt) = (outcome.Failure is null ? SyncState.Done : SyncState.Failed, outcome.Reading?.Said ?? outcome.Failure?.Reason, time.GetUtcNow());
        await ReadAsync(context, target, step.Service, step.Key, step.Run, outcome, cancellationToken);
        await context.SaveChangesAsync(cancellationToken);
    }

    /// <summary>Saves what a step read outside of a run.</summary>
    public async Task SaveAsync(SyncTarget target, string service, string step, StepOutcome outcome, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var run = await context.SyncRuns.Where(row => row.TenantKey == target.Key).MaxAsync(row => (long?)row.Number, cancellationToken) ?? 0;
        await ReadAsync(context, target, service, step, run, outcome, cancellationToken);
        await context.SaveChangesAsync(cancellationToken);
    }

    /// <summary>Finishes a run, and forgets what no step looks at any more.</summary>
    public async Task FinishAsync(SyncTarget target, long run, bool isCancelled, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var now = time.GetUtcNow();
        var steps = await context.SyncSteps.Where(step => step.TenantKey == target.Key && step.Run == run).ToListAsync(cancellationToken);
        foreach (var step in steps.Where(step => step.State == SyncState.Waiting))
        {
            (step.State, step.FinishedAt) = (SyncState.Cancelled, now);
        }

        var row = await context.SyncRuns.SingleAsync(found => found.TenantKey == target.Key && found.Number == run, cancellationToken);
        row.State = isCancelled ? SyncState.Cancelled : steps.Exists(step => step.State == SyncState.Failed) ? SyncState.Failed : SyncState.Done;
        row.FinishedAt = now;
        await ForgetAsync(context, target, steps, now, cancellationToken);
        context.SyncRuns.RemoveRange(context.SyncRuns.Where(old => old.TenantKey == target.Key && old.Number <= run - options.Value.RunsKept));
        await context.SaveChangesAsync(cancellationToken);
    }

    /// <summary>The services of a run, each with why it failed; null for those that came through.</summary>
    public async Task<IReadOnlyDictionary<string, string?>> FailuresAsync(SyncTarget target, long run, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var steps = await context.SyncSteps.AsNoTracking().Where(step => step.TenantKey == target.Key && step.Run == run).OrderBy(step => step.Number).ToListAsync(cancellationToken);
        return steps.GroupBy(step => step.Service, StringComparer.Ordinal).ToDictionary(
            service => service.Key,
            service => service.FirstOrDefault(step => step.State == SyncState.Failed)?.Said,
            StringComparer.Ordinal);
    }

    private SyncTarget TargetOf(TenantRow row) => new(new TenantId(row.Id), row.Key, new CurrencyCode(row.Currency), row.IsRehearsal ? row.Now : time.GetUtcNow());

    private static Task<long?> UnfinishedOfAsync(PortalDbContext context, SyncTarget target, CancellationToken cancellationToken) =>
        context.SyncRuns.Where(run => run.TenantKey == target.Key && run.FinishedAt == null).Select(run => (long?)run.Number).SingleOrDefaultAsync(cancellationToken);

    private async Task ReadAsync(PortalDbContext context, SyncTarget target, string service, string step, long run, StepOutcome outcome, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var reading = await context.SyncReadings.FindAsync([target.Key, service, step], cancellationToken);
        if (reading is null)
        {
            context.SyncReadings.Add(reading = new SyncReadingRow { TenantKey = target.Key, Service = service, Step = step });
        }

        if (outcome.Reading is not { } read)
        {
            // What was read before stands, with its age.
            (reading.FailingSince, reading.Failure) = (reading.FailingSince ?? now, outcome.Failure!.Reason);
            return;
        }

        (reading.Value, reading.ReadAt, reading.FailingSince, reading.Failure) = (read.Value ?? "null", now, null, null);
        await CompareAsync(context, target, service, step, run, read.Differences, cancellationToken);
        await (read.Alongside?.Invoke(context, cancellationToken) ?? Task.CompletedTask);
    }

    private async Task CompareAsync(
        PortalDbContext context, SyncTarget target, string service, string step, long run, IReadOnlyList<FoundDifference> found, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var known = await context.SyncDifferences.Where(row => row.TenantKey == target.Key && row.Service == service && row.Step == step).ToDictionaryAsync(row => row.Key, StringComparer.Ordinal, cancellationToken);
        foreach (var difference in found)
        {
            var fields = JsonSerializer.Serialize(difference.Fields, JsonSerializerOptions.Web);
            if (!known.Remove(difference.Key, out var row))
            {
                context.SyncDifferences.Add(row = new SyncDifferenceRow
                {
                    TenantKey = target.Key,
                    Service = service,
                    Key = difference.Key,
                    Step = step,
                    ObjectKind = difference.ObjectKind,
                    ObjectId = difference.ObjectId,
                    Title = difference.Title,
                    Fields = fields,
                    Here = difference.Here,
                    There = difference.There,
                    FoundAt = now,
                    FoundIn = run,
                });
            }
            else if (row.State != DifferenceState.Open)
            {
                (row.FoundAt, row.FoundIn, row.SettledAt) = (now, run, null);
            }

            (row.ObjectKind, row.ObjectId, row.Title, row.Fields, row.Note) = (difference.ObjectKind, difference.ObjectId, difference.Title, fields, difference.Note);
            (row.CanAdopt, row.CanPush, row.Here, row.There, row.State) = (difference.CanAdopt, difference.CanPush, difference.Here, difference.There, DifferenceState.Open);
        }

        foreach (var gone in known.Values.Where(row => row.State is DifferenceState.Open or DifferenceState.Pushing))
        {
            // What was being written when the portal stopped is there, if it does not differ any more.
            (gone.State, gone.SettledAt) = (gone.State == DifferenceState.Pushing ? DifferenceState.Pushed : DifferenceState.Gone, now);
        }
    }

    // Only services that this run asked: what another one said stands.
    private static async Task ForgetAsync(PortalDbContext context, SyncTarget target, List<SyncStepRow> steps, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var services = steps.Select(step => step.Service).Distinct(StringComparer.Ordinal).ToList();
        var looked = steps.Select(step => (step.Service, step.Key)).ToHashSet();
        var readings = await context.SyncReadings.Where(row => row.TenantKey == target.Key && services.Contains(row.Service)).ToListAsync(cancellationToken);
        context.SyncReadings.RemoveRange(readings.Where(row => !looked.Contains((row.Service, row.Step))));
        var kept = now - s_settledKept;
        context.SyncDifferences.RemoveRange(context.SyncDifferences.Where(row => row.TenantKey == target.Key && row.SettledAt < kept && row.State != DifferenceState.Pushing));
        var open = await context.SyncDifferences
            .Where(row => row.TenantKey == target.Key && services.Contains(row.Service) && row.State == DifferenceState.Open).ToListAsync(cancellationToken);
        foreach (var row in open.Where(row => !looked.Contains((row.Service, row.Step))))
        {
            (row.State, row.SettledAt) = (DifferenceState.Gone, now);
        }
    }
}
