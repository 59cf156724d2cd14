namespace CopilotCapacity.Portal.Features.Replay;

/// <summary>A plan, and how it came about.</summary>
/// <param name="Plan">What is sent.</param>
/// <param name="MemoryFile">Where its start is remembered; null when it needs no memory.</param>
/// <param name="Reused">True when the start was remembered from an earlier run.</param>
/// <param name="MemoryFailure">Why the start could not be remembered; null when it could.</param>
public sealed record PlannedReplay(ReplayPlan Plan, string? MemoryFile, bool Reused, string? MemoryFailure)
{
    public bool FromNow => MemoryFile is not null;
}

/// <summary>Decides when a trace begins and who its events name as their sender.</summary>
public sealed class ReplayPlanner(ReplayMemory memory, TimeProvider time)
{
    /// <summary>Plans the replay of a trace; one from now is remembered before anything is sent.</summary>
    /// <exception cref="InvalidDataException">The trace cannot be moved there, or what was remembered is damaged.</exception>
    public PlannedReplay Plan(TraceFacts trace, ReplayOptions options)
    {
        var planned = options.From is { } from ? FromTime(trace, options, from) : FromNow(trace, options);
        var length = trace.Length / planned.Plan.Divisor;
        return DateTimeOffset.MaxValue - planned.Plan.Start < length
            ? throw new InvalidDataException("The trace would run past the year 9999.")
            : planned;
    }

    private PlannedReplay FromTime(TraceFacts trace, ReplayOptions options, DateTimeOffset from)
    {
        var source = options.Source ?? ReplayPlan.SourceOf(trace, options.Environment, from, options.Again ? Now() : null);
        return new PlannedReplay(PlanOf(trace, options, new RememberedRun(from, 1, source)), null, Reused: false, null);
    }

    private PlannedReplay FromNow(TraceFacts trace, ReplayOptions options)
    {
        var file = memory.FileFor(trace, options);
        if (!options.Again && ReplayMemory.Load(file) is { } remembered)
        {
            return new PlannedReplay(PlanOf(trace, options, remembered), file, Reused: true, null);
        }

        var start = Now();
        var source = options.Source ?? ReplayPlan.SourceOf(trace, options.Environment, null, options.Again ? start : null);
        var run = new RememberedRun(start, ReplayPlan.DivisorFromNow(options.Speed, trace.Length), source);
        return new PlannedReplay(PlanOf(trace, options, run), file, Reused: false, Remember(file, run));
    }

    private string? Remember(string file, RememberedRun run)
    {
        try
        {
            memory.Save(file, run);
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return exception.Message;
        }
    }

    private static ReplayPlan PlanOf(TraceFacts trace, ReplayOptions options, RememberedRun run) => new()
    {
        Source = run.Source,
        Environment = options.Environment,
        First = trace.First,
        Start = run.Start,
        Divisor = run.Divisor,
    };

    /// <summary>The clock in whole milliseconds, rounded down: easier to read and to type again.</summary>
    private DateTimeOffset Now()
    {
        var now = time.GetUtcNow();
        return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMillisecond));
    }
}
