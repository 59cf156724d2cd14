using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Quota;

namespace CopilotCapacity.Portal.Features.Imports;

/// <summary>What a file is about.</summary>
public enum ImportKind
{
    /// <summary>Environments to create or to describe anew.</summary>
    Environments,

    /// <summary>Allocations to set.</summary>
    Allocations,

    /// <summary>Message packs and other grants to record.</summary>
    Grants,
}

/// <summary>A column of a file.</summary>
/// <param name="Name">As the file's first line names it.</param>
/// <param name="IsNeeded">Whether the file must have it.</param>
/// <param name="Meaning">What goes there.</param>
public sealed record ImportColumn(string Name, bool IsNeeded, string Meaning);

/// <summary>What is wrong, and where.</summary>
/// <param name="Line">The line of the file; null when it is about all of it.</param>
/// <param name="Column">The column; null when it is about the whole line.</param>
/// <param name="Text">One sentence.</param>
public sealed record ImportError(int? Line, string? Column, string Text);

/// <summary>What one line changes.</summary>
/// <param name="Line">The line of the file.</param>
/// <param name="Name">What it is about.</param>
/// <param name="IsNew">Whether it is made by this line.</param>
/// <param name="Text">What comes of it, with what was before.</param>
public sealed record ImportChange(int Line, string Name, bool IsNew, string Text);

/// <summary>An environment whose status an import changes.</summary>
public sealed record ImportStatus(string Name, QuotaStatus Before, QuotaStatus After);

/// <summary>What importing a file would do, or has done.</summary>
/// <param name="Rows">How many rows the file has.</param>
/// <param name="Changes">What changes; rows that agree with what is there already are not among them.</param>
/// <param name="Statuses">The environments whose status changes.</param>
/// <param name="Errors">What is wrong; nothing can be imported until nothing is.</param>
/// <param name="Ignored">Columns that mean nothing here.</param>
/// <param name="Undo">The reallocation that takes it back; null when there is none.</param>
public sealed record ImportPreview(
    int Rows,
    IReadOnlyList<ImportChange> Changes,
    IReadOnlyList<ImportStatus> Statuses,
    IReadOnlyList<ImportError> Errors,
    IReadOnlyList<string> Ignored,
    ReallocationId? Undo)
{
    /// <summary>How many rows change nothing.</summary>
    public int Unchanged => Errors.Count > 0 ? 0 : Rows - Changes.Count;
}

/// <summary>Collects what the rows of one file come to.</summary>
internal sealed class ImportFindings
{
    public List<ImportChange> Changes { get; } = [];

    public List<ImportStatus> Statuses { get; } = [];

    public List<ImportError> Errors { get; } = [];

    public ReallocationId? Undo { get; set; }

    public void Fault(CsvRow row, string? column, string text) => Errors.Add(new ImportError(row.Line, column, text));

    public ImportPreview For(CsvSheet sheet) => new(sheet.Rows.Count, Changes, Statuses, [.. Errors.OrderBy(error => error.Line)], sheet.Ignored, Undo);
}
