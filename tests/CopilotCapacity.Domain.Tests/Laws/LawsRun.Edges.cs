using CopilotCapacity.Domain.Time;

namespace CopilotCapacity.Domain.Tests.Laws;

/// <content>Amounts and instants at the edges of the state a step meets.</content>
internal sealed partial class LawsRun
{
    private long AmountOf(Step step, bool forAllocation)
    {
        if (!_model.Environments.ContainsKey(step.Who))
        {
            return step.Amount + 1;
        }

        var month = LedgerModel.MonthOf(_model.Now);
        var use = _model.UseOf(month, step.Who);
        var prepaid = use.AllocationLeft + _model.PoolLeft(month);
        var whole = prepaid + Math.Min(_model.PaygRoom(step.Who, month) ?? 0, 1_000_000);
        long[] edges = forAllocation
            ? [0, use.FromAllocation, Math.Max(0, use.FromAllocation - 1), use.Backing, use.Backing + _model.PoolLeft(month), use.Backing + _model.PoolLeft(month) + 1]
            : [1, use.AllocationLeft, use.AllocationLeft + 1, prepaid, prepaid + 1, whole, whole + 1];
        var amount = step.Edge < edges.Length ? edges[step.Edge] : step.Amount;
        return forAllocation ? amount : Math.Max(1, amount);
    }

    // Instants from now on, at boundaries and one tick beside them.
    private DateTimeOffset InstantOf(int when)
    {
        var now = Ledger.Now;
        return (when % 10) switch
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
            _ => now.AddHours(1),
        };
    }

    private DateTimeOffset FactTimeOf(int when)
    {
        var now = Ledger.Now;
        return (when % 10) switch
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
}
