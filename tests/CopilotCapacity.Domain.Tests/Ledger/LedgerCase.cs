using System.Globalization;
using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.PayAsYouGo;
using CopilotCapacity.Domain.Prepaid;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Testing;

namespace CopilotCapacity.Domain.Tests.Ledger;

/// <summary>
/// Runs a ledger case: one step a line, and behind <c>=&gt;</c> what it must give. A refused step gives its code. Things have
/// numbers for names: environment 1, grant 1, plan 1. Words after the required ones are options, such as <c>until 2026-02-01</c>.
/// </summary>
internal sealed class LedgerCase
{
    private readonly TenantLedger _ledger;
    private int _events;

    private LedgerCase(DateTimeOffset now, bool isRehearsal) => _ledger = Make.Ledger(now, isRehearsal);

    public static TenantLedger Run(string steps, string now = "2026-01-15 12:00", bool isRehearsal = false)
    {
        var run = new LedgerCase(Make.At(now), isRehearsal);
        var actual = new List<string>();
        var expected = new List<string>();
        foreach (var line in steps.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = line.Split("=>", StringSplitOptions.TrimEntries);
            var result = run.Step(parts[0].Split(' ', StringSplitOptions.RemoveEmptyEntries));
            expected.Add(parts.Length == 1 ? parts[0] : $"{parts[0]} => {parts[1]}");
            actual.Add(parts.Length == 1 && result is "ok" ? parts[0] : $"{parts[0]} => {result}");
        }

        Assert.Equal(string.Join('\n', expected), string.Join('\n', actual));
        return run._ledger;
    }

    private string Step(string[] words) => words[0] switch
    {
        "now" => Advance(Time(words, 1)),
        "clock" => Text(_ledger.MoveClock(Time(words, 1)).Refusal),
        "environment" => Text(_ledger.AddEnvironment(Environment(words), Make.Description($"Environment {words[1]}"), !Has(words, "no-pool")).Refusal),
        "retire" => Text(_ledger.RetireEnvironment(Environment(words), null).Refusal),
        "grant" => Text(_ledger.AddGrant(Grant(words)).Refusal),
        "end" => Text(_ledger.EndGrant(Make.Grant(Number(words)), null).Refusal),
        "allocate" => Allocate(words),
        "move" or "try" => Move(words),
        "undo" => Text(_ledger.UndoReallocation(Reallocation(words[1]), Reallocation(words[2])).Refusal),
        "plan" => Text(_ledger.AddPlan(Make.NewPlan(Number(words), Option(words, "price") is { } price ? Whole(price) : 10_000)).Refusal),
        "join" => Text(_ledger.JoinPlan(Make.Plan(Number(words)), Make.Environment((int)Whole(words[2])), Has(words, "move")).Refusal),
        "leave" => Text(_ledger.LeavePlan(Make.Plan(Number(words)), Make.Environment((int)Whole(words[2])), null).Refusal),
        "enable" or "disable" => Text(_ledger.ChangePlan(Make.Plan(Number(words)), PlanAs(words), null).Refusal),
        "delete-plan" => Text(_ledger.DeletePlan(Make.Plan(Number(words)), null).Refusal),
        "budget" => SetBudget(words),
        "use" => Use(words),
        "reach" => Reach(words),
        "pool" => $"size {Book(words).PoolSize} left {Book(words).PoolLeft}",
        "backing" => string.Join(' ', Book(words).Environments.OrderBy(month => month.Environment.Key).Select(month => $"{month.Environment.Key}:{month.Backing}")),
        "balance" => Balance(words),
        _ => throw new ArgumentException($"There is no step '{words[0]}'.", nameof(words)),
    };

    private string Advance(DateTimeOffset now)
    {
        _ledger.Advance(now);
        return "ok";
    }

    private string Allocate(string[] words) => Text(_ledger.SetAllocation(
        Environment(words), Amount(words[2]), !Has(words, "no-pool"), !Has(words, "no-payg"), null).Refusal);

    // move 7 1>2:10 pool>3:5 — reallocation 7 with two moves; what it gives are the numbers after it, and who changed status.
    private string Move(string[] words)
    {
        AllocationMove[] moves = [.. words[2..].Select(word =>
        {
            var parts = word.Split('>', ':');
            return new AllocationMove(Place(parts[0]), Place(parts[1]), Amount(parts[2]));
        })];
        var outcome = _ledger.Reallocate(Reallocation(words[1]), moves, null, words[0] is "try");
        if (outcome.Refusal is { } refusal)
        {
            return refusal.Available is { } available ? $"{refusal.Code} {available}" : refusal.Code;
        }

        var numbers = outcome.Value!.Numbers.Select(number => $"{(number.Environment is { } id ? _ledger.Find(id)!.Key : "pool")}:{number.Before}>{number.After}");
        var statuses = outcome.Value.Statuses.Where(status => status.Before != status.After)
            .Select(status => $"{_ledger.Find(status.Environment)!.Key} {status.Before}>{status.After}");
        return string.Join(' ', numbers.Concat(statuses));
    }

    private static EnvironmentId? Place(string word) => word is "pool" ? null : Make.Environment((int)Whole(word));

    private static ReallocationId Reallocation(string word) => new(new Guid((int)Whole(word), 0, 0, 0, 0, 0, 0, 0, 0, 0, 1));

    private static PlanDescription PlanAs(string[] words) => new(
        $"Plan {words[1]}", "s", "g", Option(words, "region") ?? "europe", new CreditPrice(Option(words, "price") is { } price ? Whole(price) : 10_000), words[0] is "enable");

    private string SetBudget(string[] words)
    {
        var grain = Option(words, "per") is { } text ? Enum.Parse<TimeGrain>(text, ignoreCase: true) : TimeGrain.Monthly;
        var budget = Make.Budget(Whole(words[2]), Option(words, "from") ?? "2026-01", grain, Option(words, "until"), !Has(words, "soft"));
        return Text(_ledger.SetBudget(Make.Plan(Number(words)), budget).Refusal);
    }

    private string Use(string[] words)
    {
        var time = Option(words, "at") is { } text ? Make.At(text.Replace('T', ' ')) : _ledger.Now;
        var outcome = _ledger.Record(Make.Usage($"{++_events}", Amount(words[2]).Thousandths, Number(words), time));
        if (outcome.Refusal is not null)
        {
            return Text(outcome.Refusal);
        }

        var posting = outcome.Value!;
        var grants = posting.Grants.Count == 0 ? "" : $" by {string.Join('+', posting.Grants.Select(burn => burn.GrantKey))}";
        var cost = posting.CostMicros == 0 ? "" : $" cost {posting.CostMicros}";
        return Parts(posting.Burn.Allocation, "allocation", posting.Burn.Pool, "pool", posting.Burn.PayAsYouGo, "payg", posting.Burn.Unfunded, "unfunded") + grants + cost;
    }

    private string Reach(string[] words)
    {
        var reach = Book(words).ReachOf(_ledger.Find(Environment(words))!);
        return $"{reach.Left} of {reach.Total} {reach.StatusAt(_ledger.LowThresholdPercent)} {reach.PaysNow}, {reach.PaysNext}";
    }

    private string Balance(string[] words)
    {
        var month = Book(words).Grants.FirstOrDefault(month => month.Grant.Key == Number(words));
        return month is null
            ? "none"
            : Parts(month.Granted, "granted", month.CarriedIn, "in", month.Burned, "burned", month.Expired, "expired", month.CarriedOut, "out", month.Remaining, "left");
    }

    private MonthBook Book(string[] words) => Option(words, "in") is { } month
        ? _ledger.Books.Single(book => book.Period == Make.Month(month))
        : _ledger.Open;

    private static NewGrant Grant(string[] words) => Make.NewGrant(
        Whole(words[2]),
        Number(words),
        Option(words, "priority") is { } priority ? (int)Whole(priority) : 100,
        Option(words, "from")?.Replace('T', ' '),
        Option(words, "until")?.Replace('T', ' '),
        Has(words, "monthly"),
        Option(words, "keep") is { } most ? Whole(most) : null,
        Has(words, "included") ? GrantKind.Included : GrantKind.MessagePack);

    private static string Parts(params object[] amountsAndNames)
    {
        var parts = amountsAndNames.Chunk(2).Where(part => part[0] is Credits { Thousandths: not 0 }).Select(part => $"{part[1]} {part[0]}");
        return string.Join(' ', parts) is { Length: > 0 } text ? text : "nothing";
    }

    private static string Text(Refusal? refusal) => refusal?.Code ?? "ok";

    private static int Number(string[] words) => (int)Whole(words[1]);

    private static EnvironmentId Environment(string[] words) => Make.Environment(Number(words));

    private static long Whole(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    private static Credits Amount(string text) =>
        Credits.TryFrom(decimal.Parse(text, CultureInfo.InvariantCulture), out var credits) ? credits : throw new ArgumentException(text, nameof(text));

    private static DateTimeOffset Time(string[] words, int index) => Make.At(string.Join(' ', words[index..]));

    private static bool Has(string[] words, string word) => words.Contains(word, StringComparer.Ordinal);

    private static string? Option(string[] words, string word) =>
        Array.IndexOf(words, word) is var index and >= 0 ? words[index + 1] : null;
}
