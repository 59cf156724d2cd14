namespace CopilotCapacity.Domain.Tests.Laws;

/// <content>Caps: what counts is found anew from all uses and open holds.</content>
internal sealed partial class LedgerModel
{
    public Dictionary<int, ModelCap> Caps { get; } = [];

    public static int WindowOf(bool daily, DateTime at) => daily ? DateOnly.FromDateTime(at).DayNumber : MonthOf(at);

    public static bool IsCovered(Who scope, Who who) => (scope.Environment == 0 || scope.Environment == who.Environment)
        && Fits(scope.Agent, who.Agent)
        && Fits(scope.User, who.User)
        && Fits(scope.CostCenter, who.CostCenter);

    public long RoomOf(ModelCap cap, DateTime at)
    {
        var window = WindowOf(cap.Daily, at);
        return Math.Max(0, cap.Credits - UsedOf(cap, window) - HeldOf(cap, window));
    }

    public long UsedOf(ModelCap cap, int window)
    {
        var used = 0L;
        foreach (var use in Uses.Where(use => IsCovered(cap.Scope, use.Who) && WindowOf(cap.Daily, use.Time) == window))
        {
            used += use.Time >= cap.Since || use.Sequence > cap.After ? use.Burn.Total : 0;
            used -= use.ReversedBy is { } reversal && (use.Time >= cap.Since || reversal > cap.After) ? use.Burn.Total : 0;
        }

        return used;
    }

    public long HeldOf(ModelCap cap, int window) => OpenHolds
        .Where(hold => IsCovered(cap.Scope, hold.Who) && WindowOf(cap.Daily, hold.MadeAt) == window)
        .Sum(hold => hold.Burn.Total);

    /// <summary>What a scope has used since the running month began, by window.</summary>
    public Dictionary<int, long> CountUse(Who scope, bool daily) => Uses
        .Where(use => use.ReversedBy is null && use.Time >= StartOf(OpenMonth) && IsCovered(scope, use.Who))
        .GroupBy(use => WindowOf(daily, use.Time))
        .ToDictionary(uses => uses.Key, uses => uses.Sum(use => use.Burn.Total));

    public string? SetCap(int number, Who scope, bool daily, long credits, bool hard)
    {
        if (scope == default)
        {
            return "invalid_request";
        }

        if (scope.Environment != 0 && !IsInService(scope.Environment))
        {
            return "unknown_environment";
        }

        Sequence++;
        var cap = new ModelCap { Number = number, Scope = scope, Daily = daily, Credits = credits, Hard = hard, Since = StartOf(OpenMonth), After = Sequence };
        if (Caps.TryGetValue(number, out var before))
        {
            ForgetWhatWasTold(before);
            if (before.Scope == scope && before.Daily == daily)
            {
                (cap.Since, cap.After) = (before.Since, before.After);
            }
        }

        Caps[number] = cap;
        ForgetWhatWasTold(cap);
        return null;
    }

    public string? DeleteCap(int number)
    {
        if (!Caps.Remove(number, out var cap))
        {
            return "not_found";
        }

        Sequence++;
        ForgetWhatWasTold(cap);
        return null;
    }

    public bool IsCapped(int environment) => Caps.Values.Any(cap => cap.Hard && cap.IsOnAll(environment) && RoomOf(cap, Now) == 0);

    private static bool Fits(string? wanted, string? actual) => wanted is null || string.Equals(wanted, actual, StringComparison.Ordinal);

    private HashSet<int> CappedEnvironments() => [.. Environments.Keys.Where(IsCapped)];

    private void ForgetWhatWasTold(ModelCap cap)
    {
        if (cap.IsOnAll(cap.Scope.Environment) && cap.Scope.Environment != 0)
        {
            Environments[cap.Scope.Environment].Watch.Forget();
        }
    }
}
