using System.Globalization;

namespace CopilotCapacity.Domain.Tests.Laws;

/// <content>The status of every environment after every cause, and the alerts on what changed.</content>
internal sealed partial class LedgerModel
{
    public int LowThreshold { get; set; } = 80;

    /// <summary>Alerts since they were last taken.</summary>
    public List<ModelAlert> Alerts { get; } = [];

    public ModelStatus StatusOf(int number)
    {
        if (IsCapped(number))
        {
            return ModelStatus.Depleted;
        }

        var (left, whole) = (Everything(number), Whole(number));
        return left == long.MaxValue ? ModelStatus.Available
            : left == 0 ? ModelStatus.Depleted
            : left * 100 <= whole * (100 - LowThreshold) ? ModelStatus.Low
            : ModelStatus.Available;
    }

    /// <summary>The first status of an environment is no crossing.</summary>
    public void See(int number)
    {
        var watch = Environments[number].Watch;
        watch.Status = StatusOf(number);
        (watch.Left, watch.Unlimited) = LeftOf(number);
    }

    /// <summary>Looks at every environment after a cause. What grew may be told again when the cause is one that adds capacity.</summary>
    public void Conclude(bool adds, bool turned = false)
    {
        var told = new Dictionary<string, List<int>>(StringComparer.Ordinal) { ["QuotaRestored"] = [], ["QuotaLow"] = [], ["QuotaDepleted"] = [] };
        if (adds)
        {
            Grow();
        }

        foreach (var (number, watch) in Watches())
        {
            if (turned)
            {
                watch.Forget();
            }

            (watch.Left, watch.Unlimited) = LeftOf(number);
            if (Cross(watch, StatusOf(number)) is { } kind)
            {
                told[kind].Add(number);
            }
        }

        Alerts.AddRange(told.Where(kind => kind.Value.Count > 0)
            .Select(kind => new ModelAlert(kind.Key, Sequence, string.Join(' ', kind.Value.Select(number => number.ToString(CultureInfo.InvariantCulture))))));
    }

    // Where more is within reach than was seen last, all may be told again.
    private void Grow()
    {
        foreach (var (number, watch) in Watches().Where(pair => !pair.Watch.Unlimited))
        {
            var (left, unlimited) = LeftOf(number);
            if (unlimited || left > watch.Left)
            {
                watch.Forget();
            }
        }
    }

    private IEnumerable<(int Number, ModelWatch Watch)> Watches() => Environments
        .Where(environment => environment.Value.RetiredAt is null)
        .OrderBy(environment => environment.Key)
        .Select(environment => (environment.Key, environment.Value.Watch));

    private string? Cross(ModelWatch watch, ModelStatus status)
    {
        var before = watch.Status;
        if (status == before)
        {
            return null;
        }

        var wasTold = watch.IsToldNow;
        (watch.Status, watch.IsToldNow) = (status, false);
        Leave(watch, before);
        var (kind, memory) = status == ModelStatus.Depleted ? ("QuotaDepleted", watch.Depleted)
            : before == ModelStatus.Depleted && wasTold ? ("QuotaRestored", watch.Restored)
            : status == ModelStatus.Low ? ("QuotaLow", watch.Low)
            : (null, null);
        if (kind is null)
        {
            return null;
        }

        // What comes back so soon that it is not told again is known from before.
        watch.IsToldNow = memory != watch.Restored;
        if (!memory!.MayTell(Now))
        {
            return null;
        }

        memory.Told = true;
        return kind;
    }

    private void Leave(ModelWatch watch, ModelStatus before)
    {
        watch.Low.LeftAt = before == ModelStatus.Low ? Now : watch.Low.LeftAt;
        watch.Depleted.LeftAt = before == ModelStatus.Depleted ? Now : watch.Depleted.LeftAt;
        watch.Restored.LeftAt = watch.Status == ModelStatus.Depleted ? Now : watch.Restored.LeftAt;
    }

    private long Whole(int number)
    {
        var payg = PayingPlan(number) is { Hard: true } plan ? PaygTotal(plan, OpenMonth) : 0;
        return BalanceOf(OpenMonth, number).Backing + (Environments[number].Pool ? PoolSize(OpenMonth) : 0) + payg;
    }

    private (long Left, bool Unlimited) LeftOf(int number)
    {
        var all = Everything(number);
        return all == long.MaxValue ? (0, true) : (all, false);
    }
}
