using CopilotCapacity.Domain.Time;

namespace CopilotCapacity.Domain.Tests.Laws;

/// <content>Amounts and instants at the edges of the state a step meets.</content>
internal sealed partial class LawsRun
{
    // The number of an allocation.
    private long NumberOf(Step step)
    {
        if (!_model.Environments.ContainsKey(step.Who))
        {
            return step.Amount + 1;
        }

        var month = _model.OpenMonth;
        var balance = _model.BalanceOf(month, step.Who);
        var used = balance.FromAllocation + _model.HeldIn(month, step.Who);
        var most = balance.Backing + _model.PoolLeft(month);
        long[] edges = [0, used, Math.Max(0, used - 1), balance.Backing, most, most + 1];
        return step.Edge < edges.Length ? edges[step.Edge] : step.Amount;
    }

    // What a use costs; one in some is free.
    private long ChargeOf(Step step)
    {
        if (!_model.Environments.ContainsKey(step.Who))
        {
            return step.Amount + 1;
        }

        var own = _model.AllocationLeft(_model.OpenMonth, step.Who);
        var prepaid = own + _model.PoolLeft(_model.OpenMonth);
        var whole = prepaid + Math.Min(_model.PaygRoom(step.Who, _model.OpenMonth) ?? 0, 1_000_000);
        long[] edges = [1, own, own + 1, prepaid, prepaid + 1, whole, whole + 1, CapRoomOf(step), CapRoomOf(step) + 1];
        return step is { Edge: 11, Kind: not StepKind.Reserve } && step.Has(1)
            ? 0
            : Math.Max(1, step.Edge < edges.Length ? edges[step.Edge] : step.Amount);
    }

    private long CapRoomOf(Step step) =>
        _model.Caps.Values.Select(cap => _model.RoomOf(cap, _model.Now)).DefaultIfEmpty(step.Amount).Min();

    // Instants from now on, at boundaries and one tick beside them.
    private DateTimeOffset InstantOf(int when)
    {
        var now = Ledger.Now;
        return when switch
        {
            0 => now.AddTicks(1),
            1 => Ledger.NextBoundary,
            2 => Ledger.NextBoundary.AddTicks(-1) < now ? now : Ledger.NextBoundary.AddTicks(-1),
            3 => Ledger.Open.Period.End,
            4 => Ledger.Open.Period.End.AddTicks(-1),
            5 => now.AddDays(10),
            6 => Ledger.Open.Period.Next.End,
            7 => now.AddDays(75),
            8 => Ledger.Open.Period.Start.AddDays(-3),
            9 => now.AddMinutes(15),
            10 => Ledger.Open.Period.End.AddHours(-1),
            _ => now.AddHours(1),
        };
    }

    private DateTimeOffset FactTimeOf(int when)
    {
        var now = Ledger.Now;
        return when switch
        {
            0 => Ledger.Open.Period.Start,
            1 => Ledger.Open.Period.Start.AddTicks(-1),
            2 => Ledger.Open.Period.Previous.Start,
            3 => now.AddMinutes(5),
            4 => now.AddMinutes(5).AddTicks(1),
            5 => Period.Of(now.AddDays(-32)).Start.AddTicks(-1),
            6 => Ledger.Open.Period.Previous.Previous.Start,
            _ => now,
        };
    }

    private DateTimeOffset PermissionTimeOf(int when)
    {
        var now = Ledger.Now;
        return when switch
        {
            0 => now.AddMinutes(-5),
            1 => now.AddMinutes(-5).AddTicks(-1),
            2 => now.AddMinutes(5),
            3 => now.AddMinutes(5).AddTicks(1),
            _ => now,
        };
    }
}
