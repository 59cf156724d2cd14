using System.Globalization;
using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.PayAsYouGo;
using CopilotCapacity.Domain.Prepaid;
using CopilotCapacity.Domain.Rating;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Time;
using CopilotCapacity.Domain.Units;

namespace CopilotCapacity.Testing;

/// <summary>Makes the domain's things with as little said as a test needs. Compiled into each test project that uses it.</summary>
internal static class Make
{
    /// <summary>The instant tests begin at unless they say otherwise: the middle of a month of 31 days.</summary>
    public static readonly DateTimeOffset Start = At("2026-01-15 12:00");

    public static DateTimeOffset At(string text) =>
        DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);

    public static TenantId Tenant(int number = 1) => new(Id(0xA, number));

    public static EnvironmentId Environment(int number = 1) => new(Id(0xE, number));

    public static LinkedApplicationId Application(int number = 1) => new(Id(0xD, number));

    public static GrantId Grant(int number = 1) => new(Id(0xC, number));

    public static BillingPlanId Plan(int number = 1) => new(Id(0xB, number));

    public static CapId Cap(int number = 1) => new(Id(0x9, number));

    public static HoldId Hold(int number = 1) => new(Id(0x8, number));

    public static ReallocationId Reallocation(int number = 1) => new(Id(0x7, number));

    public static TenantLedger Ledger(
        DateTimeOffset? now = null,
        bool isRehearsal = false,
        int tenant = 1,
        LedgerLimits? limits = null)
    {
        var ledger = TenantLedger.Create(
            Tenant(tenant), "Contoso", CurrencyCode.Usd, now ?? Start, isRehearsal, limits ?? LedgerLimits.Default);
        return ledger;
    }

    public static EnvironmentDescription Description(
        string name = "Sales",
        EnvironmentType type = EnvironmentType.Production,
        string region = "europe",
        string? costCenter = null) => new(name, type, region, costCenter);

    public static TenantEnvironment AddEnvironment(this TenantLedger ledger, int number = 1, bool drawFromTenantPool = true) =>
        ledger.AddEnvironment(Environment(number), Description($"Environment {number}"), drawFromTenantPool).Value!;

    /// <summary>Reserves whole credits for an hour.</summary>
    public static Hold Hold(this TenantLedger ledger, int environment, long credits) => ledger.Reserve(new NewHold
    {
        Id = Hold((int)ledger.Sequence),
        Environment = Environment(environment),
        Credits = Credits.Of(credits),
        Life = TimeSpan.FromHours(1),
    }).Value!;

    public static NewGrant NewGrant(
        long credits,
        int number = 1,
        int priority = 100,
        string? from = null,
        string? until = null,
        bool monthly = false,
        long? keep = null,
        GrantKind kind = GrantKind.MessagePack) => new()
        {
            Id = Grant(number),
            Kind = kind,
            Amount = Credits.Of(credits),
            Priority = priority,
            EffectiveAt = from is null ? null : At(from),
            ExpiresAt = until is null ? null : At(until),
            Recurrence = monthly ? Recurrence.Monthly : Recurrence.None,
            RolloverMax = keep is { } most ? Credits.Of(most) : null,
        };

    public static BillingPlan NewPlan(int number = 1, long microsPerCredit = 10_000, string region = "europe") => new()
    {
        Key = number,
        Id = Plan(number),
        Name = $"Plan {number}",
        SubscriptionId = "11111111-1111-1111-1111-111111111111",
        ResourceGroup = "rg-copilot",
        Region = region,
        Price = new CreditPrice(microsPerCredit),
    };

    public static Budget Budget(
        long micros,
        string startsOn = "2026-01",
        TimeGrain grain = TimeGrain.Monthly,
        string? endsOn = null,
        bool hardStop = true) =>
        new(micros, grain, Month(startsOn), endsOn is null ? null : Month(endsOn), hardStop, [], []);

    public static Period Month(string text) =>
        Period.TryParse(text, out var period) ? period : throw new ArgumentException($"'{text}' is no month.", nameof(text));

    /// <summary>A use of so many thousandths of a credit.</summary>
    public static UsageEvent Usage(
        string id,
        long thousandths = 1_000,
        int environment = 1,
        DateTimeOffset? time = null,
        string source = "/tests") => new()
        {
            Id = id,
            Source = source,
            Subject = Environment(environment).Value,
            Time = time ?? Start,
            Items = [new UsageItem(Feature.Credits, thousandths)],
            ContentHash = (UInt128)thousandths + (UInt128)(ulong)(time ?? Start).UtcTicks,
        };

    private static Guid Id(int family, int number) => new(family, 0, 0, 0, 0, 0, 0, 0, 0, (byte)(number / 256), (byte)(number % 256));
}
