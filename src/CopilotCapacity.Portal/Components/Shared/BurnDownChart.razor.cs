using CopilotCapacity.Domain.Units;
using Microsoft.AspNetCore.Components;

namespace CopilotCapacity.Portal.Components.Shared;

/// <summary>
/// Credits left over the month, drawn on the server. MudBlazor's chart cannot label a line, a day and a forecast
/// directly, and prints its labels in the picture's scale, unreadable on a phone.
/// </summary>
public sealed partial class BurnDownChart
{
    private BurnDownGeometry _geometry = default!;

    [Parameter, EditorRequired]
    public required BurnDown Data { get; set; }

    // Beside the point while there is room for the words; below it, where the line has not been, when there is not.
    private string TodaySide => _geometry.Today.X switch
    {
        > 72 => "to-left",
        > 45 => "to-right narrow-left",
        _ => "to-right",
    };

    private string ForecastLabel
    {
        get
        {
            return Data.RunsOut is { At: not null } ends
                ? $"used up {ForecastText.Day(ends)}"
                : $"{Formats.Brief(Credits.Of((long)Math.Round(Data.LeftAtEnd.Value)))} left at the month’s end";
        }
    }

    private string Basis => ForecastText.By(Data.Basis);

    protected override void OnParametersSet() => _geometry = new BurnDownGeometry(Data);

    private static string Css(decimal value) => BurnDownGeometry.Css(value);

    private static string At(Spot spot) => $"left: {Css(spot.X)}%; top: {Css(spot.Y)}%";
}
