using System.Globalization;
using System.Text;
using CopilotCapacity.Portal.Hosting.Http;
using CsvHelper;
using CsvHelper.Configuration;

namespace CopilotCapacity.Portal.Features.Imports;

/// <summary>One line of a sheet, by the names of its columns.</summary>
internal sealed class CsvRow(int line, IReadOnlyDictionary<string, int> columns, string[] fields)
{
    /// <summary>Its line in the file, from 1; the header is one of them.</summary>
    public int Line => line;

    /// <summary>What stands in a column; null when nothing does, or there is no such column.</summary>
    public string? this[string column] =>
        columns.TryGetValue(column, out var index) && index < fields.Length && Csv.Unescape(fields[index].TrimStart(' ')).Trim() is { Length: > 0 } text ? text : null;
}

/// <summary>A file of comma-separated values as it was read, or what is wrong with it as a whole.</summary>
internal sealed record CsvSheet(IReadOnlyList<CsvRow> Rows, IReadOnlyList<string> Ignored, string? Problem)
{
    /// <summary>The largest file that is read, in bytes.</summary>
    public const int BytesMost = 5 * 1024 * 1024;

    /// <summary>The most rows of one file.</summary>
    public const int RowsMost = 10_000;

    /// <summary>Reads a file. Its separator is a comma, a semicolon or a tab, whichever its first line has most of.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="columns">The columns that mean something here.</param>
    public static CsvSheet Read(byte[] bytes, IReadOnlyList<ImportColumn> columns)
    {
        string text;
        try
        {
            text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes).TrimStart('\uFEFF');
        }
        catch (DecoderFallbackException)
        {
            return Failed("The file is not in UTF-8. In Excel, save it as “CSV UTF-8 (comma delimited)”.");
        }

        return text.Contains('\0', StringComparison.Ordinal) ? Failed("The file is no text. Save the sheet as CSV.") : Read(text, columns);
    }

    private static CsvSheet Read(string text, IReadOnlyList<ImportColumn> columns)
    {
        var bad = 0;
        var configuration = new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            Delimiter = SeparatorOf(text),
            IgnoreBlankLines = true,
            BadDataFound = found => bad = bad == 0 ? found.Context.Parser?.RawRow ?? 1 : bad,
        };
        using var parser = new CsvParser(new StringReader(text), configuration);
        if (!parser.Read())
        {
            return Failed("The file is empty.");
        }

        if (IndexOf(parser.Record!, columns, out var index) is { } problem)
        {
            return Failed(problem);
        }

        var rows = new List<CsvRow>();
        while (parser.Read())
        {
            if (rows.Count == RowsMost)
            {
                return Failed(string.Create(CultureInfo.CurrentCulture, $"The file has more than {RowsMost:N0} rows. Split it."));
            }

            // A field may hold line breaks; the row begins where its first field does.
            var record = parser.Record!;
            var line = parser.RawRow - record.Sum(field => field.Count(letter => letter == '\n'));
            if (record.Length != index.Fields)
            {
                return Failed($"Line {line} has {record.Length} fields, and the first line has {index.Fields}.");
            }

            if (record.Any(field => !string.IsNullOrWhiteSpace(field)))
            {
                rows.Add(new CsvRow(line, index.Columns, record));
            }
        }

        return bad > 0 ? Failed($"The quotation marks of line {bad} do not match.")
            : rows.Count == 0 ? Failed("The file has a first line with the names of the columns, and no rows.")
            : new CsvSheet(rows, index.Ignored, null);
    }

    private static string? IndexOf(string[] header, IReadOnlyList<ImportColumn> columns, out (Dictionary<string, int> Columns, List<string> Ignored, int Fields) index)
    {
        index = (new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase), [], header.Length);
        for (var place = 0; place < header.Length; place++)
        {
            var name = header[place].Trim();
            if (!columns.Any(column => string.Equals(column.Name, name, StringComparison.OrdinalIgnoreCase)))
            {
                index.Ignored.Add(name);
            }
            else if (!index.Columns.TryAdd(name, place))
            {
                return $"The column “{name}” is there twice.";
            }
        }

        var found = index.Columns;
        var missing = columns.Where(column => column.IsNeeded && !found.ContainsKey(column.Name)).Select(column => column.Name).ToList();
        return missing.Count > 0
            ? $"The first line names the columns; there is none named {string.Join(", ", missing.Select(name => $"“{name}”"))}."
            : null;
    }

    private static string SeparatorOf(string text)
    {
        var first = text.AsSpan(0, Math.Max(0, text.IndexOf('\n', StringComparison.Ordinal) is var end and >= 0 ? end : text.Length));
        var best = ",";
        var most = first.Count(',');
        foreach (var other in new[] { ";", "\t" })
        {
            if (first.Count(other[0]) > most)
            {
                (best, most) = (other, first.Count(other[0]));
            }
        }

        return best;
    }

    private static CsvSheet Failed(string problem) => new([], [], problem);
}
