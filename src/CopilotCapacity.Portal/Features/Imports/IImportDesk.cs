using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Tenancy;

namespace CopilotCapacity.Portal.Features.Imports;

/// <summary>What came of asking for an import: what it does, or the sentence that says why there is none.</summary>
public sealed record ImportOutcome(ImportPreview? Preview, string? Refusal);

/// <summary>Files for many environments, allocations or grants at once.</summary>
public interface IImportDesk
{
    /// <summary>The columns of a kind of file.</summary>
    IReadOnlyList<ImportColumn> ColumnsOf(ImportKind kind);

    /// <summary>The tenant's name; null when it is not there for whoever asks.</summary>
    Task<string?> NameAsync(TenantId tenant, CancellationToken cancellationToken);

    /// <summary>Says what a file would do. Changes nothing.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="kind">What the file is about.</param>
    /// <param name="file">The file.</param>
    /// <param name="progress">Told how many of how many rows are looked at.</param>
    /// <param name="cancellationToken">Ends the looking.</param>
    Task<ImportOutcome> CheckAsync(
        TenantId tenant, ImportKind kind, byte[] file, IProgress<(int Done, int Rows)> progress, CancellationToken cancellationToken);

    /// <summary>Does what the file says: all of it or nothing.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="kind">What the file is about.</param>
    /// <param name="file">The file.</param>
    /// <param name="seen">What was said it would do; when it is something else by now, nothing is done.</param>
    /// <param name="reason">Why; null when it was not said.</param>
    Task<ImportOutcome> ApplyAsync(TenantId tenant, ImportKind kind, byte[] file, ImportPreview seen, string? reason);

    /// <summary>Takes allocations back; gives null, or the sentence that says why not.</summary>
    Task<string?> UndoAsync(TenantId tenant, ReallocationId id, CancellationToken cancellationToken);
}
