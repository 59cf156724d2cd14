using System.Globalization;
using CopilotCapacity.Domain.Anomaly;
using CopilotCapacity.Domain.Caps;
using CopilotCapacity.Domain.Forecast;
using CopilotCapacity.Domain.PayAsYouGo;
using CopilotCapacity.Domain.Prepaid;
using CopilotCapacity.Domain.Quota;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Time;
using CopilotCapacity.Domain.Units;

namespace CopilotCapacity.Domain.Alerts;

/// <summary>What an alert says.</summary>
internal readonly record struct AlertWords(AlertKind Kind, AlertSeverity Severity, string Title, string Text, int? Threshold = null);

/// <summary>Credits of a grant that were lost unused.</summary>
internal readonly record struct LostCredits(Grant Grant, Credits Credits);

/// <summary>The words of alerts: what happened, to whom, and what would help.</summary>
internal static class AlertText
{
    private const int NamesMax = 5;

    public static AlertWords OfStatus(AlertKind kind, IReadOnlyList<TenantEnvironment> environments, Reach reach)
    {
        var names = Names(environments);
        var are = environments.Count == 1 ? "is" : "are";
        var have = environments.Count == 1 ? "has" : "have";
        return kind switch
        {
            AlertKind.QuotaLow => new AlertWords(
                kind, AlertSeverity.Warning, $"{names} {are} low on Copilot Credits",
                environments.Count == 1
                    ? $"{In(reach.Left)} of {In(reach.Total)} credits are left within reach. When they are used up, AI features pause until capacity is added."
                    : "What they can reach has come to the low threshold. When it is used up, AI features pause until capacity is added."),
            AlertKind.QuotaDepleted => new AlertWords(
                kind, AlertSeverity.Error, $"{names} {have} no Copilot Credits left",
                reach.IsCapped
                    ? "A hard cap on the environment is full. AI features are paused until the cap begins anew or is raised."
                    : "AI features are paused until capacity is added: reallocate credits, buy message packs, or raise a pay-as-you-go budget."),
            _ => new AlertWords(
                kind, AlertSeverity.Info, $"{names} {have} Copilot Credits again", "AI features are available again."),
        };
    }

    public static AlertWords OfCap(CapCount count, TenantEnvironment? environment)
    {
        var cap = count.Cap;
        var name = ReachText.NameOf(cap.Scope, environment);
        var length = cap.Per == CapWindow.Day ? "daily" : "monthly";
        if (count.Mark < 2)
        {
            return new AlertWords(
                AlertKind.CapNearing, AlertSeverity.Warning, $"The {length} cap on {name} is nearly full",
                $"{In(count.Counted)} of {In(cap.Credits)} credits are used or held.", cap.NotifyPercent);
        }

        var text = $"{In(count.Counted)} of {In(cap.Credits)} credits are used or held.";
        return new AlertWords(
            AlertKind.CapReached, cap.HardStop ? AlertSeverity.Error : AlertSeverity.Warning, $"The {length} cap on {name} is full",
            cap.HardStop ? $"{text} Further requests are refused until the cap begins anew or is raised." : text, 100);
    }

    public static AlertWords OfUnfunded(TenantEnvironment environment) => new(
        AlertKind.UsageUnfunded, AlertSeverity.Warning, $"Work in {environment.Name} was not funded",
        "It was done after all sources had run out. It is recorded and charged to nobody; later work will be the same until capacity is added.");

    public static AlertWords OfUnlinked(LinkedApplication application) => new(
        AlertKind.UsageUnlinked, AlertSeverity.Warning, $"{application.Url} uses Copilot Credits but is not linked",
        "Its use is kept and charged to nobody yet. It is booked once the application is linked to an environment; until then what it asks for is refused.");

    public static AlertWords OfAnomaly(AnomalyFinding finding, TenantEnvironment environment)
    {
        var who = finding.Series.AgentId is null ? finding.Name : $"Agent “{finding.Name}”";
        var much = finding.Usual.IsPositive
            ? $"{Math.Round(finding.Used.Value / finding.Usual.Value)} × its usual"
            : "far more than its usual";
        var (span, usual) = finding.Span == AnomalySpan.Hour
            ? ($"in the hour from {finding.From.UtcDateTime:HH:mm} UTC", "at this hour of the week")
            : ($"on {Day(finding.From)} so far", "on this weekday");
        return new AlertWords(
            AlertKind.UsageAnomaly, AlertSeverity.Warning, $"{who} uses {much}{CauseInTitle(finding.Cause)}",
            $"In {environment.Name} it used {In(finding.Used)} credits {span}; {In(finding.Usual)} are usual {usual}. {CauseOf(finding.Cause)}");
    }

    private static string CauseInTitle(AnomalyCause cause) => cause.Kind switch
    {
        CauseKind.NewModel => ", new model",
        CauseKind.NewTool => ", new tool",
        CauseKind.NewChannel => ", new channel",
        CauseKind.Loop => ", seems to loop",
        CauseKind.OneUser => ", one user",
        CauseKind.DearerUse => ", each use costs more",
        _ => "",
    };

    private static string CauseOf(AnomalyCause cause) => cause.Kind switch
    {
        CauseKind.NewModel => $"{cause.Percent} % of it is the model “{cause.What}”, which it did not use before.",
        CauseKind.NewTool => $"{cause.Percent} % of it is the tool “{cause.What}”, which it did not use before.",
        CauseKind.NewChannel => $"{cause.Percent} % of it comes through the channel “{cause.What}”, which it did not use before.",
        CauseKind.Loop => $"{(cause.What is null ? "Without a named user" : $"For the user “{cause.What}”")} it acts about {cause.PerHour} times an hour, which looks like a loop.",
        CauseKind.OneUser => $"{cause.Percent} % of it is for the user “{cause.What}”.",
        CauseKind.DearerUse => "It is used about as often as before, but each use costs at least twice as much.",
        _ => "It is used more often than before, by many.",
    };

    public static AlertWords OfReduced(IReadOnlyList<TenantEnvironment> environments, Credits lost) => new(
        AlertKind.AllocationReduced, AlertSeverity.Warning, $"The allocation of {Names(environments)} lost credits",
        $"Prepaid credits ended, and the pool could not cover it: {In(lost)} credits of the allocations no longer have credits behind them.");

    public static AlertWords OfBudget(BillingPlan plan, Budget budget, int percent, CurrencyCode currency) => new(
        AlertKind.BudgetThreshold, percent < 100 ? AlertSeverity.Warning : AlertSeverity.Error,
        $"{plan.Name} has reached {percent} % of its budget",
        $"The budget is {new Money(budget.AmountMicros, currency)}. {(budget.HardStop ? "Spend stops when it is used up." : "Spend goes on beyond it.")}");

    public static AlertWords OfExhausted(BillingPlan plan, Budget budget, CurrencyCode currency) => new(
        AlertKind.BudgetExhausted, AlertSeverity.Error, $"The budget of {plan.Name} is used up",
        $"Its {new Money(budget.AmountMicros, currency)} are spent or held. Its environments pay as they go again when the budget is raised or its next window begins.");

    public static AlertWords OfSync(string service, string reason) => new(
        AlertKind.SyncFailing, AlertSeverity.Warning, $"What {service} knows could not be read",
        $"{reason} What was read before stands, with its age; metering, budgets and stops go on by the portal's own numbers.");

    public static AlertWords OfForecast(IReadOnlyList<TenantEnvironment> environments, Depletion first)
    {
        var day = Day(first.At!.Value);
        var range = first.DaysEither is { } days ? $", give or take {(days == 1 ? "1 day" : $"{days} days")}" : "";
        var sure = first.Percent is { } percent
            ? $"In {percent} of 100 cases that is before the month ends."
            : "That is at the pace of the month so far: the history is too short for more.";
        return new AlertWords(
            AlertKind.QuotaForecast, AlertSeverity.Warning,
            $"{Names(environments)} will likely run out of Copilot Credits on {day}",
            $"{(environments.Count == 1 ? "What it can reach is" : "What the first of them can reach is")} likely used up on {day}{range}. {sure} Move credits, buy message packs or raise a budget before then.");
    }

    public static AlertWords OfForecast(BillingPlan plan, Budget budget, int percent, long expected, DateTimeOffset end, CurrencyCode currency) => new(
        AlertKind.BudgetForecast, AlertSeverity.Warning,
        $"{plan.Name} will likely reach {percent} % of its budget",
        $"About {new Money(expected, currency).Value.ToString("N2", CultureInfo.InvariantCulture)} {currency} of {new Money(budget.AmountMicros, currency)} are expected by {Day(end)}. "
        + $"{(budget.HardStop ? "Spend stops when the budget is used up." : "Spend goes on beyond it.")}");

    public static AlertWords OfExpiring(IReadOnlyList<GrantMonth> months, int horizonDays)
    {
        var first = months[0].Grant.ExpiresAt!.Value;
        var isOneDay = months.All(month => month.Grant.ExpiresAt == first);
        return new AlertWords(
            AlertKind.GrantExpiring, AlertSeverity.Warning,
            isOneDay ? $"Prepaid credits expire on {Day(first)}" : $"Prepaid credits expire within {horizonDays} days",
            $"{Listed(months, ExpiringOf)}. What is not used by then is lost: move credits to environments that will use them.");
    }

    public static AlertWords OfLapsed(Period month, IReadOnlyList<LostCredits> lost, DateTimeOffset lateUntil) => new(
        AlertKind.GrantWasted, AlertSeverity.Info, $"{In(SumOf(lost))} prepaid credits of {Month(month)} were not used",
        $"They lapsed at the month's end: {Listed(lost, PartOf)}. The number is provisional until {Day(lateUntil)}: work of that month that is told late may still use some of them.");

    public static AlertWords OfExpired(IReadOnlyList<LostCredits> lost) => new(
        AlertKind.GrantWasted, AlertSeverity.Info, $"{In(SumOf(lost))} prepaid credits expired unused",
        $"Lost were {Listed(lost, PartOf)}. Move credits in time to environments that use them, or buy less.");

    private static string ExpiringOf(GrantMonth month)
    {
        var until = month.Grant.ExpiresAt!.Value.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
        return month.Grant.Recurrence == Recurrence.Monthly
            ? $"{NameOf(month.Grant)} end at {until}, with {In(month.Remaining)} credits of this month left now"
            : $"{In(month.Remaining)} credits of {NameOf(month.Grant)} are left until {until}";
    }

    private static string PartOf(LostCredits lost) => $"{In(lost.Credits)} of {NameOf(lost.Grant)}";

    private static string NameOf(Grant grant) => grant.Kind switch
    {
        GrantKind.MessagePack => NameOf(grant.Order),
        GrantKind.Included => "credits included with licences",
        _ => "promotional credits",
    };

    private static string NameOf(PackOrder? order)
    {
        var packs = order is null ? "message packs" : order.Packs == 1 ? "1 message pack" : $"{order.Packs} message packs";
        return order?.Reference is { } reference ? $"{packs} (order {reference})" : packs;
    }

    private static string Listed<T>(IReadOnlyList<T> all, Func<T, string> part) => string.Join(
        "; ", all.Take(NamesMax).Select(part).Concat(all.Count > NamesMax ? [$"and {all.Count - NamesMax} more"] : []));

    private static Credits SumOf(IReadOnlyList<LostCredits> lost) => lost.Aggregate(Credits.Zero, (sum, part) => sum + part.Credits);

    // As people read numbers; in the API and in files they stand without.
    private static string In(Credits credits) => credits.Value.ToString("#,##0.###", CultureInfo.InvariantCulture);

    private static string Day(DateTimeOffset instant) => instant.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Month(Period month) => month.Start.ToString("MMMM yyyy", CultureInfo.InvariantCulture);

    private static string Names(IReadOnlyList<TenantEnvironment> environments)
    {
        if (environments.Count == 1)
        {
            return environments[0].Name;
        }

        var named = environments.Count <= NamesMax ? environments.Count - 1 : NamesMax;
        var last = environments.Count <= NamesMax ? environments[^1].Name : $"{environments.Count - NamesMax} more";
        return $"{string.Join(", ", environments.Take(named).Select(environment => environment.Name))} and {last}";
    }
}
