namespace CopilotCapacity.Portal.Hosting.Http;

/// <summary>Lines of CSV (RFC 4180) that no spreadsheet takes for a formula.</summary>
internal static class Csv
{
    // What begins so is computed by spreadsheets; full-width forms are taken for the same signs by some.
    private const string Formulas = "=+-@\t\r\n＝＋－＠";

    /// <summary>A field as it was before it was written.</summary>
    public static string Unescape(string field) =>
        field.Length > 1 && field[0] == '\'' && (field[1] == '\'' || IsFormula(field[1])) ? field[1..] : field;

    /// <summary>Begins an answer that is a file, with the names of its columns.</summary>
    public static Task BeginAsync(HttpResponse response, string fileName, IEnumerable<string?> columns, CancellationToken cancellationToken)
    {
        response.ContentType = "text/csv; charset=utf-8";
        response.Headers.ContentDisposition = $"attachment; filename=\"{fileName}\"";

        // Spreadsheets take a file without this mark for one of their own old encodings.
        return response.WriteAsync("\uFEFF" + Line(columns), cancellationToken);
    }

    /// <summary>A line with its end.</summary>
    public static string Line(IEnumerable<string?> fields) => string.Join(',', fields.Select(Field)) + "\r\n";

    private static bool IsFormula(char first) => Formulas.Contains(first, StringComparison.Ordinal);

    private static string Field(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return "";
        }

        // An apostrophe before it makes it text; one that was there already is doubled, so that reading can tell.
        var safe = IsFormula(text[0]) || text[0] == '\'' ? "'" + text : text;
        return safe.AsSpan().IndexOfAny(",\"\r\n") >= 0 ? $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : safe;
    }
}
