using System.Runtime.InteropServices;
using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Rating;

namespace CopilotCapacity.Storage.Ledger;

/// <summary>Adds up the postings of one commit, so that each roll-up row is written once however many events it counts.</summary>
internal sealed class UsageRollup
{
    private readonly Dictionary<HourKey, HourSums> _hours = [];
    private readonly Dictionary<DayKey, DaySums> _days = [];
    private readonly Dictionary<PlanDayKey, PlanDaySums> _planDays = [];

    public IReadOnlyDictionary<HourKey, HourSums> Hours => _hours;

    public IReadOnlyDictionary<DayKey, DaySums> Days => _days;

    public IReadOnlyDictionary<PlanDayKey, PlanDaySums> PlanDays => _planDays;

    public void Add(int tenantKey, Posting posting, Labels labels)
    {
        var usage = posting.Usage;
        var key = new HourKey(
            tenantKey,
            (int)(usage.Time.UtcTicks / TimeSpan.TicksPerHour),
            posting.Environment.Key,
            0,
            labels.KeyOf(usage.AgentId),
            labels.KeyOf(usage.Product),
            labels.KeyOf(usage.Channel),
            labels.KeyOf(usage.UserId),
            labels.KeyOf(usage.Model),
            labels.KeyOf(usage.Tool),
            labels.KeyOf(usage.CostCenter ?? posting.Environment.CostCenter));
        for (var index = 0; index < posting.Items.Count; index++)
        {
            var item = posting.Items[index];
            var feature = item.Rated.Item.Feature;
            ref var sums = ref CollectionsMarshal.GetValueRefOrAddDefault(_hours, key with { Feature = (int)feature }, out _);
            sums.Uses += IsFirstOf(feature, posting.Items, index) ? 1 : 0;
            sums.Events += index == 0 ? 1 : 0;
            sums.NonBilled += item.Rated.NonBilled == NonBilledReason.None ? 0 : item.Rated.Charge.Thousandths;
            sums.Allocation += item.Burn.Allocation.Thousandths;
            sums.Pool += item.Burn.Pool.Thousandths;
            sums.PayAsYouGo += item.Burn.PayAsYouGo.Thousandths;
            sums.Unfunded += item.Burn.Unfunded.Thousandths;
            sums.CostMicros += item.CostMicros;
        }

        var day = (int)(usage.Time.UtcTicks / TimeSpan.TicksPerDay);
        AddDay(new DayKey(tenantKey, day, posting.Environment.Key), posting);
        AddDay(new DayKey(tenantKey, day, 0), posting);
        if (posting.Plan is { } plan)
        {
            ref var paid = ref CollectionsMarshal.GetValueRefOrAddDefault(_planDays, new PlanDayKey(tenantKey, plan.Key, day), out _);
            paid.Credits += posting.Burn.PayAsYouGo.Thousandths;
            paid.CostMicros += posting.CostMicros;
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

    private void AddDay(DayKey key, Posting posting)
    {
        ref var sums = ref CollectionsMarshal.GetValueRefOrAddDefault(_days, key, out _);
        sums.Prepaid += posting.Burn.Prepaid.Thousandths;
        sums.PayAsYouGo += posting.Burn.PayAsYouGo.Thousandths;
        sums.Unfunded += posting.Burn.Unfunded.Thousandths;
        sums.CostMicros += posting.CostMicros;
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
    }

    internal struct DaySums
    {
        public long Prepaid;
        public long PayAsYouGo;
        public long Unfunded;
        public long CostMicros;
    }
}
