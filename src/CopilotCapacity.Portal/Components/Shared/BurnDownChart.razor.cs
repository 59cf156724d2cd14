using CopilotCapacity.Domain.Units;
using Microsoft.AspNetCore.Components;

namespace CopilotCapacity.Portal.Components.Shared;

/// <summary>
/// Prepaid credits left over the month, drawn on the server. MudBlazor's chart cannot label a line, a day and a forecast
/// directly, and prints its labels in the picture's scale, unreadable on a phone.
/// </summary>
public sealed partial class BurnDownChart
{
    private BurnDownGeometry _geometry = default!;

    [Parameter, EditorRequired]
    public required BurnDown Data { get; set; }

    private string EndLabel
    {
        get
        {
            if (Data.RunsOutAt is { } at)
            {
                return $"used up {Formats.Day(at)} at this month’s pace";
            }

            var left = Data.Pace?.LeftAtEnd(Data.Left) ?? 0;
            return $"about {Formats.Brief(Credits.Of((long)Math.Round(left)))} left at the month’s end";
        }
    }

    protected override void OnParametersSet() => _geometry = new BurnDownGeometry(Data);

    private static string Css(decimal value) => BurnDownGeometry.Css(value);

    private static string At(Spot spot) => $"left: {Css(spot.X)}%; top: {Css(spot.Y)}%";
}
