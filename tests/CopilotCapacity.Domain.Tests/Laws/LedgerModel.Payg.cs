namespace CopilotCapacity.Domain.Tests.Laws;

/// <content>Plans and their budgets.</content>
internal sealed partial class LedgerModel
{
    /// <summary>The plan that pays for an environment now.</summary>
    public ModelPlan? PayingPlan(int number) =>
        Environments[number] is { Payg: true, Plan: { } plan } && Plans[plan].Enabled ? Plans[plan] : null;

    /// <summary>What the environment's plan can still pay in a month; null for without limit.</summary>
    public long? PaygRoom(int number, int month)
    {
        if (PayingPlan(number) is not { } plan)
        {
            return 0;
        }

        return plan.Budget is null || !plan.Hard ? null : MoneyLeft(plan, month) * 1000 / plan.Price;
    }

    /// <summary>What a hard budget buys in all in the window of a month.</summary>
    public static long PaygTotal(ModelPlan plan, int month) => IsInForce(plan, month) ? plan.Budget!.Value * 1000 / plan.Price : 0;

    public long MoneyLeft(ModelPlan plan, int month)
    {
        if (!IsInForce(plan, month))
        {
            return 0;
        }

        var window = (month - plan.StartsOn) / plan.Grain;
        var used = plan.Spend.Where(spend => IsIn(spend.Key)).Sum(spend => spend.Value)
            + OpenHolds.Where(hold => IsIn(hold.Month)).Sum(hold => HeldMoney(hold, plan));
        return Math.Max(0, plan.Budget!.Value - used);

        bool IsIn(int other) => other >= plan.StartsOn && (other - plan.StartsOn) / plan.Grain == window;
    }

    public long HeldMoney(ModelHold hold, ModelPlan plan) =>
        hold.Burn.Payg > 0 && Plans[hold.Plan!.Value] == plan ? CostOf(hold.Burn.Payg, hold.Price) : 0;

    public string? Join(int planNumber, int number, bool move)
    {
        if (!IsInService(number))
        {
            return "not_found";
        }

        var environment = Environments[number];
        if (environment.Plan == planNumber)
        {
            return null;
        }

        if (environment.Plan is not null && !move)
        {
            return "on_another_plan";
        }

        environment.Plan = planNumber;
        Sequence++;
        return null;
    }

    public string? Leave(int planNumber, int number)
    {
        if (!IsInService(number) || Environments[number].Plan != planNumber)
        {
            return "not_found";
        }

        Environments[number].Plan = null;
        Sequence++;
        return null;
    }

    private static bool IsInForce(ModelPlan plan, int month) => month >= plan.StartsOn && !(month >= plan.EndsOn);

    private static long CostOf(long credits, long price) => ((credits * price) + 999) / 1000;
}
