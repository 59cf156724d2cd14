using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Tenancy;

namespace CopilotCapacity.Portal.Features.Imports;

/// <summary>Creates environments, and describes those anew that are there.</summary>
internal sealed class EnvironmentImport : IImport
{
    public IReadOnlyList<ImportColumn> Columns { get; } =
    [
        new("id", IsNeeded: false, "The environment’s id as the Power Platform has it. Empty: the environment of this name, or a new one."),
        new("name", IsNeeded: true, "Its name."),
        new("type", IsNeeded: true, "production, sandbox, trial, developer, default or teams."),
        new("region", IsNeeded: true, "As the Power Platform names it, such as europe."),
        new("costCenter", IsNeeded: false, "Who answers for it; empty for nobody."),
        new("drawsOnPool", IsNeeded: false, "yes or no: whether a new one may draw on the tenant pool. Empty: yes."),
    ];

    public IEnumerable<IReadOnlyList<string?>> Template(TenantLedger ledger) =>
    [
        ["", "Contoso Service", "production", "europe", "CC-4711", "yes"],
    ];

    public void Apply(TenantLedger ledger, CsvSheet sheet, string? reason, ImportFindings findings, Action<int> progress)
    {
        var values = new CsvValues(findings);
        var names = new EnvironmentNames(ledger);
        var ids = new Dictionary<EnvironmentId, int>();
        foreach (var row in sheet.Rows)
        {
            Apply(ledger, row, values, names, ids, findings);
            progress(1);
        }
    }

    private void Apply(
        TenantLedger ledger, CsvRow row, CsvValues values, EnvironmentNames names, Dictionary<EnvironmentId, int> ids, ImportFindings findings)
    {
        var before = findings.Errors.Count;
        var id = values.Id(row);
        var name = values.Text(row, "name");
        var type = values.Word<EnvironmentType>(row, "type");
        var region = values.Text(row, "region");
        var costCenter = values.OptionalText(row, "costCenter");
        var drawsOnPool = values.YesNo(row, "drawsOnPool") ?? true;
        if (row["type"] is null)
        {
            findings.Fault(row, "type", "Something must stand here.");
        }

        if (findings.Errors.Count > before)
        {
            return;
        }

        var same = id is null ? names.Named(name!) : [];
        if (same.Count > 1)
        {
            findings.Fault(row, "name", $"{same.Count} environments are named “{name}”. Put the id of the one you mean.");
            return;
        }

        var environment = id is { } known ? names.Find(new EnvironmentId(known)) : same.SingleOrDefault();
        var place = environment?.Id ?? new EnvironmentId(id ?? CsvValues.IdOf(ledger.Id, $"environment\n{name!.ToUpperInvariant()}", 0));
        if (!ids.TryAdd(place, row.Line))
        {
            findings.Fault(row, id is null ? "name" : "id", $"This environment is on line {ids[place]} already.");
            return;
        }

        var description = new EnvironmentDescription(name!, type!.Value, region!, costCenter);
        var outcome = environment is null ? Create(ledger, place, description, drawsOnPool, row, findings) : Describe(ledger, environment, description, row, findings);
        if (outcome is { } refusal)
        {
            values.Fault(refusal, row, Columns);
        }
    }

    private static Refusal? Create(TenantLedger ledger, EnvironmentId id, EnvironmentDescription description, bool drawsOnPool, CsvRow row, ImportFindings findings)
    {
        // The id of an environment that was retired, or of an application, is taken for good.
        if (ledger.AddEnvironment(id, description, drawsOnPool).Refusal is { } refusal)
        {
            return refusal;
        }

        var pool = drawsOnPool ? "draws on the tenant pool" : "does not draw on the tenant pool";
        findings.Changes.Add(new ImportChange(row.Line, description.Name, IsNew: true, $"{Place(description)}, {pool}"));
        return null;
    }

    private static Refusal? Describe(TenantLedger ledger, TenantEnvironment environment, EnvironmentDescription wanted, CsvRow row, ImportFindings findings)
    {
        var now = new EnvironmentDescription(environment.Name, environment.Type, environment.Region, environment.CostCenter);
        if (now == wanted)
        {
            return null;
        }

        if (ledger.ChangeEnvironment(environment.Id, wanted, expectedVersion: null).Refusal is { } refusal)
        {
            return refusal;
        }

        findings.Changes.Add(new ImportChange(row.Line, now.Name, IsNew: false, Difference(now, wanted)));
        return null;
    }

    private static string Place(EnvironmentDescription description) =>
        string.Join(" · ", new[] { description.Type.ToString(), description.Region, description.CostCenter }.Where(part => part is not null));

    private static string Difference(EnvironmentDescription now, EnvironmentDescription wanted) => string.Join("; ", new[]
    {
        Difference("name", now.Name, wanted.Name),
        Difference("type", now.Type.ToString(), wanted.Type.ToString()),
        Difference("region", now.Region, wanted.Region),
        Difference("cost centre", now.CostCenter ?? "none", wanted.CostCenter ?? "none"),
    }.Where(part => part is not null));

    private static string? Difference(string what, string now, string wanted) =>
        string.Equals(now, wanted, StringComparison.Ordinal) ? null : $"{what}: {now} → {wanted}";
}
