using CopilotCapacity.Domain.Alerts;
using CopilotCapacity.Domain.PayAsYouGo;
using CopilotCapacity.Domain.Time;

namespace CopilotCapacity.Domain.Ledger;

/// <content>Alerts about budgets: the furthest mark that is reached, and that nothing is left.</content>
public sealed partial class TenantLedger
{
    private void ConcludeBudgets(IEnumerable<BillingPlan> plans)
    {
        foreach (var plan in plans)
        {
            if (plan is { DeletedAt: null, Budget: { AmountMicros: > 0 } budget } && budget.WindowStart(Open.Period) is { } window)
            {
                ConcludeBudget(plan, budget, window);
            }
            else
            {
                LeaveBudget(plan);
            }
        }
    }

    private void ConcludeBudget(BillingPlan plan, Budget budget, Period window)
    {
        var watch = plan.Watch;
        if (watch.Window != window.Index)
        {
            LeaveBudget(plan);
            (watch.Window, watch.ToldPercent, watch.IsExhaustedTold) = (window.Index, -1, false);
            (watch.MarkAlert, watch.ExhaustedAlert, watch.Story) = (0, 0, 0);
        }

        var spend = plan.SpendMicros(Open.Period);
        var mark = budget.Thresholds
            .Where(threshold => threshold.Basis == ThresholdBasis.Actual && (Int128)spend * 100 >= (Int128)budget.AmountMicros * threshold.Percent)
            .Select(threshold => threshold.Percent)
            .DefaultIfEmpty(-1)
            .Max();
        if (mark != watch.ToldPercent)
        {
            LeaveIfOpen(watch.MarkAlert);
        }

        if (mark > watch.ToldPercent)
        {
            watch.MarkAlert = RaiseBudget(AlertText.OfBudget(plan, budget, mark, Currency), plan, mark);
        }

        var isExhausted = budget.HardStop && !plan.Price.RoomIn(plan.RoomMicros(Open.Period) ?? 0).IsPositive;
        if (isExhausted && !watch.IsExhaustedTold)
        {
            watch.ExhaustedAlert = RaiseBudget(AlertText.OfExhausted(plan, budget, Currency), plan, null);
            Changes.TouchWatch(plan);
        }
        else if (!isExhausted)
        {
            LeaveIfOpen(watch.ExhaustedAlert);
        }
        else if (watch.ExhaustedAlert != 0 && !_openAlerts.ContainsKey(watch.ExhaustedAlert))
        {
            Reopen(watch.ExhaustedAlert);
        }

        // A raised budget may be passed again; open holds may make room for a moment, which is no reason to tell again.
        var isExhaustedTold = isExhausted || (watch.IsExhaustedTold && spend >= budget.AmountMicros);
        if (mark != watch.ToldPercent || isExhaustedTold != watch.IsExhaustedTold)
        {
            (watch.ToldPercent, watch.IsExhaustedTold) = (mark, isExhaustedTold);
            Changes.TouchWatch(plan);
        }
    }

    private long RaiseBudget(AlertWords words, BillingPlan plan, int? threshold)
    {
        var alert = Raise(words, [], plan, threshold: threshold, story: plan.Watch.Story);
        plan.Watch.Story = _last.Story;
        Opened(alert);
        return alert;
    }
}
