using System.Globalization;
using System.Text;
using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.PayAsYouGo;
using CopilotCapacity.Domain.Tenancy;

namespace CopilotCapacity.Testing;

/// <summary>
/// Writes a ledger's whole state as text, so that two of them can be compared. What is zero is left out: whether an
/// untouched balance has a row is no part of the state.
/// </summary>
internal static class LedgerText
{
    public static string Of(TenantLedger ledger)
    {
        var text = new StringBuilder();
        Line(text, $"tenant {ledger.Id} {ledger.Name} {ledger.Currency} v{ledger.Version} {ledger.LowThresholdPercent}% {ledger.WarningHorizonDays}d {ledger.DisplayZone}");
        Line(text, $"at {ledger.Sequence} in {ledger.Open.Period} next {ledger.NextBoundary:O} alerts {ledger.AlertNumber} created {ledger.CreatedAt:O} rehearsal {ledger.IsRehearsal}");
        foreach (var environment in ledger.Environments.OrderBy(environment => environment.Key))
        {
            Write(text, environment);
        }

        foreach (var grant in ledger.Grants.OrderBy(grant => grant.Key))
        {
            Line(text, $"grant {grant.Key} {grant.Id} {grant.Kind} {grant.Amount} p{grant.Priority} {grant.EffectiveAt:O} {grant.ExpiresAt:O} {grant.Recurrence} keeps {grant.RolloverMax} made {grant.CreatedAt:O} ended {grant.EndedAt:O} {grant.Order} told {grant.Watch.IsTold} in {grant.Watch.OpenAlert}");
        }

        foreach (var plan in ledger.Plans.OrderBy(plan => plan.Key))
        {
            Write(text, plan, ledger);
        }

        foreach (var rate in ledger.Rates.Overrides)
        {
            Line(text, $"rate {rate.Feature} {rate.CreditsPerUnit} from {rate.EffectiveAt:O}");
        }

        foreach (var made in ledger.Reallocations.OrderBy(made => made.Sequence))
        {
            Line(text, $"reallocation {made.Id} at {made.Sequence} undoes {made.Undoes} [{string.Join(';', made.Changes)}]");
        }

        foreach (var book in ledger.Books)
        {
            Write(text, book);
        }

        WriteLimits(text, ledger);
        return text.ToString();
    }

    // Of a cap only the window that counts now: those before are of no use to anybody.
    private static void WriteLimits(StringBuilder text, TenantLedger ledger)
    {
        foreach (var hold in ledger.Holds.OrderBy(hold => hold.Sequence))
        {
            Line(text, $"hold {hold.Id} at {hold.Sequence} {hold.MadeAt:O} until {hold.ExpiresAt:O} in {hold.Environment.Key} {hold.Burn} [{string.Join(';', hold.Grants)}] plan {hold.Plan?.Key} {hold.Price} {hold.AgentId} {hold.UserId} {hold.CostCenter}");
        }

        foreach (var cap in ledger.Caps.OrderBy(cap => cap.Key))
        {
            var count = cap.Find(cap.WindowOf(ledger.Now));
            Line(text, $"cap {cap.Key} {cap.Id} {cap.Scope} {cap.Per} {cap.Credits} {cap.NotifyPercent}% hard {cap.HardStop} v{cap.Version} counts {count?.Used ?? default}+{count?.Held ?? default} raised {count?.RaisedMark ?? 0}");
        }

        foreach (var agent in ledger.Agents.OrderBy(agent => agent.Environment.Key).ThenBy(agent => agent.Id, StringComparer.Ordinal))
        {
            Line(text, $"agent {agent.Id} in {agent.Environment.Key} {agent.Name} off {agent.IsTurnedOff}");
        }
    }

    private static void Write(StringBuilder text, TenantEnvironment environment)
    {
        Line(text, $"environment {environment.Key} {environment.Id} {environment.Name} {environment.Type} {environment.Region} {environment.CostCenter} v{environment.Version} made {environment.CreatedAt:O} retired {environment.RetiredAt:O}");
        Line(text, $"  allocation {environment.Allocation} order {environment.AllocationOrder} v{environment.AllocationVersion} pool {environment.DrawFromTenantPool} payg {environment.PayAsYouGo} plan {environment.Plan?.Id}");
        foreach (var application in environment.Applications.OrderBy(application => application.Id.Value))
        {
            Line(text, $"  application {application}");
        }
    }

    private static void Write(StringBuilder text, BillingPlan plan, TenantLedger ledger)
    {
        var budget = plan.Budget;
        Line(text, $"plan {plan.Key} {plan.Id} {plan.Name} {plan.SubscriptionId} {plan.ResourceGroup} {plan.Region} {plan.Price} then {string.Join(';', plan.PlannedPrices)} on {plan.IsEnabled} v{plan.Version} deleted {plan.DeletedAt:O}");
        if (budget is not null)
        {
            Line(text, $"  budget {budget.AmountMicros} {budget.Grain} {budget.StartsOn} {budget.EndsOn} hard {budget.HardStop} [{string.Join(';', budget.Thresholds)}] [{string.Join(';', budget.Contacts)}]");
        }

        // Of the months before those that can still be booked to, only what a budget still counts matters.
        var oldest = ledger.Books.Min(book => book.Period);
        foreach (var month in plan.Months.Where(month => month.Credits.IsPositive && month.Period >= oldest).OrderBy(month => month.Period))
        {
            Line(text, $"  {month.Period} {month.Credits} for {month.SpendMicros} held {month.HeldMicros}");
        }

        foreach (var book in ledger.Books)
        {
            Line(text, $"  leaves {plan.RoomMicros(book.Period)} for {book.Period}");
        }
    }

    private static void Write(StringBuilder text, MonthBook book)
    {
        Line(text, $"month {book.Period} closed {book.IsClosed} entitled {book.Entitled} allocated {book.Allocated} pool {book.PoolSize} left {book.PoolLeft} used {book.PoolConsumed}");
        foreach (var month in book.Grants.Where(month => (month.Granted + month.CarriedIn).IsPositive))
        {
            Line(text, $"  grant {month.Grant.Key} {month.Granted}+{month.CarriedIn} burned {month.Burned} held {month.Held} expired {month.Expired} out {month.CarriedOut}");
        }

        foreach (var month in book.Environments.Where(month => (month.Backing + month.Charged).IsPositive).OrderBy(month => month.Environment.Key))
        {
            Line(text, $"  environment {month.Environment.Key} backed {month.Backing} used {month.Consumed} held {month.Held} pool {month.PoolConsumed}/{month.PoolHeld} payg {month.PayAsYouGo} for {month.SpendMicros} unfunded {month.Unfunded}");
        }
    }

    private static void Line(StringBuilder text, FormattableString line) =>
        text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
