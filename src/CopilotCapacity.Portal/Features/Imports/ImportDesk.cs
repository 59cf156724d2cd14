using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Metering;
using CopilotCapacity.Portal.Features.Access;
using CopilotCapacity.Portal.Features.Environments;
using CopilotCapacity.Storage;
using CopilotCapacity.Storage.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CopilotCapacity.Portal.Features.Imports;

/// <summary>
/// Reads files and does what they say on behalf of the person in the circuit. What a file would do is decided on a copy of the
/// ledger, so a large one keeps nobody waiting; doing it is one change that the meter decides anew.
/// </summary>
internal sealed class ImportDesk(
    IDbContextFactory<PortalDbContext> contexts, LedgerCopies copies, Meter meter, IBulkAllocations allocations, CurrentPerson current) : IImportDesk
{
    private static readonly Dictionary<ImportKind, IImport> s_imports = new()
    {
        [ImportKind.Environments] = new EnvironmentImport(),
        [ImportKind.Allocations] = new AllocationImport(),
        [ImportKind.Grants] = new GrantImport(),
    };

    public static IImport Of(ImportKind kind) => s_imports[kind];

    public IReadOnlyList<ImportColumn> ColumnsOf(ImportKind kind) => Of(kind).Columns;

    public async Task<string?> NameAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        if (!await current.MayAsync(Operation.ChangeCapacity, tenant, cancellationToken: cancellationToken))
        {
            return null;
        }

        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Tenants.Where(row => row.Id == tenant.Value).Select(row => row.Name).SingleOrDefaultAsync(cancellationToken);
    }

    public async Task<ImportOutcome> CheckAsync(
        TenantId tenant, ImportKind kind, byte[] file, IProgress<(int Done, int Rows)> progress, CancellationToken cancellationToken)
    {
        var (actor, refusal) = await current.AskAsync(Operation.ChangeCapacity, tenant, cancellationToken: cancellationToken);
        return actor is null
            ? new ImportOutcome(null, refusal)
            : await Task.Run(() => Check(tenant, kind, file, progress, cancellationToken), cancellationToken);
    }

    public async Task<ImportOutcome> ApplyAsync(TenantId tenant, ImportKind kind, byte[] file, ImportPreview seen, string? reason)
    {
        var (actor, refusal) = await current.AskAsync(Operation.ChangeCapacity, tenant, reason: reason);
        if (actor is null)
        {
            return new ImportOutcome(null, refusal);
        }

        var import = Of(kind);
        var sheet = await Task.Run(() => CsvSheet.Read(file, import.Columns));
        var outcome = await meter.ChangeAsync(tenant, actor, ledger => Apply(ledger, import, sheet, seen, reason));
        return new ImportOutcome(outcome.Refusal is null ? outcome.Value : null, outcome.Refusal?.Detail);
    }

    public Task<string?> UndoAsync(TenantId tenant, ReallocationId id, CancellationToken cancellationToken) =>
        allocations.UndoAsync(tenant, id, cancellationToken);

    private ImportOutcome Check(TenantId tenant, ImportKind kind, byte[] file, IProgress<(int Done, int Rows)> progress, CancellationToken cancellationToken)
    {
        var import = Of(kind);
        var sheet = CsvSheet.Read(file, import.Columns);
        if (sheet.Problem is { } problem)
        {
            return new ImportOutcome(null, problem);
        }

        if (copies.Load(tenant) is not { } ledger)
        {
            return new ImportOutcome(null, Refusal.NotFound("tenant").Detail);
        }

        var findings = new ImportFindings();
        var done = 0;
        import.Apply(ledger, sheet, null, findings, rows =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            done += rows;
            if (done % 100 == 0)
            {
                progress.Report((done, sheet.Rows.Count));
            }
        });
        return new ImportOutcome(findings.For(sheet), null);
    }

    // A refusal undoes what the rows before it have changed; so does finding that they come to something else than was shown.
    private static Outcome<ImportPreview> Apply(TenantLedger ledger, IImport import, CsvSheet sheet, ImportPreview seen, string? reason)
    {
        var findings = new ImportFindings();
        import.Apply(ledger, sheet, reason, findings, _ => { });
        if (findings.Errors is [var error, ..])
        {
            return Refusal.Conflict("changed_since", $"{(error.Line is { } line ? $"Line {line}: " : "")}{error.Text} Nothing was changed; check the file again.");
        }

        return findings.Changes.SequenceEqual(seen.Changes)
            ? findings.For(sheet)
            : Refusal.Conflict("changed_since", "Something the file is about was changed since it was checked. Nothing was imported; check the file again.");
    }
}
