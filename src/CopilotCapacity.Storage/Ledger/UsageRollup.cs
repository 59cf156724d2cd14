using System.Runtime.InteropServices;
using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Rating;

namespace CopilotCapacity.Storage.Ledger;

/// <summary>
/// Adds up the postings of one commit, so that each roll-up row is written once however many events it counts. It is kept for
/// the next commit: its tables are large enough that only a full collection would take them away.
/// </summary>
internal sealed class UsageRollup
{
    private readonly Dictionary<HourKey, HourSums> _hours = [];
    private readonly Dictionary<DayKey, DaySums> _days = [];
    private readonly Dictionary<PlanDayKey, PlanDaySums> _planDays = [];

    public IReadOnlyDictionary<HourKey, HourSums> Hours => _hours;

    public IReadOnlyDictionary<DayKey, DaySums> Days => _days;

    public IReadOnlyDictionary<PlanDayKey, PlanDaySums> PlanDays => _planDays;

    /// <summary>Forgets the commit before.</summary>
    public void Clear()
    {
        _hours.Clear();
        _days.Clear();
        _planDays.Clear();
    }

    public void Add(int tenantKey, Posting posting, in UseLabels labels) => Add(tenantKey, posting, labels, 1);

    /// <summary>Takes a use back, at its own time.</summary>
    public void Subtract(int tenantKey, Posting posting, in UseLabels labels) => Add(tenantKey, posting, labels, -1);

    private void Add(int tenantKey, Posting posting, in UseLabels labels, int sign)
    {
        var usage = posting.Usage;
        var key = new HourKey(
            tenantKey,
            (int)(usage.Time.UtcTicks / TimeSpan.TicksPerHour),
            posting.Environment.Key,
            0,
            labels.Agent,
            labels.Product,
            labels.Channel,
            labels.User,
            labels.Model,
            labels.Tool,
            labels.CostCenter);
        for (var index = 0; index < posting.Items.Count; index++)
        {
            var item = posting.Items[index];
            var feature = item.Rated.Item.Feature;
            ref var sums = ref CollectionsMarshal.GetValueRefOrAddDefault(_hours, key with { Feature = (int)feature }, out _);
            sums.Uses += IsFirstOf(feature, posting.Items, index) ? sign : 0;
            sums.Events += index == 0 ? sign : 0;
            sums.NonBilled += item.Rated.NonBilled == NonBilledReason.None ? 0 : sign * item.Rated.Charge.Thousandths;
            sums.Allocation += sign * item.Burn.Allocation.Thousandths;
            sums.Pool += sign * item.Burn.Pool.Thousandths;
            sums.PayAsYouGo += sign * item.Burn.PayAsYouGo.Thousandths;
            sums.Unfunded += sign * item.Burn.Unfunded.Thousandths;
            sums.CostMicros += sign * item.CostMicros;
        }

        var day = (int)(usage.Time.UtcTicks / TimeSpan.TicksPerDay);
        AddDay(new DayKey(tenantKey, day, posting.Environment.Key), posting, sign);
        AddDay(new DayKey(tenantKey, day, 0), posting, sign);
        foreach (var charge in posting.PlanCharges)
        {
            ref var paid = ref CollectionsMarshal.GetValueRefOrAddDefault(_planDays, new PlanDayKey(tenantKey, charge.Plan.Key, day), out _);
            paid.Credits += sign * charge.Credits.Thousandths;
            paid.CostMicros += sign * charge.CostMicros;
        }
    }

    private static bool IsFirstOf(Feature feature, IReadOnlyList<PostedItem> items, int index)
    {
        for (var earlier = 0; earlier < index; earlier++)
        {
            if (items[earlier].Rated.Item.Feature == feature)
            {
                return false;
            }
        }

        return true;
    }

    private void AddDay(DayKey key, Posting posting, int sign)
    {
        ref var sums = ref CollectionsMarshal.GetValueRefOrAddDefault(_days, key, out _);
        sums.Prepaid += sign * posting.Burn.Prepaid.Thousandths;
        sums.PayAsYouGo += sign * posting.Burn.PayAsYouGo.Thousandths;
        sums.Unfunded += sign * posting.Burn.Unfunded.Thousandths;
        sums.CostMicros += sign * posting.CostMicros;
    }

    internal readonly record struct HourKey(
        int TenantKey,
        int Hour,
        int EnvironmentKey,
        int Feature,
        int Agent,
        int Product,
        int Channel,
        int User,
        int Model,
        int Tool,
        int CostCenter);

    internal readonly record struct DayKey(int TenantKey, int Day, int EnvironmentKey);

    internal readonly record struct PlanDayKey(int TenantKey, int PlanKey, int Day);

    internal struct PlanDaySums
    {
        public long Credits;
        public long CostMicros;
    }

    internal struct HourSums
    {
        public long Uses;
        public long Events;
        public long NonBilled;
        public long Allocation;
        public long Pool;
        public long PayAsYouGo;
        public long Unfunded;
        public long CostMicros;

        public void Add(in HourSums other)
        {
            Uses += other.Uses;
            Events += other.Events;
            NonBilled += other.NonBilled;
            Allocation += other.Allocation;
            Pool += other.Pool;
            PayAsYouGo += other.PayAsYouGo;
            Unfunded += other.Unfunded;
            CostMicros += other.CostMicros;
        }
    }

    internal struct DaySums
    {
        public long Prepaid;
        public long PayAsYouGo;
        public long Unfunded;
        public long CostMicros;
    }
}
