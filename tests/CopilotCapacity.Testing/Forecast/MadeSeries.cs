using CopilotCapacity.Domain.Units;

namespace CopilotCapacity.Testing.Forecast;

/// <summary>Years of use with known patterns and chance that is always the same.</summary>
internal static class MadeSeries
{
    private const int Days = 3 * 365;
    private const double Usual = 1_000;

    private static readonly DateOnly s_first = new(2023, 1, 1);

    // Sunday first.
    private static readonly double[] s_week = [0.35, 1.25, 1.3, 1.2, 1.15, 1.05, 0.4];

    private static readonly Dictionary<string, Func<int, DateOnly, Chance, double>> s_kinds = new(StringComparer.Ordinal)
    {
        ["week"] = (_, day, chance) => Week(day) * chance.Factor(0.18),
        ["week that grows"] = (index, day, chance) => Week(day) * Math.Exp(index / 365.0 * 0.7) * chance.Factor(0.18),
        ["week that shrinks"] = (index, day, chance) => Week(day) * Math.Exp(-index / 365.0 * 0.7) * chance.Factor(0.18),
        ["steps"] = (index, day, chance) => Week(day) * (index > 300 ? 2.2 : 1) * (index > 620 ? 0.55 : 1) * (index > 860 ? 1.8 : 1) * chance.Factor(0.18),
        ["month-end peaks"] = (_, day, chance) => Week(day) * (day.AddDays(3).Month != day.Month ? 1.9 : 1) * chance.Factor(0.18),
        ["holiday dips"] = (_, day, chance) => Week(day) * (IsHoliday(day) ? 0.25 : 1) * chance.Factor(0.18),
        ["seasons"] = (index, day, chance) => Week(day) * (1 + (0.45 * Math.Sin(2 * Math.PI * index / 365.25))) * chance.Factor(0.18),
        ["working days"] = (index, day, chance) => day.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday ? 0 : Usual * (1 + (index / 1_500.0)) * chance.Factor(0.18),
        ["outliers"] = (_, day, chance) => Week(day) * chance.Factor(0.18) * (chance.Next() < 0.015 ? 6 : 1),
        ["no pattern"] = (_, _, chance) => Usual * chance.Factor(0.18),
        ["every third day"] = (_, _, chance) => chance.Next() < 0.3 ? Usual * chance.Factor(0.6) : 0,
        ["rare"] = (_, _, chance) => chance.Next() < 0.06 ? Usual * chance.Factor(0.6) : 0,
    };

    /// <summary>The names of the patterns.</summary>
    public static IEnumerable<string> Kinds => s_kinds.Keys;

    /// <summary>Three years of a pattern.</summary>
    public static DailySeries Of(string kind, int seed)
    {
        var chance = new Chance((seed * 7_919) + kind.Sum(letter => letter));
        var use = s_kinds[kind];
        return new DailySeries(
            kind, s_first, [.. Enumerable.Range(0, Days).Select(index => (Credits?)new Credits((long)(use(index, s_first.AddDays(index), chance) * Credits.PerCredit)))]);
    }

    private static double Week(DateOnly day) => Usual * s_week[(int)day.DayOfWeek];

    private static bool IsHoliday(DateOnly day) => (day.Month, day.Day) is (12, > 22) or (1, < 3) or (8, < 15) or (4, > 5 and < 10);

    private sealed class Chance(int seed)
    {
        private readonly Random _random = new(seed);

        public double Next() => _random.NextDouble();

        // Log-normal around 1.
        public double Factor(double spread)
        {
            var normal = Math.Sqrt(-2 * Math.Log(1 - Next())) * Math.Cos(2 * Math.PI * Next());
            return Math.Exp((spread * normal) - (spread * spread / 2));
        }
    }
}
