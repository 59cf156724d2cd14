using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Portal.Components;
using CopilotCapacity.Portal.Components.Shared;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using MudBlazor;

namespace CopilotCapacity.Portal.Features.Imports;

/// <summary>Takes a file, says what it would do, and does it when that is wanted.</summary>
public sealed partial class ImportPage
{
    private (int Done, int Rows)? _progress;
    private CancellationTokenSource? _check;
    private byte[]? _file;
    private string? _fileName;
    private string? _reason;
    private string? _refusal;
    private ImportPreview? _preview;
    private ImportKind? _kind;
    private bool _isApplying;
    private bool _isDone;

    [Parameter]
    public Guid TenantId { get; set; }

    [SupplyParameterFromQuery(Name = "of")]
    private string? KindText { get; set; }

    [Inject]
    private IImportDesk Desk { get; set; } = default!;

    [Inject]
    private ISnackbar Snackbar { get; set; } = default!;

    private TenantId Tenant => new(TenantId);

    private ImportKind Kind => ImportView.KindOf(KindText) ?? ImportKind.Environments;

    private string ResultUrl => Kind == ImportKind.Grants ? PortalUrls.MessagePacks(Tenant) : PortalUrls.Environments(Tenant);

    protected override Task<string?> ReadAsync(CancellationToken cancellationToken) => Desk.NameAsync(Tenant, cancellationToken);

    protected override void Dispose(bool isDisposing)
    {
        CancelCheck();
        base.Dispose(isDisposing);
    }

    protected override async Task OnParametersSetAsync()
    {
        if (_kind != Kind)
        {
            _kind = Kind;
            CancelCheck();
            Clear();
        }

        if (RendererInfo.IsInteractive && Shown is null)
        {
            await RefreshAsync();
        }
    }

    private void Clear() => (_file, _fileName, _refusal, _preview, _isDone) = (null, null, null, null, false);

    private void CancelCheck() => _check?.Cancel();

    private async Task CheckAsync(InputFileChangeEventArgs chosen)
    {
        Clear();
        _fileName = chosen.File.Name;
        if (chosen.File.Size > CsvSheet.BytesMost)
        {
            _refusal = "The file is larger than 5 MB. Split it.";
            return;
        }

        using var check = _check = CancellationTokenSource.CreateLinkedTokenSource(Left);
        _progress = (0, 0);
        try
        {
            await CheckAsync(chosen.File, check.Token);
        }
        catch (OperationCanceledException) when (check.IsCancellationRequested)
        {
            Clear();
        }
        finally
        {
            (_progress, _check) = (null, null);
        }
    }

    private async Task CheckAsync(IBrowserFile file, CancellationToken cancellationToken)
    {
        ImportOutcome? outcome = null;
        var failure = await AskAsync(async () =>
        {
            try
            {
                _file = await ReadAsync(file, cancellationToken);
                var progress = new CircuitProgress(done => InvokeAsync(() => Show(done)));
                outcome = await Desk.CheckAsync(Tenant, Kind, _file, progress, cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                // Cancelling is no failure.
            }

            return null;
        });
        cancellationToken.ThrowIfCancellationRequested();
        (_preview, _refusal) = (outcome?.Preview, failure is null ? outcome!.Refusal : "The file could not be read. Choose it again.");
    }

    private static async Task<byte[]> ReadAsync(IBrowserFile file, CancellationToken cancellationToken)
    {
        await using var stream = file.OpenReadStream(CsvSheet.BytesMost, cancellationToken);
        using var copy = new MemoryStream((int)file.Size);
        await stream.CopyToAsync(copy, cancellationToken);
        return copy.ToArray();
    }

    // What arrives after the end of the check is of no interest.
    private void Show((int Done, int Rows) done)
    {
        if (_progress is not null)
        {
            _progress = done;
            StateHasChanged();
        }
    }

    private async Task ApplyAsync()
    {
        // A click may wait in the queue while the first one works.
        if (_isApplying || _isDone || _file is not { } file || _preview is not { } seen)
        {
            return;
        }

        _isApplying = true;
        var reason = string.IsNullOrWhiteSpace(_reason) ? null : _reason.Trim();
        var outcome = await AskAsync(() => Desk.ApplyAsync(Tenant, Kind, file, seen, reason), sentence => new ImportOutcome(null, sentence));
        _isApplying = false;
        _refusal = outcome.Refusal;
        if (outcome.Preview is { } done)
        {
            (_preview, _isDone, _reason) = (done, true, null);
            Snackbar.Add($"{Formats.Count(done.Changes.Count, "row", "rows")} imported", Severity.Normal, options => options.HideIcon = true);
        }
        else
        {
            _preview = null;
        }
    }

    private async Task UndoAsync()
    {
        if (_isApplying || _preview?.Undo is not { } id)
        {
            return;
        }

        _isApplying = true;
        var refusal = await AskAsync(() => Desk.UndoAsync(Tenant, id, CancellationToken.None));
        _isApplying = false;
        if (refusal is null)
        {
            Clear();
        }

        _refusal = refusal;
        Snackbar.Add(refusal ?? "All of them have their numbers again", refusal is null ? Severity.Normal : Severity.Error, options => options.HideIcon = true);
    }

    // Unlike Progress<T> it needs no synchronization context of its own: the circuit has one.
    private sealed class CircuitProgress(Func<(int Done, int Rows), Task> show) : IProgress<(int Done, int Rows)>
    {
        public void Report((int Done, int Rows) value) => _ = show(value);
    }
}
