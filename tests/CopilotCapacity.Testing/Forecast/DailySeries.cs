using System.Globalization;
using CopilotCapacity.Domain.Forecast;
using CopilotCapacity.Domain.Units;

namespace CopilotCapacity.Testing.Forecast;

/// <summary>What was used on each day, to forecast from and to compare with.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="First">The first day.</param>
/// <param name="Days">Credits of each day; null where it is not known.</param>
internal sealed record DailySeries(string Name, DateOnly First, IReadOnlyList<Credits?> Days)
{
    /// <summary>Reads a file of days and numbers, one pair a line, below a heading, in any order.</summary>
    /// <param name="path">The file.</param>
    /// <param name="name">What the series is called.</param>
    /// <param name="isLogarithm">Whether the numbers are natural logarithms.</param>
    public static DailySeries Read(string path, string name, bool isLogarithm)
    {
        var rows = File.ReadLines(path).Skip(1)
            .Select(line => line.Replace("\"", "", StringComparison.Ordinal).Split(','))
            .Where(parts => parts.Length == 2 && parts[1].Length > 0)
            .ToDictionary(
                parts => DateOnly.Parse(parts[0], CultureInfo.InvariantCulture),
                parts => double.Parse(parts[1], CultureInfo.InvariantCulture));
        var (first, last) = (rows.Keys.Min(), rows.Keys.Max());
        var days = new Credits?[last.DayNumber - first.DayNumber + 1];
        foreach (var (day, number) in rows)
        {
            days[day.DayNumber - first.DayNumber] = Credits.Of((long)Math.Round(isLogarithm ? Math.Exp(number) : number));
        }

        return new DailySeries(name, first, days);
    }

    /// <summary>The history as it was known when a day began: the days before, the longest ones ago left out.</summary>
    public UseHistory Until(int day, int daysMost)
    {
        var from = Math.Max(0, day - daysMost);
        return new UseHistory(First.AddDays(from), [.. Days.Skip(from).Take(day - from)]);
    }
}
