using CopilotCapacity.Domain.Caps;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Testing;

namespace CopilotCapacity.Domain.Tests.Laws;

/// <content>Caps, and what they are compared with.</content>
internal sealed partial class LawsRun
{
    private readonly int[] _capIds = [1, 2, 3];

    private bool SetCap(Step step)
    {
        var number = step.Edge % 3;
        var scope = ScopeOf(step);
        var daily = step.Has(2);
        var known = _model.Caps.GetValueOrDefault(number);
        var counted = _model.CountUse(scope, daily);
        var used = counted.Values.DefaultIfEmpty().Max();
        long[] edges = [1, used, used + 1, Math.Max(1, used - 1), used + 10];
        var credits = Math.Max(1, step.Edge / 2 < edges.Length ? edges[step.Edge / 2] : step.Amount);
        var expected = _model.SetCap(number, scope, daily, credits, step.Has(3));
        var settings = new CapSettings(
            new CapScope(scope.Environment == 0 ? null : Make.Environment(scope.Environment), scope.Agent, scope.User, scope.CostCenter),
            daily ? CapWindow.Day : CapWindow.Month,
            new Credits(credits),
            80,
            step.Has(3));
        var windows = counted.ToDictionary(window => window.Key, window => new Credits(window.Value));
        return Same(expected, known is null
            ? Ledger.AddCap(CapIdOf(number), settings, windows).Refusal
            : Ledger.ChangeCap(CapIdOf(number), settings, windows, null).Refusal);
    }

    // A deleted cap's id is not given again.
    private bool DeleteCap(Step step)
    {
        var number = step.Edge % 3;
        var expected = _model.DeleteCap(number);
        var refusal = Ledger.DeleteCap(CapIdOf(number), null).Refusal;
        _capIds[number] += expected is null ? 3 : 0;
        return Same(expected, refusal);
    }

    private CapId CapIdOf(int number) => Make.Cap(_capIds[number]);

    private Who ScopeOf(Step step) => step.Has(0) ? new Who(step.Who, null, null, null)
        : step.Has(1) ? WhoOf(step)
        : WhoOf(step) with { Environment = 0 };

    private void CompareCaps()
    {
        Assert.Equal(_model.Caps.Count, Ledger.Caps.Count());
        foreach (var (number, expected) in _model.Caps)
        {
            var cap = Ledger.Find(CapIdOf(number))!;
            Assert.Equal(expected.Credits, cap.Credits.Thousandths);
            var uses = _model.Uses.Select(use => use.Time).Concat(_model.Holds.Values.Select(hold => hold.MadeAt));
            var windows = uses.Select(time => LedgerModel.WindowOf(expected.Daily, time)).Concat(cap.Counts.Select(count => count.Window));
            foreach (var window in windows.Distinct())
            {
                var count = cap.Find(window);
                Assert.Equal(
                    (_model.UsedOf(expected, window), _model.HeldOf(expected, window)),
                    (count?.Used.Thousandths ?? 0, count?.Held.Thousandths ?? 0));
            }
        }
    }
}
