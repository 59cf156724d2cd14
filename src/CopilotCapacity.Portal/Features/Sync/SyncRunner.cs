using System.Collections.Concurrent;
using System.Threading.Channels;
using CopilotCapacity.Azure;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Metering;
using CopilotCapacity.Storage.Model;
using Microsoft.Extensions.Options;

namespace CopilotCapacity.Portal.Features.Sync;

/// <summary>
/// Runs syncs, one after the other. Each step is saved as it is done, so that a run goes on where it was after a restart.
/// </summary>
internal sealed class SyncRunner(
    IServiceScopeFactory scopes, SyncStore store, SyncGates gates, SyncSignal signal, Meter meter, IOptions<SyncOptions> options, TimeProvider time, ILogger<SyncRunner> logger) : BackgroundService
{
    // A service that is down is not asked for everything else as well.
    private const int FailuresMax = 3;

    private static readonly AzureFailure s_ownFailure = new(AzureFailureKind.Malformed, "The portal failed to read it; its log says why.");

    private readonly Channel<(SyncTarget Target, long Run)> _runs = Channel.CreateUnbounded<(SyncTarget, long)>();
    private readonly ConcurrentDictionary<int, CancellationTokenSource> _running = [];

    /// <summary>Begins a run of all services that are connected to a tenant.</summary>
    /// <returns>The run; null when no service is. Where one is not finished, that one.</returns>
    public async Task<long?> StartAsync(SyncTarget target, Guid? startedBy, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var steps = new List<(ISyncPart Part, SyncStep Step)>();
        foreach (var part in ConnectedTo(scope, target.Tenant))
        {
            steps.AddRange((await part.PlanAsync(target, cancellationToken)).Select(step => (part, step)));
        }

        if (steps.Count == 0)
        {
            return null;
        }

        // One that stopped for an error of the portal's own goes on as well.
        var run = await store.BeginAsync(target, startedBy, steps, cancellationToken);
        if (!_running.ContainsKey(target.Key))
        {
            _runs.Writer.TryWrite((target, run));
            signal.Tell(target.Tenant);
        }

        return run;
    }

    /// <summary>Ends the run of a tenant after, or in the middle of, the step it is at. False when none runs.</summary>
    public async Task<bool> CancelAsync(SyncTarget target, CancellationToken cancellationToken)
    {
        if (!await store.AskToCancelAsync(target, cancellationToken))
        {
            return false;
        }

        if (_running.TryGetValue(target.Key, out var running))
        {
            await running.CancelAsync();
        }

        return true;
    }

    /// <summary>When the next run of a tenant begins by itself; null without a schedule.</summary>
    public DateTimeOffset? NextOf(TenantId tenant) =>
        options.Value.Cron?.GetNextOccurrence(time.GetUtcNow().UtcDateTime - PlaceOf(tenant)) is { } next ? new DateTimeOffset(next + PlaceOf(tenant), TimeSpan.Zero) : null;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        foreach (var unfinished in await store.UnfinishedAsync(stoppingToken))
        {
            _runs.Writer.TryWrite(unfinished);
        }

        await Task.WhenAll(WorkAsync(stoppingToken), KeepScheduleAsync(stoppingToken));
    }

    private async Task WorkAsync(CancellationToken stoppingToken)
    {
        await foreach (var (target, run) in _runs.Reader.ReadAllAsync(stoppingToken))
        {
            try
            {
                await RunAsync(target, run, stoppingToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                // It is not finished, and is taken up again at the next start or when it is asked for.
                SyncLog.RunFailed(logger, exception, run, target.Tenant);
            }
        }
    }

    private async Task RunAsync(SyncTarget target, long run, CancellationToken stoppingToken)
    {
        using var cancelling = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        _running[target.Key] = cancelling;
        try
        {
            var failures = new Dictionary<string, int>(StringComparer.Ordinal);
            while (await store.WaitingAsync(target, run, stoppingToken) is var (waiting, isCancelled))
            {
                if (isCancelled || waiting.Count == 0)
                {
                    await FinishAsync(target, run, isCancelled, stoppingToken);
                    return;
                }

                await StepAsync(target, waiting[0], failures, cancelling.Token, stoppingToken);
                signal.Tell(target.Tenant);
            }
        }
        finally
        {
            _running.TryRemove(target.Key, out _);
        }
    }

    private async Task StepAsync(SyncTarget target, SyncStepRow step, Dictionary<string, int> failures, CancellationToken cancelling, CancellationToken stoppingToken)
    {
        using var _ = await gates.EnterAsync(target.Key, stoppingToken);
        var failed = failures.GetValueOrDefault(step.Service);
        StepOutcome outcome;
        try
        {
            outcome = failed < FailuresMax ? await ReadAsync(target, step, cancelling) : new AzureFailure(AzureFailureKind.Unavailable, "Not asked for, after failing three times in a row.");
        }
        catch (OperationCanceledException) when (cancelling.IsCancellationRequested)
        {
            // The step stays as it was: it is cancelled with its run, or done after the restart.
            stoppingToken.ThrowIfCancellationRequested();
            return;
        }

        failures[step.Service] = outcome.Failure is null ? 0 : failed + 1;
        await store.SaveAsync(target, step, outcome, stoppingToken);
    }

    private async Task<StepOutcome> ReadAsync(SyncTarget target, SyncStepRow step, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        if (ConnectedTo(scope, target.Tenant).FirstOrDefault(part => string.Equals(part.Service, step.Service, StringComparison.Ordinal)) is not { } part)
        {
            return new AzureFailure(AzureFailureKind.NotSignedIn, "It is no longer set up for this tenant.");
        }

        try
        {
            return await part.ReadAsync(target, step.Key, cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            SyncLog.StepFailed(logger, exception, step.Key, target.Tenant);
            return s_ownFailure;
        }
    }

    // The alert first: when the portal stops in between, it is told again, which changes nothing.
    private async Task FinishAsync(SyncTarget target, long run, bool isCancelled, CancellationToken cancellationToken)
    {
        if (!isCancelled)
        {
            await using var scope = scopes.CreateAsyncScope();
            var names = scope.ServiceProvider.GetServices<ISyncPart>().ToDictionary(part => part.Service, part => part.Name, StringComparer.Ordinal);
            foreach (var (service, failure) in await store.FailuresAsync(target, run, cancellationToken))
            {
                await meter.ChangeAsync(target.Tenant, Actor.System, ledger => failure is null
                    ? ledger.NoteSyncWorking(service)
                    : ledger.NoteSyncFailing(service, names.GetValueOrDefault(service, service), failure));
            }
        }

        await store.FinishAsync(target, run, isCancelled, cancellationToken);
        signal.Tell(target.Tenant);
    }

    private async Task KeepScheduleAsync(CancellationToken stoppingToken)
    {
        while (Next() is { } next)
        {
            var left = next.At - time.GetUtcNow();
            await Task.Delay(left > TimeSpan.Zero ? left : TimeSpan.Zero, time, stoppingToken);
            try
            {
                // The settings may name a tenant that is not there yet.
                _ = await store.TargetAsync(next.Tenant, stoppingToken) is { } target ? await StartAsync(target, startedBy: null, stoppingToken) : null;
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                SyncLog.NotStarted(logger, exception, next.Tenant);
            }
        }
    }

    // The tenants are those that the settings name; there is one for each service.
    private (TenantId Tenant, DateTimeOffset At)? Next()
    {
        using var scope = scopes.CreateScope();
        return scope.ServiceProvider.GetServices<ISyncPart>().Select(part => part.Tenant).OfType<TenantId>().Distinct()
            .Select(tenant => (Tenant: tenant, At: NextOf(tenant)))
            .Where(next => next.At is not null)
            .OrderBy(next => next.At)
            .Select(next => ((TenantId, DateTimeOffset)?)(next.Tenant, next.At!.Value))
            .FirstOrDefault();
    }

    // A place of its own in the spread, the same every time.
    private TimeSpan PlaceOf(TenantId tenant)
    {
        var number = BitConverter.ToUInt32(tenant.Value.ToByteArray(), 0);
        return TimeSpan.FromSeconds(Math.Floor(options.Value.Spread.TotalSeconds * number / uint.MaxValue));
    }

    private static IEnumerable<ISyncPart> ConnectedTo(AsyncServiceScope scope, TenantId tenant) =>
        scope.ServiceProvider.GetServices<ISyncPart>().Where(part => part.Tenant == tenant);
}

/// <summary>One at a time for each tenant: a step of a run, or somebody's decision about a difference.</summary>
internal sealed class SyncGates
{
    private readonly ConcurrentDictionary<int, SemaphoreSlim> _gates = [];

    public async Task<IDisposable> EnterAsync(int tenantKey, CancellationToken cancellationToken)
    {
        var gate = _gates.GetOrAdd(tenantKey, _ => new SemaphoreSlim(1));
        await gate.WaitAsync(cancellationToken);
        return new Entered(gate);
    }

    private sealed class Entered(SemaphoreSlim gate) : IDisposable
    {
        public void Dispose() => gate.Release();
    }
}

internal static partial class SyncLog
{
    [LoggerMessage(EventId = 600, Level = LogLevel.Error, Message = "The step {Step} of a sync of the tenant {Tenant} failed")]
    public static partial void StepFailed(ILogger logger, Exception exception, string step, TenantId tenant);

    [LoggerMessage(EventId = 601, Level = LogLevel.Error, Message = "The run {Run} of the sync of the tenant {Tenant} stopped")]
    public static partial void RunFailed(ILogger logger, Exception exception, long run, TenantId tenant);

    [LoggerMessage(EventId = 602, Level = LogLevel.Error, Message = "The sync of the tenant {Tenant} could not be started")]
    public static partial void NotStarted(ILogger logger, Exception exception, TenantId tenant);
}
