using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Portal.Components.Shared;

namespace CopilotCapacity.Portal.Features.Imports;

/// <summary>Sets the allocations of environments by one reallocation, which can be taken back.</summary>
internal sealed class AllocationImport : IImport
{
    public IReadOnlyList<ImportColumn> Columns { get; } =
    [
        new("id", IsNeeded: false, "The environment’s id. May be left empty where the name is one environment’s alone."),
        new("name", IsNeeded: false, "The environment’s name. With an id it is only there to be read."),
        new("allocation", IsNeeded: true, "Credits set aside each month, such as 12500."),
    ];

    public IEnumerable<IReadOnlyList<string?>> Template(TenantLedger ledger) => ledger.Environments
        .Where(environment => environment.RetiredAt is null)
        .OrderBy(environment => environment.Name, StringComparer.OrdinalIgnoreCase)
        .Select(environment => new[] { environment.Id.ToString(), environment.Name, CsvText.Number(environment.Allocation) });

    public void Apply(TenantLedger ledger, CsvSheet sheet, string? reason, ImportFindings findings, Action<int> progress)
    {
        var values = new CsvValues(findings);
        var names = new EnvironmentNames(ledger);
        var moves = new List<AllocationMove>();
        var lines = new Dictionary<EnvironmentId, int>();
        foreach (var row in sheet.Rows)
        {
            Read(ledger, row, values, names, lines, moves, findings);
            progress(1);
        }

        if (findings.Errors.Count > 0 || moves.Count == 0)
        {
            return;
        }

        var id = new ReallocationId(CsvValues.IdOf(ledger.Id, $"{ledger.Sequence}", moves.Count));
        var made = ledger.Reallocate(id, moves, reason, isTrial: false);
        if (made.Refusal is { } refusal)
        {
            findings.Errors.Add(new ImportError(null, null, refusal.Detail));
            return;
        }

        findings.Undo = id;
        findings.Statuses.AddRange(made.Value!.Statuses
            .Where(status => status.Before != status.After)
            .Select(status => new ImportStatus(ledger.Find(status.Environment)!.Name, status.Before, status.After)));
    }

    private static void Read(
        TenantLedger ledger,
        CsvRow row,
        CsvValues values,
        EnvironmentNames names,
        Dictionary<EnvironmentId, int> lines,
        List<AllocationMove> moves,
        ImportFindings findings)
    {
        var environment = values.Environment(row, names);
        var wanted = values.Credits(row, "allocation");
        if (row["allocation"] is null)
        {
            findings.Fault(row, "allocation", "Something must stand here; 0 takes the allocation away.");
        }

        if (environment is null || wanted is not { } credits)
        {
            return;
        }

        if (!lines.TryAdd(environment.Id, row.Line))
        {
            findings.Fault(row, null, $"{environment.Name} is on line {lines[environment.Id]} already.");
            return;
        }

        var month = ledger.Open.Find(environment);
        var used = month is null ? Credits.Zero : month.Consumed + month.Held;
        if (credits == environment.Allocation)
        {
            return;
        }

        if (credits < used)
        {
            findings.Fault(row, "allocation", $"{environment.Name} has used and holds {used} credits of its allocation already.");
            return;
        }

        var grows = credits - environment.Allocation;
        moves.Add(grows.IsPositive ? new AllocationMove(null, environment.Id, grows) : new AllocationMove(environment.Id, null, Credits.Zero - grows));
        findings.Changes.Add(new ImportChange(row.Line, environment.Name, IsNew: false, $"{Formats.Credits(environment.Allocation)} → {Formats.Credits(credits)} credits"));
    }
}
