using CopilotCapacity.Domain.Ledger;

namespace CopilotCapacity.Portal.Features.Imports;

/// <summary>
/// What the rows of one kind of file mean. The same code runs on a copy to show what would be, and on the ledger itself to do it.
/// </summary>
internal interface IImport
{
    /// <summary>The columns, in the order of the template.</summary>
    IReadOnlyList<ImportColumn> Columns { get; }

    /// <summary>The rows of the template: an example, or what is there now.</summary>
    IEnumerable<IReadOnlyList<string?>> Template(TenantLedger ledger);

    /// <summary>Does to the ledger what the rows say, and tells what that was. When anything is wrong, the ledger is to be thrown away.</summary>
    /// <param name="ledger">The ledger, or a copy.</param>
    /// <param name="sheet">The rows.</param>
    /// <param name="reason">Why, in the words of whoever imports.</param>
    /// <param name="findings">What came of the rows.</param>
    /// <param name="progress">Told how many rows are done; throws when the work was cancelled.</param>
    void Apply(TenantLedger ledger, CsvSheet sheet, string? reason, ImportFindings findings, Action<int> progress);
}
