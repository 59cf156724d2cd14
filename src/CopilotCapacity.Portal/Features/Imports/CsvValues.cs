using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Units;

namespace CopilotCapacity.Portal.Features.Imports;

/// <summary>Reads the fields of rows; what cannot be read becomes a finding.</summary>
internal sealed class CsvValues(ImportFindings findings)
{
    /// <summary>An environment in service, named by its id, or by its name when that is one environment's alone; null becomes a finding.</summary>
    public TenantEnvironment? Environment(CsvRow row, EnvironmentNames names)
    {
        if (row["id"] is { } text)
        {
            return Id(row) is { } id ? names.Find(new EnvironmentId(id)) ?? Fault<TenantEnvironment>(row, "id", $"There is no environment {text}.") : null;
        }

        if (row["name"] is not { } name)
        {
            return Fault<TenantEnvironment>(row, "id", "Say which environment: its id or its name.");
        }

        return names.Named(name) switch
        {
            [] => Fault<TenantEnvironment>(row, "name", $"There is no environment named “{name}”."),
            [var one] => one,
            var several => Fault<TenantEnvironment>(row, "name", $"{several.Count} environments are named “{name}”. Put the id of the one you mean."),
        };
    }

    public Guid? Id(CsvRow row) => row["id"] is not { } text
        ? null
        : Guid.TryParse(text, out var id) && id != Guid.Empty ? id : Fault(row, "id", $"“{text}” is no id. Leave it empty for something new.");

    public string? Text(CsvRow row, string column)
    {
        if (row[column] is not { } text)
        {
            return Fault<string>(row, column, "Something must stand here.");
        }

        return OptionalText(row, column) ?? text;
    }

    public string? OptionalText(CsvRow row, string column)
    {
        if (row[column] is not { } text)
        {
            return null;
        }

        if (text.Length > TenantEnvironment.TextLengthMax)
        {
            Fault(row, column, $"At most {TenantEnvironment.TextLengthMax} characters.");
        }
        else if (text.Any(char.IsControl))
        {
            Fault(row, column, "A line break or another control character stands in it.");
        }

        return text;
    }

    public Credits? Credits(CsvRow row, string column) =>
        Number(row, column) is not { } number ? null
        : number < 0 ? FaultOf<Credits>(row, column, "A number of credits is not below zero.")
        : Domain.Units.Credits.TryFrom(number, out var credits) ? credits
        : FaultOf<Credits>(row, column, "At most three decimals, and no more than a million million credits.");

    public decimal? Number(CsvRow row, string column) => row[column] is not { } text
        ? null
        : decimal.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : FaultOf<decimal>(row, column, $"“{text}” is no number. Write it like 12500 or 12500.5.");

    public T? Word<T>(CsvRow row, string column)
        where T : struct, Enum => row[column] is not { } text
        ? null
        : !char.IsAsciiDigit(text[0]) && Enum.TryParse<T>(text, ignoreCase: true, out var word) && Enum.IsDefined(word)
            ? word
            : FaultOf<T>(row, column, $"“{text}” is none of {string.Join(", ", Enum.GetNames<T>().Select(CsvText.Word))}.");

    public bool? YesNo(CsvRow row, string column) => row[column]?.ToLowerInvariant() switch
    {
        null => null,
        "yes" or "true" or "1" => true,
        "no" or "false" or "0" => false,
        var text => FaultOf<bool>(row, column, $"“{text}” is neither yes nor no."),
    };

    /// <summary>A day or an instant; a day begins at midnight UTC.</summary>
    public DateTimeOffset? Time(CsvRow row, string column) => row[column] is not { } text
        ? null
        : DateTimeOffset.TryParseExact(
            text, ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            ? at.ToUniversalTime()
            : FaultOf<DateTimeOffset>(row, column, $"“{text}” is no day. Write it like 2027-01-31.");

    /// <summary>An id that the same line of the same tenant always gets, so that a file that comes twice does nothing twice.</summary>
    public static Guid IdOf(TenantId tenant, string what, int occurrence)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{tenant.Value:D}\n{occurrence}\n{what}"));
        return new Guid(hash.AsSpan(0, 16));
    }

    public void Fault(Refusal refusal, CsvRow row, IReadOnlyList<ImportColumn> columns) =>
        findings.Fault(row, columns.FirstOrDefault(column => string.Equals(column.Name, refusal.Field, StringComparison.Ordinal))?.Name, refusal.Detail);

    private Guid? Fault(CsvRow row, string column, string text) => FaultOf<Guid>(row, column, text);

    private T? Fault<T>(CsvRow row, string column, string text)
        where T : class
    {
        findings.Fault(row, column, text);
        return null;
    }

    private T? FaultOf<T>(CsvRow row, string column, string text)
        where T : struct
    {
        findings.Fault(row, column, text);
        return null;
    }
}

/// <summary>The words of files.</summary>
internal static class CsvText
{
    /// <summary>The name of an enum's value as the API spells it.</summary>
    public static string Word<T>(T value)
        where T : struct, Enum => Word(value.ToString());

    public static string Word(string name) => char.ToLowerInvariant(name[0]) + name[1..];

    public static string Number(Credits credits) => credits.ToString();

    public static string YesNo(bool value) => value ? "yes" : "no";

    public static string? Time(DateTimeOffset? at) => at?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);
}

/// <summary>A tenant's environments in service by id and by name.</summary>
internal sealed class EnvironmentNames(TenantLedger ledger)
{
    private readonly ILookup<string, TenantEnvironment> _byName =
        ledger.Environments.Where(environment => environment.RetiredAt is null).ToLookup(environment => environment.Name, StringComparer.OrdinalIgnoreCase);

    public TenantEnvironment? Find(EnvironmentId id) => ledger.Find(id) is { RetiredAt: null } environment ? environment : null;

    public IReadOnlyList<TenantEnvironment> Named(string name) => [.. _byName[name]];
}
