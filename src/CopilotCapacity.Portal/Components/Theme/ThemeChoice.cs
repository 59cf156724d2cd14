namespace CopilotCapacity.Portal.Components.Theme;

/// <summary>How a person wants the portal to look.</summary>
public enum ThemeChoice
{
    /// <summary>As the device says.</summary>
    System,

    /// <summary>Always light.</summary>
    Light,

    /// <summary>Always dark.</summary>
    Dark,
}

/// <summary>
/// The cookie that keeps the choice. It is read while prerendering, so that the first paint has the right colours, and
/// written by <c>shell.js</c>, because a circuit has no response to set it on.
/// </summary>
public static class ThemeCookie
{
    public const string Name = "theme";

    /// <summary>Anything but the two fixed choices follows the device.</summary>
    public static ThemeChoice Parse(string? value) => value switch
    {
        "light" => ThemeChoice.Light,
        "dark" => ThemeChoice.Dark,
        _ => ThemeChoice.System,
    };

    /// <summary>The value kept in the cookie and in <c>data-theme</c> on the root element.</summary>
    public static string ValueOf(ThemeChoice choice) => choice switch
    {
        ThemeChoice.Light => "light",
        ThemeChoice.Dark => "dark",
        _ => "system",
    };
}
