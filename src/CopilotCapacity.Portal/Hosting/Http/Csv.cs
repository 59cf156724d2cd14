namespace CopilotCapacity.Portal.Hosting.Http;

/// <summary>Lines of CSV (RFC 4180) that no spreadsheet takes for a formula.</summary>
internal static class Csv
{
    // What begins so is computed by spreadsheets; full-width forms are taken for the same signs by some.
    private const string Formulas = "=+-@\t\r\n＝＋－＠";

    /// <summary>A line with its end.</summary>
    public static string Line(IEnumerable<string?> fields) => string.Join(',', fields.Select(Field)) + "\r\n";

    private static string Field(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return "";
        }

        // An apostrophe before it makes it text.
        var safe = Formulas.Contains(text[0], StringComparison.Ordinal) ? "'" + text : text;
        return safe.AsSpan().IndexOfAny(",\"\r\n") >= 0 ? $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : safe;
    }
}
