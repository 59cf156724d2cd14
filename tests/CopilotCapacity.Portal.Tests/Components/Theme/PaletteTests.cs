using System.Globalization;
using System.Text.RegularExpressions;
using CopilotCapacity.Portal.Components.Theme;
using MudBlazor;

namespace CopilotCapacity.Portal.Tests.Components.Theme;

/// <summary>Computes WCAG contrast from the style sheet itself, and holds MudBlazor's theme to the same colours.</summary>
public sealed partial class PaletteTests
{
    private const double Text = 4.5;
    private const double Graphics = 3.0;

    private static readonly string s_css = File.ReadAllText(Path.Combine(RepositoryRoot(), "wwwroot", "app.css"));

    public static TheoryData<string> Modes => ["light", "dark"];

    [Theory]
    [MemberData(nameof(Modes))]
    public void TextColours_OnTheirGrounds_ReachAa(string mode)
    {
        var tokens = TokensOf(mode);
        (string Text, string Ground)[] pairs =
        [
            ("ink", "page"), ("ink", "surface"), ("ink", "selected"), ("ink", "hover"),
            ("muted", "page"), ("muted", "surface"), ("muted", "hover"),
            ("accent", "surface"), ("accent", "page"), ("on-accent", "accent"), ("on-accent", "accent-hover"),
            ("available", "available-soft"), ("low", "low-soft"), ("depleted", "depleted-soft"), ("depleted", "surface"),
            ("ink", "low-soft"), ("ink", "depleted-soft"), ("ink-soft", "low-soft"), ("ink-soft", "depleted-soft"),
        ];

        Assert.All(pairs, p => AssertContrast(tokens, p.Text, p.Ground, Text));
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void GraphicColours_OnTheCard_ReachThreeToOne(string mode)
    {
        var tokens = TokensOf(mode);
        string[] graphics = ["series-allocation", "series-pool", "series-payg", "series-unfunded", "available", "low", "depleted", "control", "accent"];

        Assert.All(graphics, g => AssertContrast(tokens, g, "surface", Graphics));
    }

    [Fact]
    public void DarkBySystem_AndDarkByChoice_AreTheSame() =>
        Assert.Equal(TokensOf("dark"), Declarations(s_css[s_css.IndexOf("[data-theme=\"system\"]", StringComparison.Ordinal)..]));

    [Fact]
    public void MudTheme_HasTheColoursOfTheStyleSheet()
    {
        AssertSame(TokensOf("light"), PortalTheme.Theme.PaletteLight);
        AssertSame(TokensOf("dark"), PortalTheme.Theme.PaletteDark);
    }

    private static void AssertSame(Dictionary<string, string> tokens, Palette palette)
    {
        (string Token, MudBlazor.Utilities.MudColor Colour)[] pairs =
        [
            ("page", palette.Background), ("surface", palette.Surface), ("line", palette.LinesDefault), ("ink", palette.TextPrimary),
            ("muted", palette.TextSecondary), ("accent", palette.Primary), ("on-accent", palette.PrimaryContrastText),
            ("available", palette.Success), ("low", palette.Warning), ("depleted", palette.Error), ("control", palette.LinesInputs),
        ];
        Assert.All(pairs, p => Assert.Equal(tokens[p.Token], p.Colour.ToString(MudBlazor.Utilities.MudColorOutputFormats.Hex), ignoreCase: true));
    }

    private static void AssertContrast(Dictionary<string, string> tokens, string front, string back, double least)
    {
        var (a, b) = (Luminance(tokens[front]), Luminance(tokens[back]));
        var contrast = (Math.Max(a, b) + 0.05) / (Math.Min(a, b) + 0.05);
        Assert.True(contrast >= least, $"--{front} on --{back} is {contrast:0.00}, less than {least}.");
    }

    private static double Luminance(string hex)
    {
        var channels = new[] { hex[1..3], hex[3..5], hex[5..7] }
            .Select(c => int.Parse(c, NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255.0)
            .Select(c => c <= 0.04045 ? c / 12.92 : Math.Pow((c + 0.055) / 1.055, 2.4))
            .ToArray();
        return (0.2126 * channels[0]) + (0.7152 * channels[1]) + (0.0722 * channels[2]);
    }

    private static Dictionary<string, string> TokensOf(string mode) => string.Equals(mode, "light", StringComparison.Ordinal)
        ? Declarations(s_css)
        : Declarations(s_css[s_css.IndexOf(":root[data-theme=\"dark\"]", StringComparison.Ordinal)..]);

    private static Dictionary<string, string> Declarations(string css) =>
        Token().Matches(css[..css.IndexOf('}', StringComparison.Ordinal)]).ToDictionary(m => m.Groups[1].Value, m => m.Groups[2].Value, StringComparer.Ordinal);

    private static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "CopilotCapacity.Portal.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("The tests do not run inside the repository.");
    }

    [GeneratedRegex(@"--([a-z-]+): (#[0-9A-Fa-f]{6});")]
    private static partial Regex Token();
}
