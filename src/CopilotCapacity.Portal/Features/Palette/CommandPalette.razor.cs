using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Portal.Features.Overview;
using Microsoft.AspNetCore.Components;

namespace CopilotCapacity.Portal.Features.Palette;

/// <summary>Finds any page, action, tenant or environment by a few letters.</summary>
public sealed partial class CommandPalette : IDisposable
{
    // A letter alone is in too many names to be worth a question.
    private const int LettersLeast = 2;

    private readonly CancellationTokenSource _disposal = new();
    private CancellationTokenSource? _asking;
    private string _text = string.Empty;
    private IReadOnlyList<PaletteItem> _items = [];
    private bool _hasFailed;

    /// <summary>Where whoever looks can go.</summary>
    [Parameter, EditorRequired]
    public required TenantMenu Menu { get; set; }

    /// <summary>The tenant that is shown; null when none is.</summary>
    [Parameter]
    public TenantId? Tenant { get; set; }

    [Inject]
    private IPaletteReader Reader { get; set; } = default!;

    [Inject]
    private ILogger<CommandPalette> Logger { get; set; } = default!;

    /// <inheritdoc/>
    public void Dispose()
    {
        _disposal.Cancel();
        _disposal.Dispose();
    }

    /// <inheritdoc/>
    protected override void OnParametersSet() => _items = Known();

    private IReadOnlyList<PaletteItem> Known() => [.. PaletteIndex.Matching(PaletteIndex.Of(Menu, Tenant), _text).Take(PaletteIndex.ShownMost)];

    // What is known is there at once; environments follow. An answer to what was typed before is passed over.
    private async Task FindAsync(ChangeEventArgs typed)
    {
        _text = typed.Value?.ToString() ?? string.Empty;
        _hasFailed = false;
        var known = _items = Known();
        if (_asking is { } before)
        {
            await before.CancelAsync();
        }

        if (_text.Trim().Length < LettersLeast)
        {
            return;
        }

        using var asking = _asking = CancellationTokenSource.CreateLinkedTokenSource(_disposal.Token);
        try
        {
            var found = await Reader.FindAsync(_text, Tenant, asking.Token);
            if (!asking.IsCancellationRequested)
            {
                _items = [.. known.Take(PaletteIndex.ShownMost / 2), .. found.Take(PaletteIndex.ShownMost - Math.Min(known.Count, PaletteIndex.ShownMost / 2))];
            }
        }
        catch (OperationCanceledException) when (asking.IsCancellationRequested)
        {
            // Something else was typed, or the tab was closed.
        }
        catch (Exception exception)
        {
            PaletteLog.NotFound(Logger, exception);
            _hasFailed = true;
        }
        finally
        {
            if (_asking == asking)
            {
                _asking = null;
            }
        }
    }
}

/// <summary>The log messages of the palette.</summary>
internal static partial class PaletteLog
{
    [LoggerMessage(EventId = 3010, Level = LogLevel.Error, Message = "Environments could not be looked up for the palette")]
    public static partial void NotFound(ILogger logger, Exception exception);
}
