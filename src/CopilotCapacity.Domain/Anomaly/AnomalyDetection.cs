namespace CopilotCapacity.Domain.Anomaly;

/// <summary>
/// Tells use that is far off its own pattern from use that is only much. All of a rule's marks must be passed: a multiple of what is
/// usual at this hour or weekday, more than the pattern wavers, more than its busy days, and enough credits to matter.
/// </summary>
public static class AnomalyDetection
{
    private const int DaysPerWeek = 7;
    private const int HoursPerWeek = 3;

    // A pattern is known after three weeks.
    private const int HistoryDaysLeast = 21;

    // Below so many credits a surprise is not worth anybody's time.
    private const long DayLeast = 200_000;
    private const long HourLeast = 200_000;

    // The spread of a normal distribution in units of the median deviation.
    private const double DeviationScale = 1.4826;

    // A pattern of few samples can look steadier than it is.
    private const double SpreadLeast = 0.15;

    /// <summary>Looks at a series.</summary>
    public static SeriesVerdict Judge(UseSeries series)
    {
        var first = FirstDayOf(series);
        var pace = PaceOf(series);
        if (UseSeries.HistoryDays - first < HistoryDaysLeast)
        {
            return new SeriesVerdict(null, series.Today, 0, pace);
        }

        var busyDay = BusyDayOf(series);
        var (hour, hourUsual) = JudgeHour(series, first, busyDay);
        if (hour)
        {
            return new SeriesVerdict(AnomalySpan.Hour, series.LastHour, hourUsual, pace);
        }

        var (day, dayUsual) = JudgeDay(series, first, busyDay);
        return new SeriesVerdict(day ? AnomalySpan.Day : null, series.Today, dayUsual, pace);
    }

    /// <summary>
    /// Takes away features whose excess an agent of the same environment explains: one cause makes one alert.
    /// </summary>
    public static IReadOnlyList<(UseSeries Series, SeriesVerdict Verdict)> WithoutEchoes(IReadOnlyList<(UseSeries Series, SeriesVerdict Verdict)> found)
    {
        var agents = found.Where(item => item.Series.Key.AgentId is not null)
            .GroupBy(item => item.Series.Key.Environment)
            .ToDictionary(group => group.Key, group => group.Sum(item => item.Series.Today));
        return
        [
            .. found.Where(item => item.Series.Key.AgentId is not null
                || agents.GetValueOrDefault(item.Series.Key.Environment) * 2 < item.Series.Today),
        ];
    }

    private static (bool IsFar, long Usual) JudgeDay(UseSeries series, int first, long busyDay)
    {
        var days = SameWeekdays(series, first);
        var usual = Math.Max(Median(days), Median(days[^Math.Min(HoursPerWeek, days.Count)..]));
        var isFar = series.Today - usual >= DayLeast
            && series.Today >= 3 * usual
            && series.Today >= usual + (6 * SpreadOf(days, usual))
            && series.Today * 5 >= busyDay * 6;
        return (isFar, usual);
    }

    // An hour has to stand out more than a day, for hours waver more.
    private static (bool IsFar, long Usual) JudgeHour(UseSeries series, int first, long busyDay)
    {
        var weeks = (UseSeries.HistoryDays - first) / DaysPerWeek;
        var hours = series.SameHours.Skip(series.SameHours.Count - (weeks * HoursPerWeek)).ToList();
        var usual = Median(hours);
        var isFar = series.LastHour - usual >= HourLeast
            && series.LastHour >= 6 * usual
            && series.LastHour >= usual + (8 * SpreadOf(hours, usual))
            && series.LastHour >= 2 * hours.Max()
            && series.LastHour * 4 >= busyDay;
        return (isFar, usual);
    }

    private static HourPace PaceOf(UseSeries series)
    {
        var usual = Median(series.SameHours);
        if (series.LastHour * 4 >= HourLeast && series.LastHour > 2 * usual)
        {
            return HourPace.Busy;
        }

        var usualDay = Median(series.Days);
        return usual > 0 && usual * 48 >= usualDay ? HourPace.Calm : HourPace.Quiet;
    }

    private static int FirstDayOf(UseSeries series)
    {
        for (var day = 0; day < series.Days.Count; day++)
        {
            if (series.Days[day] > 0)
            {
                return day;
            }
        }

        return series.Days.Count;
    }

    private static List<long> SameWeekdays(UseSeries series, int first)
    {
        var same = new List<long>();
        for (var day = UseSeries.HistoryDays - DaysPerWeek; day >= first; day -= DaysPerWeek)
        {
            same.Insert(0, series.Days[day]);
        }

        return same;
    }

    // The third busiest day: what happened twice, such as an earlier accident, does not count as the pattern.
    private static long BusyDayOf(UseSeries series) => series.Days.OrderDescending().ElementAt(2);

    private static double SpreadOf(List<long> values, long usual) =>
        Math.Max(DeviationScale * Median([.. values.Select(value => Math.Abs(value - usual))]), SpreadLeast * usual);

    private static long Median(IReadOnlyList<long> values)
    {
        if (values.Count == 0)
        {
            return 0;
        }

        var sorted = values.Order().ToList();
        var middle = sorted.Count / 2;
        return sorted.Count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
