using CopilotCapacity.Portal.Components.Shared;

namespace CopilotCapacity.Portal.Features.Imports;

/// <summary>The words of the page of imports, and of its address.</summary>
public static class ImportView
{
    /// <summary>How many changes, errors or statuses are listed at most; a longer list helps nobody.</summary>
    public const int ShownMost = 200;

    /// <summary>A kind's name in addresses.</summary>
    public static string NameOf(ImportKind kind) => kind.ToString().ToLowerInvariant();

    /// <summary>The kind an address names; null when it names none.</summary>
    public static ImportKind? KindOf(string? text) => Enum.GetValues<ImportKind>()
        .Where(kind => string.Equals(NameOf(kind), text, StringComparison.OrdinalIgnoreCase))
        .Select(kind => (ImportKind?)kind)
        .FirstOrDefault();

    /// <summary>What importing a kind of file does.</summary>
    public static string Explain(ImportKind kind) => kind switch
    {
        ImportKind.Environments => "Creates the environments that are not there yet, and gives those that are their new name, type, region and cost centre. It retires none.",
        ImportKind.Allocations => "Sets the allocations of the environments in the file. Those that are not in it keep theirs.",
        _ => "Records the message packs and other grants of the file. Grants that were recorded before stay as they are, so the same file twice records nothing twice.",
    };

    /// <summary>What begins the file.</summary>
    public static string TemplateText(ImportKind kind) => kind == ImportKind.Allocations ? "Download what is set now" : "Download a template";

    /// <summary>What a file does, in one sentence.</summary>
    public static string Sum(ImportPreview preview)
    {
        var made = preview.Changes.Count(change => change.IsNew);
        var changed = preview.Changes.Count - made;
        var parts = new List<string>();
        if (made > 0)
        {
            parts.Add($"{Formats.Count(made, "row adds", "rows add")} something");
        }

        if (changed > 0)
        {
            parts.Add($"{Formats.Count(changed, "row changes", "rows change")} something");
        }

        if (preview.Unchanged > 0)
        {
            parts.Add($"{Formats.Count(preview.Unchanged, "row agrees", "rows agree")} with what is there");
        }

        return string.Join(", ", parts) + ".";
    }
}
