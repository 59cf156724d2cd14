using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace CopilotCapacity.Portal.Features.Replay;

/// <summary>Shows a run: a bar on a terminal, plain lines when the output goes to a file or a pipe.</summary>
public sealed class ReplayScreen(IAnsiConsole console)
{
    /// <summary>How many lines of progress a plain output gets.</summary>
    private const int PlainSteps = 10;

    public void Begin(ReplayOptions options, TraceFacts trace, PlannedReplay planned)
    {
        var plan = planned.Plan;
        Line($"{trace.Rows:N0} requests of {Path.GetFileName(options.File)}, recorded over {TimeSpan.FromSeconds(Math.Round(trace.Length.TotalSeconds)):c}");
        Line($"  to      {options.Url.GetLeftPart(UriPartial.Authority)}, environment {plan.Environment}");
        Line($"  times   from {Time(plan.Start)} to {Time(plan.Start + (trace.Length / plan.Divisor))}");
        Line($"  source  {plan.Source}");
        if (planned.Reused)
        {
            Line($"This replay began at {Time(plan.Start)}: the same events are sent again, and what is already recorded stays as it is. --again starts a new one.");
        }

        if (planned.MemoryFailure is { } failure)
        {
            Line($"The start could not be remembered ({failure}). The same command again would be refused with conflicts, and change nothing.");
        }
    }

    /// <summary>Shows progress while <paramref name="send"/> runs.</summary>
    public Task<ReplayResult> ShowAsync(int total, Func<Action<ReplaySummary>, Task<ReplayResult>> send) =>
        console.Profile.Out.IsTerminal && console.Profile.Capabilities is { Ansi: true, Interactive: true }
            ? ShowBarAsync(total, send)
            : ShowLinesAsync(total, send);

    /// <summary>Shows what became of the run, and <paramref name="goOn"/> when it ended early.</summary>
    public void End(ReplayResult result, int total, string goOn)
    {
        var summary = result.Summary;
        if (result.Cancelled || result.Failure is not null)
        {
            var left = total - summary.Answered - summary.Unanswered;
            Line($"{(result.Cancelled ? "Stopped" : "Given up")}; {left:N0} events were not sent. {goOn}");
        }

        console.Write(ReplayTables.Outcomes(summary));
        console.Write(ReplayTables.Credits(summary));
        Line($"Events answered: {summary.Answered:N0} in {result.Elapsed.TotalSeconds:N1} s, {Rate(summary.Answered, result.Elapsed)}");
        foreach (var hint in ReplayTables.Hints(summary))
        {
            Line(hint);
        }
    }

    private async Task<ReplayResult> ShowLinesAsync(int total, Func<Action<ReplaySummary>, Task<ReplayResult>> send)
    {
        var told = 0;
        return await send(summary =>
        {
            var step = (int)((long)summary.Answered * PlainSteps / total);
            if (step > told)
            {
                told = step;
                Line($"{summary.Answered:N0} of {total:N0} events ({step * 100 / PlainSteps} %)");
            }
        });
    }

    private async Task<ReplayResult> ShowBarAsync(int total, Func<Action<ReplaySummary>, Task<ReplayResult>> send) =>
        await console.Progress()
            .Columns(new ProgressBarColumn(), new PercentageColumn(), new CountColumn(), new RemainingTimeColumn())
            .StartAsync(async context =>
            {
                var task = context.AddTask("Sending", maxValue: total);
                return await send(summary => task.Value = summary.Answered);
            });

    /// <summary>Past the console's own layout: it breaks lines at 80 columns when there is no terminal, in the midst of a source.</summary>
    private void Line(FormattableString text) => Line(text.ToString(CultureInfo.InvariantCulture));

    private void Line(string text) => console.Profile.Out.Writer.WriteLine(text);

    private static string Time(DateTimeOffset at) => new ReplayFrom(at).ToString();

    private static string Rate(double events, TimeSpan elapsed) => elapsed > TimeSpan.Zero
        ? string.Create(CultureInfo.InvariantCulture, $"{events / elapsed.TotalSeconds:N0} a second")
        : "at once";

    /// <summary>The count and the rate, such as "12,500 of 19,366, 3,100 a second".</summary>
    private sealed class CountColumn : ProgressColumn
    {
        public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) => new Text(
            string.Create(CultureInfo.InvariantCulture, $"{task.Value:N0} of {task.MaxValue:N0}, {task.Speed ?? 0:N0} a second"));
    }
}
