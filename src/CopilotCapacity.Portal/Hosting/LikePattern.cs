namespace CopilotCapacity.Portal.Hosting;

/// <summary>Looks for a text as it is written: what LIKE takes for a placeholder stands for itself.</summary>
internal static class LikePattern
{
    /// <summary>The character that takes a placeholder's meaning away.</summary>
    public const string Escape = "\\";

    /// <summary>The pattern of all that has a text in it.</summary>
    public static string Containing(string text) =>
        $"%{text.Replace(Escape, Escape + Escape, StringComparison.Ordinal).Replace("%", Escape + "%", StringComparison.Ordinal).Replace("_", Escape + "_", StringComparison.Ordinal)}%";
}
