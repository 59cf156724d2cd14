namespace CopilotCapacity.Domain.Anomaly;

/// <summary>Why use is far off its pattern, as far as its own dimensions tell. The name is stored; never change one.</summary>
public enum CauseKind
{
    /// <summary>More use than usual by many.</summary>
    MoreUse,

    /// <summary>A model that was not used before.</summary>
    NewModel,

    /// <summary>A tool that was not used before.</summary>
    NewTool,

    /// <summary>A channel that was not used before.</summary>
    NewChannel,

    /// <summary>The same again and again: one user, or nobody named, many times an hour.</summary>
    Loop,

    /// <summary>One user.</summary>
    OneUser,

    /// <summary>About as many uses as usual, each of which costs more.</summary>
    DearerUse,
}

/// <summary>Uses that share model, tool, channel and user.</summary>
/// <param name="Model">The model; null where none was named.</param>
/// <param name="Tool">The tool.</param>
/// <param name="Channel">The channel.</param>
/// <param name="User">The user's id.</param>
/// <param name="Credits">What they used, in thousandths of a credit.</param>
/// <param name="Events">How many they were.</param>
public sealed record MixPart(string? Model, string? Tool, string? Channel, string? User, long Credits, long Events);

/// <summary>What a series used in some hours, by what it was used for.</summary>
/// <param name="Parts">The parts.</param>
/// <param name="Hours">How many hours they span.</param>
public sealed record UseMix(IReadOnlyList<MixPart> Parts, double Hours)
{
    /// <summary>All credits, in thousandths.</summary>
    public long Credits { get; } = Parts.Sum(part => part.Credits);

    /// <summary>All uses.</summary>
    public long Events { get; } = Parts.Sum(part => part.Events);
}

/// <summary>A cause with what it names.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="What">The model, tool, channel or user; null where none is named.</param>
/// <param name="Percent">The share of the use that it stands for.</param>
/// <param name="PerHour">Uses an hour, of a loop.</param>
public sealed record AnomalyCause(CauseKind Kind, string? What = null, int Percent = 100, int PerHour = 0)
{
    private const double NewShare = 0.02;
    private const double LoopPerHour = 60;

    /// <summary>Finds the cause by comparing what is used now with what was used before. What is new comes first.</summary>
    public static AnomalyCause Of(UseMix now, UseMix before) =>
        FindNew(CauseKind.NewModel, now, before, part => part.Model)
        ?? FindNew(CauseKind.NewTool, now, before, part => part.Tool)
        ?? FindNew(CauseKind.NewChannel, now, before, part => part.Channel)
        ?? FindUser(now, before)
        ?? FindDearer(now, before)
        ?? new AnomalyCause(CauseKind.MoreUse);

    // It stands for at least half of all, and for next to nothing before.
    private static AnomalyCause? FindNew(CauseKind kind, UseMix now, UseMix before, Func<MixPart, string?> dimension)
    {
        var (what, share) = Largest(now, dimension, part => part.Credits);
        return what is not null && share >= 0.5 && ShareOf(before, dimension, what, part => part.Credits) < NewShare
            ? new AnomalyCause(kind, what, PercentOf(share))
            : null;
    }

    private static AnomalyCause? FindUser(UseMix now, UseMix before)
    {
        var (user, share) = Largest(now, part => part.User, part => part.Events);
        if (share < 0.6)
        {
            return null;
        }

        var perHour = share * now.Events / now.Hours;
        var perHourBefore = ShareOf(before, part => part.User, user, part => part.Events) * before.Events / before.Hours;
        if (perHour >= LoopPerHour && perHour >= 10 * Math.Max(1, perHourBefore))
        {
            return new AnomalyCause(CauseKind.Loop, user, PercentOf(share), (int)Math.Round(perHour));
        }

        return user is not null && ShareOf(before, part => part.User, user, part => part.Credits) <= 0.2
            ? new AnomalyCause(CauseKind.OneUser, user, PercentOf(share))
            : null;
    }

    private static AnomalyCause? FindDearer(UseMix now, UseMix before) =>
        now.Events > 0 && before.Events > 0
            && (double)now.Credits / now.Events >= 2.0 * before.Credits / before.Events
            && now.Events / now.Hours < 3.0 * before.Events / before.Hours
            ? new AnomalyCause(CauseKind.DearerUse)
            : null;

    private static (string? What, double Share) Largest(UseMix mix, Func<MixPart, string?> dimension, Func<MixPart, long> size)
    {
        var all = mix.Parts.Sum(size);
        var largest = mix.Parts.GroupBy(dimension, StringComparer.Ordinal).MaxBy(group => group.Sum(size));
        return all == 0 || largest is null ? (null, 0) : (largest.Key, (double)largest.Sum(size) / all);
    }

    private static double ShareOf(UseMix mix, Func<MixPart, string?> dimension, string? what, Func<MixPart, long> size)
    {
        var all = mix.Parts.Sum(size);
        return all == 0 ? 0 : (double)mix.Parts.Where(part => string.Equals(dimension(part), what, StringComparison.Ordinal)).Sum(size) / all;
    }

    private static int PercentOf(double share) => (int)Math.Round(share * 100);
}
