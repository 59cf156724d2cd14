using System.Globalization;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Portal.Components;
using CopilotCapacity.Storage.Audit;
using CopilotCapacity.Storage.Queries;
using Microsoft.AspNetCore.Components;

namespace CopilotCapacity.Portal.Features.Audit;

/// <summary>An audit trail with its filter. What is looked for stands in the address.</summary>
public sealed partial class AuditBrowser : IDisposable
{
    private const int PageEntries = 50;

    private readonly CancellationTokenSource _disposal = new();
    private AuditTrailView? _trail;
    private AuditVerification? _verification;
    private bool _hasFailed;
    private bool _isVerifying;
    private string? _shown;

    /// <summary>Whose trail; null for the portal's own.</summary>
    [Parameter]
    public TenantId? Tenant { get; set; }

    [Parameter, EditorRequired]
    public required string Title { get; set; }

    /// <summary>The question that the page answers.</summary>
    [Parameter, EditorRequired]
    public required string Answers { get; set; }

    /// <summary>What is said while there is no entry.</summary>
    [Parameter, EditorRequired]
    public required string EmptyText { get; set; }

    /// <summary>Kinds of changes to choose from.</summary>
    [Parameter, EditorRequired]
    public required IReadOnlyList<(string Name, string Words)> Groups { get; set; }

    [SupplyParameterFromQuery(Name = "action")]
    private string? Action { get; set; }

    [SupplyParameterFromQuery(Name = "actor")]
    private string? Actor { get; set; }

    [SupplyParameterFromQuery(Name = "object")]
    private string? ObjectId { get; set; }

    [SupplyParameterFromQuery(Name = "from")]
    private string? From { get; set; }

    [SupplyParameterFromQuery(Name = "to")]
    private string? To { get; set; }

    [SupplyParameterFromQuery(Name = "before")]
    private string? Before { get; set; }

    [Inject]
    private IAuditReader Reader { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private ILogger<AuditBrowser> Logger { get; set; } = default!;

    private bool IsFiltered => (Action ?? Actor ?? ObjectId ?? From ?? To) is not null;

    private string ActorName => _trail?.Entries.FirstOrDefault(entry => string.Equals(entry.Row.ActorId, Actor, StringComparison.Ordinal))?.ActorName ?? "one of them";

    // The export asks the same question; it is a download, so it is no place in the app.
    private string CsvUrl => (Tenant is { } tenant ? PortalUrls.AuditCsv(tenant) : PortalUrls.PortalAuditCsv) + new Uri(Navigation.Uri).Query;

    public void Dispose()
    {
        _disposal.Cancel();
        _disposal.Dispose();
    }

    protected override async Task OnParametersSetAsync()
    {
        // Prerendering shows the skeleton: reading there as well would ask the database twice for every visit.
        if (RendererInfo.IsInteractive && !string.Equals(_shown, Navigation.Uri, StringComparison.Ordinal))
        {
            _shown = Navigation.Uri;
            await RefreshAsync();
        }
    }

    private async Task RefreshAsync()
    {
        try
        {
            var before = long.TryParse(Before, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : long.MaxValue;
            var filter = AuditFilters.Of(Action, Actor, objectId: null, From, To) with { ConcernedId = ObjectId };
            var trail = await Reader.ReadAsync(Tenant, filter, before, PageEntries, _disposal.Token);
            _hasFailed = false;
            if (trail is null)
            {
                Navigation.NotFound();
            }

            _trail = trail;
        }
        catch (OperationCanceledException) when (_disposal.IsCancellationRequested)
        {
            // The tab was closed.
        }
        catch (Exception exception)
        {
            AuditPageLog.ReadFailed(Logger, exception, Tenant?.Value);
            _hasFailed = true;
        }
    }

    private async Task VerifyAsync()
    {
        if (_isVerifying)
        {
            return;
        }

        _isVerifying = true;
        try
        {
            _verification = await Reader.VerifyAsync(Tenant, _disposal.Token);
        }
        catch (OperationCanceledException) when (_disposal.IsCancellationRequested)
        {
            // The tab was closed.
        }
        catch (Exception exception)
        {
            AuditPageLog.ReadFailed(Logger, exception, Tenant?.Value);
            _hasFailed = true;
        }
        finally
        {
            _isVerifying = false;
        }
    }

    private void SetAction(string action) => Go(("action", action));

    // Enter in a field applies what was typed by the fields' own changes.
    private static void Apply()
    {
    }

    private void Clear() => Navigation.NavigateTo(new Uri(Navigation.Uri).AbsolutePath);

    // A new question begins at the newest entry.
    private void Go((string Name, string? Value) change)
    {
        var query = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["before"] = null,
            [change.Name] = string.IsNullOrEmpty(change.Value) ? null : change.Value,
        };
        Navigation.NavigateTo(Navigation.GetUriWithQueryParameters(query));
    }
}

/// <summary>Reads a filter from the words of an address.</summary>
internal static class AuditFilters
{
    public static AuditFilter Of(string? action, string? actor, string? objectId, string? from, string? to) => new()
    {
        Action = action,
        Actor = actor,
        ObjectId = objectId,
        From = Day(from),

        // The last day is meant with all of it.
        To = Day(to)?.AddDays(1),
    };

    private static DateTimeOffset? Day(string? text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero)
            : null;
}

/// <summary>The log messages of the audit page.</summary>
internal static partial class AuditPageLog
{
    [LoggerMessage(EventId = 3202, Level = LogLevel.Error, Message = "A move of allocations of tenant {TenantId} could not be taken back")]
    public static partial void UndoFailed(ILogger logger, Exception exception, Guid tenantId);

    [LoggerMessage(EventId = 3201, Level = LogLevel.Error, Message = "The audit trail of tenant {TenantId} could not be read")]
    public static partial void ReadFailed(ILogger logger, Exception exception, Guid? tenantId);
}
