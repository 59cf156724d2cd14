using MudBlazor;

namespace CopilotCapacity.Portal.Components.Theme;

/// <summary>
/// MudBlazor's theme, from the same table as the custom properties in <c>app.css</c>; a test holds the two together.
/// MudBlazor's own palette fails WCAG AA with white text, so every colour and its contrast text is set here.
/// </summary>
public static class PortalTheme
{
    public static readonly MudTheme Theme = new()
    {
        PaletteLight = Light(),
        PaletteDark = Dark(),
        LayoutProperties = new LayoutProperties { DefaultBorderRadius = "7px", AppbarHeight = "52px", DrawerWidthLeft = "216px" },
        Typography = Type(),
    };

    // The system's own fonts: nothing to download, and what people read all day.
    private static readonly string[] s_fonts = ["Segoe UI Variable", "Segoe UI", "Inter", "system-ui", "sans-serif"];

    private static PaletteLight Light() => new()
    {
        Primary = "#3A4FD0",
        PrimaryContrastText = "#FFFFFF",
        Secondary = "#5B6472",
        SecondaryContrastText = "#FFFFFF",
        Tertiary = "#5B6472",
        TertiaryContrastText = "#FFFFFF",
        Info = "#3A4FD0",
        InfoContrastText = "#FFFFFF",
        Success = "#1B7F3B",
        SuccessContrastText = "#FFFFFF",
        Warning = "#8A5200",
        WarningContrastText = "#FFFFFF",
        Error = "#B3261E",
        ErrorContrastText = "#FFFFFF",
        Dark = "#1B1F27",
        DarkContrastText = "#FFFFFF",
        TextPrimary = "#1B1F27",
        TextSecondary = "#5B6472",
        TextDisabled = "#767E8B",
        ActionDefault = "#5B6472",
        ActionDisabled = "#767E8B",
        ActionDisabledBackground = "#E2E5EA",
        Background = "#F5F6F8",
        BackgroundGray = "#F5F6F8",
        Surface = "#FFFFFF",
        AppbarBackground = "#FFFFFF",
        AppbarText = "#1B1F27",
        DrawerBackground = "#FFFFFF",
        DrawerText = "#1B1F27",
        DrawerIcon = "#5B6472",
        LinesDefault = "#E2E5EA",
        LinesInputs = "#868D99",
        TableLines = "#E2E5EA",
        Divider = "#E2E5EA",
        TableHover = "#F5F6F8",
        Skeleton = "#E2E5EA",
    };

    private static PaletteDark Dark() => new()
    {
        Primary = "#98A6FF",
        PrimaryContrastText = "#12141A",
        Secondary = "#A2AAB8",
        SecondaryContrastText = "#12141A",
        Tertiary = "#A2AAB8",
        TertiaryContrastText = "#12141A",
        Info = "#98A6FF",
        InfoContrastText = "#12141A",
        Success = "#5FD38D",
        SuccessContrastText = "#12141A",
        Warning = "#FFB547",
        WarningContrastText = "#12141A",
        Error = "#FF8A80",
        ErrorContrastText = "#12141A",
        Dark = "#E8EAF0",
        DarkContrastText = "#12141A",
        TextPrimary = "#E8EAF0",
        TextSecondary = "#A2AAB8",
        TextDisabled = "#7D8593",
        ActionDefault = "#A2AAB8",
        ActionDisabled = "#7D8593",
        ActionDisabledBackground = "#2B303B",
        Background = "#12141A",
        BackgroundGray = "#12141A",
        Surface = "#1A1D25",
        AppbarBackground = "#1A1D25",
        AppbarText = "#E8EAF0",
        DrawerBackground = "#1A1D25",
        DrawerText = "#E8EAF0",
        DrawerIcon = "#A2AAB8",
        LinesDefault = "#2B303B",
        LinesInputs = "#767E8C",
        TableLines = "#2B303B",
        Divider = "#2B303B",
        TableHover = "#20242E",
        Skeleton = "#2B303B",
    };

    private static Typography Type() => new()
    {
        Default = new DefaultTypography { FontFamily = s_fonts, FontSize = "14px", LineHeight = "1.45", LetterSpacing = "normal" },
        H1 = new H1Typography { FontFamily = s_fonts, FontSize = "22px", FontWeight = "650", LineHeight = "1.25", LetterSpacing = "-0.01em" },
        H2 = new H2Typography { FontFamily = s_fonts, FontSize = "14px", FontWeight = "650", LineHeight = "1.4", LetterSpacing = "normal" },
        H6 = new H6Typography { FontFamily = s_fonts, FontSize = "16px", FontWeight = "650", LineHeight = "1.4", LetterSpacing = "normal" },
        Body1 = new Body1Typography { FontFamily = s_fonts, FontSize = "14px", LineHeight = "1.45", LetterSpacing = "normal" },
        Body2 = new Body2Typography { FontFamily = s_fonts, FontSize = "14px", LineHeight = "1.45", LetterSpacing = "normal" },
        Subtitle1 = new Subtitle1Typography { FontFamily = s_fonts, FontSize = "14px", LineHeight = "1.45", LetterSpacing = "normal" },
        Caption = new CaptionTypography { FontFamily = s_fonts, FontSize = "12.5px", LineHeight = "1.45", LetterSpacing = "normal" },
        Button = new ButtonTypography { FontFamily = s_fonts, FontSize = "13.5px", FontWeight = "600", LineHeight = "1.4", LetterSpacing = "normal", TextTransform = "none" },
    };
}
