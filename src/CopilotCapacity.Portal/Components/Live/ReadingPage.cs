using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Metering.Feed;
using Microsoft.AspNetCore.Components;

namespace CopilotCapacity.Portal.Components.Live;

/// <summary>
/// A page that reads what it shows. While a read fails it keeps what it has; where it follows a tenant's ledger it reads again when
/// that has grown. What somebody may not see is answered like what is not there.
/// </summary>
/// <typeparam name="TView">What is read at once.</typeparam>
public abstract class ReadingPage<TView> : ComponentBase, IDisposable
    where TView : class
{
    private const string NotSaved = "The change could not be saved. It may or may not have taken effect; look at the page before you try again.";

    private readonly CancellationTokenSource _disposal = new();
    private CallbackThrottle? _throttle;
    private IDisposable? _subscription;
    private TenantId? _followed;

    protected ReadingPage() => Left = _disposal.Token;

    [Inject]
    protected NavigationManager Navigation { get; private set; } = default!;

    [Inject]
    protected ILoggerFactory Loggers { get; private set; } = default!;

    [Inject]
    private LedgerFeed Feed { get; set; } = default!;

    [Inject]
    private TimeProvider Time { get; set; } = default!;

    /// <summary>What is shown; null until it was read.</summary>
    protected TView? Shown { get; private set; }

    /// <summary>Whether the last read failed; what is shown is then from before.</summary>
    protected bool HasFailed { get; private set; }

    /// <summary>Cancelled when the page is left; good to be asked after that, too.</summary>
    protected CancellationToken Left { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(isDisposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Reads; null when it is not there for whoever looks.</summary>
    protected abstract Task<TView?> ReadAsync(CancellationToken cancellationToken);

    /// <summary>Called with what was read, before it is drawn.</summary>
    protected virtual void OnRead(TView view)
    {
    }

    /// <summary>Reads again at most so often when a tenant's ledger has grown. Another tenant begins with nothing shown.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="interval">The least time between two reads.</param>
    /// <param name="concerns">Which commits matter; null for all.</param>
    protected void Follow(TenantId tenant, TimeSpan interval, Func<LedgerCommitted, bool>? concerns = null)
    {
        if (_followed == tenant)
        {
            return;
        }

        _subscription?.Dispose();
        _throttle?.Dispose();
        _followed = tenant;
        Forget();
        var throttle = _throttle = new CallbackThrottle(Time, interval, () => InvokeAsync(RefreshAsync));
        _subscription = Feed.Subscribe(tenant, commit =>
        {
            if (concerns?.Invoke(commit) ?? true)
            {
                throttle.Signal();
            }
        });
    }

    /// <summary>Shows nothing until something else is read.</summary>
    protected void Forget() => (Shown, HasFailed) = (null, false);

    /// <summary>Reads what is shown anew.</summary>
    protected async Task RefreshAsync()
    {
        await TryAsync(async () =>
        {
            var view = await ReadAsync(Left);
            HasFailed = false;
            if (view is null)
            {
                Navigation.NotFound();
                return;
            }

            Shown = view;
            OnRead(view);
        });
        if (!Left.IsCancellationRequested)
        {
            StateHasChanged();
        }
    }

    /// <summary>Does what reads; what goes wrong is logged and said on the page. False when it did not come through.</summary>
    protected async Task<bool> TryAsync(Func<Task> read)
    {
        try
        {
            await read();
            return true;
        }
        catch (OperationCanceledException) when (Left.IsCancellationRequested)
        {
            // The tab was closed.
        }
        catch (Exception exception)
        {
            PageLog.ReadFailed(Loggers.CreateLogger(GetType()), exception, Navigation.Uri);
            HasFailed = true;
        }

        return false;
    }

    /// <summary>Asks for a change; gives null, or the sentence that says why there is none.</summary>
    protected Task<string?> AskAsync(Func<Task<string?>> change) => AskAsync<string?>(change, sentence => sentence);

    /// <summary>Asks for a change that has a result.</summary>
    /// <param name="change">The change.</param>
    /// <param name="failed">Makes a result of the sentence that says that something failed.</param>
    protected async Task<TOutcome> AskAsync<TOutcome>(Func<Task<TOutcome>> change, Func<string, TOutcome> failed)
    {
        try
        {
            return await change();
        }
        catch (Exception exception)
        {
            PageLog.ChangeFailed(Loggers.CreateLogger(GetType()), exception, Navigation.Uri);
            return failed(NotSaved);
        }
    }

    /// <summary>Ends what the page has begun.</summary>
    protected virtual void Dispose(bool isDisposing)
    {
        if (isDisposing)
        {
            _subscription?.Dispose();
            _throttle?.Dispose();
            _disposal.Cancel();
            _disposal.Dispose();
        }
    }
}

/// <summary>The log messages of pages.</summary>
internal static partial class PageLog
{
    [LoggerMessage(EventId = 3001, Level = LogLevel.Error, Message = "The page {Address} could not be read")]
    public static partial void ReadFailed(ILogger logger, Exception exception, string address);

    [LoggerMessage(EventId = 3002, Level = LogLevel.Error, Message = "A change asked for on the page {Address} failed")]
    public static partial void ChangeFailed(ILogger logger, Exception exception, string address);
}
