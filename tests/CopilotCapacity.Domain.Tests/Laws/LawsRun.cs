using System.Globalization;
using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Testing;

namespace CopilotCapacity.Domain.Tests.Laws;

/// <summary>Runs a history on the ledger and on the model at once, and compares them after each step.</summary>
internal sealed partial class LawsRun
{
    private static readonly long[] s_prices = [10_000, 7, 12_345, 1];

    private readonly LedgerModel _model = new(Make.Start.UtcDateTime);
    private int _events;

    public LawsRun(int tenant)
    {
        Ledger = Make.Ledger(tenant: tenant);
        for (var number = 1; number <= 2; number++)
        {
            Ledger.AddPlan(Make.NewPlan(number, s_prices[number - 1]));
            _model.Plans.Add(number, new ModelPlan { Price = s_prices[number - 1] });
            _model.Sequence++;
        }

        AddEnvironment(default);
        Ledger.Conclude();
        Ledger.Changes.Clear();
    }

    public TenantLedger Ledger { get; }

    public void Do(Step step) => Do(() => Run(step));

    /// <summary>Asks for a use of an environment now, by nobody in particular; the code it is refused with, or null.</summary>
    public string? Ask(int environment, long charge)
    {
        string? code = null;
        Do(() =>
        {
            code = Permit(environment, charge);
            return code is null;
        });
        return code;
    }

    /// <summary>Uses charges in environment 1 now.</summary>
    public void UseAll(IEnumerable<long> charges)
    {
        foreach (var charge in charges)
        {
            Ledger.Record(Make.Usage($"{++_events}", charge, 1, Ledger.Now));
        }
    }

    public string TotalsOfTheRunningMonth()
    {
        var months = Ledger.Open.Environments.OrderBy(month => month.Environment.Key)
            .Select(month => $"{month.Environment.Key}: {month.Consumed} {month.PoolConsumed} {month.PayAsYouGo + month.Unfunded}");
        return string.Join('\n', [.. months, .. Ledger.Open.Grants.Select(month => $"{month.Grant.Key}: {month.Burned}")]);
    }

    private void Do(Func<bool> run)
    {
        var before = LedgerText.Of(Ledger);
        var sequence = Ledger.Sequence;
        var alert = Ledger.AlertNumber;
        var isDone = run();
        Ledger.Conclude();
        Compare();
        CheckSequence(sequence);
        CompareAlerts(alert);
        if (!isDone)
        {
            Assert.Equal(before, LedgerText.Of(Ledger));
        }

        Ledger.Changes.Clear();
    }

    private bool Run(Step step) => step.Kind switch
    {
        StepKind.Use => Use(step),
        StepKind.Permit => Permit(step),
        StepKind.Reserve => Reserve(step),
        StepKind.Settle => Settle(step),
        StepKind.Release => Release(step),
        StepKind.Reverse => Reverse(step),
        StepKind.Advance => Advance(step),
        _ => Set(step),
    };

    private bool Advance(Step step)
    {
        var to = InstantOf(step.When);
        Ledger.Advance(to);
        _model.Advance(to.UtcDateTime);
        return true;
    }

    private static bool Same(string? expected, Refusal? actual)
    {
        Assert.Equal(expected, actual?.Code);
        return expected is null;
    }

    private static bool Same(bool expected, Refusal? actual)
    {
        Assert.Equal(expected, actual is null);
        return expected;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string? NameOf(string prefix, int number) => number == 0 ? null : $"{prefix}{Text(number)}";

    private static Who WhoOf(Step step) =>
        new(step.Who, NameOf("a", step.Names % 3), NameOf("u", step.Names / 3 % 2), NameOf("c", step.Names / 6 % 3));
}
