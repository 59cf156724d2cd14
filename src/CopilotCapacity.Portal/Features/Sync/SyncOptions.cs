using Cronos;
using Microsoft.Extensions.Options;

namespace CopilotCapacity.Portal.Features.Sync;

/// <summary>When tenants are synchronised, and what counts as a difference. Section <c>Sync</c>.</summary>
public sealed class SyncOptions
{
    /// <summary>The section of the settings.</summary>
    public const string Section = "Sync";

    /// <summary>When, as five cron fields in UTC; empty for on demand only.</summary>
    public string Schedule { get; set; } = "0 */6 * * *";

    /// <summary>Tenants begin within so much time after that, each at its own place in it, so that not all ask at once.</summary>
    public TimeSpan Spread { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How many days back the billed cost is read.</summary>
    public int CostDays { get; set; } = 40;

    /// <summary>From which difference of a day on between the meter and the bill a reason is looked for, in percent of the bill.</summary>
    public decimal TolerancePercent { get; set; } = 5;

    /// <summary>And in units of the currency; smaller differences are none.</summary>
    public decimal ToleranceAmount { get; set; } = 0.05m;

    /// <summary>How long after a day's end its bill may still grow.</summary>
    public TimeSpan BillDelay { get; set; } = TimeSpan.FromHours(24);

    /// <summary>How many runs of a tenant are kept.</summary>
    public int RunsKept { get; set; } = 30;

    /// <summary>The schedule; null when there is none.</summary>
    internal CronExpression? Cron => string.IsNullOrWhiteSpace(Schedule) ? null : CronExpression.Parse(Schedule);

    internal IEnumerable<string> Problems()
    {
        if (!string.IsNullOrWhiteSpace(Schedule) && !CronExpression.TryParse(Schedule, out _))
        {
            yield return "Sync:Schedule must be five cron fields, such as 0 */6 * * *.";
        }

        if (Spread < TimeSpan.Zero || Spread > TimeSpan.FromHours(12))
        {
            yield return "Sync:Spread must be 0 to 12 hours.";
        }

        if (CostDays is < 2 or > 366)
        {
            yield return "Sync:CostDays must be 2 to 366.";
        }

        if (TolerancePercent is < 0 or > 100 || ToleranceAmount is < 0 or > 1_000_000)
        {
            yield return "Sync:TolerancePercent must be 0 to 100, and Sync:ToleranceAmount not below 0.";
        }

        if (BillDelay < TimeSpan.Zero || BillDelay > TimeSpan.FromDays(7))
        {
            yield return "Sync:BillDelay must be 0 to 7 days.";
        }

        if (RunsKept is < 1 or > 1_000)
        {
            yield return "Sync:RunsKept must be 1 to 1000.";
        }
    }
}

/// <summary>Checks the settings at the start.</summary>
internal sealed class SyncOptionsValidator : IValidateOptions<SyncOptions>
{
    public ValidateOptionsResult Validate(string? name, SyncOptions options)
    {
        var problems = options.Problems().ToList();
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }
}
