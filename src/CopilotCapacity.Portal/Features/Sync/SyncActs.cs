using System.Text.Json.Nodes;
using CopilotCapacity.Metering;
using CopilotCapacity.Storage;
using CopilotCapacity.Storage.Audit;
using CopilotCapacity.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace CopilotCapacity.Portal.Features.Sync;

/// <summary>
/// Carries out what a person decided about a difference: reads it again first, and does nothing where either side is otherwise than it
/// was reviewed. What is written to a service stands on the audit trail before it is sent.
/// </summary>
internal sealed class SyncActs(IDbContextFactory<PortalDbContext> contexts, SyncStore store, SyncGates gates, SyncSignal signal, AuditLog audit, IEnumerable<ISyncPart> parts, TimeProvider time)
{
    private const string Changed = "It was changed meanwhile, here or there. Nothing was done; look at it as it is now.";
    private const string Gone = "This no longer differs. Nothing was done.";

    /// <summary>Takes theirs over here; null when it is done.</summary>
    public Task<string?> AdoptAsync(SyncTarget target, string service, string key, string reviewed, Actor actor, CancellationToken cancellationToken) =>
        ActAsync(target, service, key, reviewed, async (part, row, found) =>
        {
            if (!found.CanAdopt)
            {
                return "There is nothing to adopt.";
            }

            var refusal = await part.AdoptAsync(target, found, actor with { Reason = actor.Reason ?? $"Adopted from {part.Name}" }, cancellationToken);
            return refusal ?? await SettleAsync(row, DifferenceState.Adopted, null, cancellationToken);
        }, cancellationToken);

    /// <summary>Writes ours there; null when it is done.</summary>
    public Task<string?> PushAsync(SyncTarget target, string service, string key, string reviewed, Actor actor, CancellationToken cancellationToken) =>
        ActAsync(target, service, key, reviewed, async (part, row, found) =>
        {
            if (!await MayWriteAsync(target, cancellationToken))
            {
                return "Writing to the services is not allowed for this tenant. Its administrators allow it on this page.";
            }

            if (!found.CanPush)
            {
                return "There is nothing to push.";
            }

            // The trail first: it must never lack what a service was sent.
            await SettleAsync(row, DifferenceState.Pushing, EntryOf(actor, "sync.pushed", row, found), cancellationToken);
            if (await part.PushAsync(target, found, cancellationToken) is { } refusal)
            {
                await SettleAsync(row, DifferenceState.Open, EntryOf(actor with { Reason = refusal }, "sync.pushFailed", row, found), cancellationToken);
                return refusal;
            }

            return await ReadBackAsync(target, part, row, cancellationToken);
        }, cancellationToken);

    private async Task<string?> ActAsync(
        SyncTarget target, string service, string key, string reviewed, Func<ISyncPart, SyncDifferenceRow, FoundDifference, Task<string?>> act, CancellationToken cancellationToken)
    {
        using var _ = await gates.EnterAsync(target.Key, cancellationToken);
        if (parts.FirstOrDefault(part => string.Equals(part.Service, service, StringComparison.Ordinal) && part.Tenant == target.Tenant) is not { } part)
        {
            return "This service is not set up for this tenant.";
        }

        if (await FindAsync(target, service, key, cancellationToken) is not { } before)
        {
            return Gone;
        }

        var outcome = await part.ReadAsync(target, before.Step, cancellationToken);
        await store.SaveAsync(target, service, before.Step, outcome, cancellationToken);
        try
        {
            if (outcome.Reading is not { } reading)
            {
                return $"It could not be looked at again, so nothing was done. {outcome.Failure!.Reason}";
            }

            if (reading.Differences.FirstOrDefault(difference => string.Equals(difference.Key, key, StringComparison.Ordinal)) is not { } found)
            {
                return Gone;
            }

            return string.Equals(ReviewedOf(found.Here, found.There), reviewed, StringComparison.Ordinal)
                ? await act(part, (await FindAsync(target, service, key, cancellationToken))!, found)
                : Changed;
        }
        finally
        {
            signal.Tell(target.Tenant);
        }
    }

    // Whether it arrived: what still differs is told, instead of hidden.
    private async Task<string?> ReadBackAsync(SyncTarget target, ISyncPart part, SyncDifferenceRow row, CancellationToken cancellationToken)
    {
        var after = await part.ReadAsync(target, row.Step, cancellationToken);
        await store.SaveAsync(target, row.Service, row.Step, after, cancellationToken);
        if (after.Reading is not { } reading)
        {
            return await SettleAsync(row, DifferenceState.Pushed, null, cancellationToken);
        }

        return reading.Differences.Any(difference => string.Equals(difference.Key, row.Key, StringComparison.Ordinal))
            ? $"{part.Name} took it, but shows something else since. Look at it as it is now."
            : null;
    }

    /// <summary>What a person saw of both sides.</summary>
    public static string ReviewedOf(string here, string there) => $"{here}:{there}";

    private async Task<SyncDifferenceRow?> FindAsync(SyncTarget target, string service, string key, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.SyncDifferences.AsNoTracking()
            .SingleOrDefaultAsync(row => row.TenantKey == target.Key && row.Service == service && row.Key == key, cancellationToken);
    }

    private async Task<bool> MayWriteAsync(SyncTarget target, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.SyncSettings.AnyAsync(row => row.TenantKey == target.Key && row.WriteBack, cancellationToken);
    }

    private async Task<string?> SettleAsync(SyncDifferenceRow row, DifferenceState state, AuditEntry? entry, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        context.Attach(row);
        (row.State, row.SettledAt) = (state, state == DifferenceState.Open ? null : time.GetUtcNow());
        await (entry is null ? context.SaveChangesAsync(cancellationToken) : audit.SaveAsync(context, row.TenantKey, entry, cancellationToken));
        return null;
    }

    private AuditEntry EntryOf(Actor actor, string action, SyncDifferenceRow row, FoundDifference found)
    {
        var (there, here) = (new JsonObject { ["service"] = row.Service }, new JsonObject { ["service"] = row.Service });
        foreach (var field in found.Fields)
        {
            (there[field.Name], here[field.Name]) = (field.There, field.Here);
        }

        return new AuditEntry(time.GetUtcNow(), actor, action, new AuditObject(row.ObjectKind, row.ObjectId, row.Title), there, here);
    }
}
