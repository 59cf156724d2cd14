using System.Globalization;
using Spectre.Console;

namespace CopilotCapacity.Portal.Features.Replay;

/// <summary>The summary of a run as tables, and what to do about refusals.</summary>
public static class ReplayTables
{
    /// <summary>How many events met which end. Recorded and already recorded always show; the rest when there is any.</summary>
    public static Table Outcomes(ReplaySummary summary)
    {
        var table = Of("Outcome", "Events");
        Add(table, "recorded", summary.Recorded);
        Add(table, "already recorded", summary.AlreadyRecorded);
        foreach (var (code, count) in summary.Conflicts)
        {
            Add(table, $"conflict: {code}", count);
        }

        foreach (var (code, count) in summary.Rejected)
        {
            Add(table, $"rejected: {code}", count);
        }

        if (summary.Unanswered > 0)
        {
            Add(table, "sent, no answer", summary.Unanswered);
        }

        return table;
    }

    /// <summary>What this run burnt, by who paid; what earlier runs were billed stands below, not added.</summary>
    public static Table Credits(ReplaySummary summary)
    {
        var table = Of("Credits of this run", "");
        Add(table, "from the allocation", summary.Burn.Allocation);
        Add(table, "from the tenant pool", summary.Burn.Pool);
        Add(table, "pay-as-you-go", summary.Burn.PayAsYouGo);
        Add(table, "unfunded", summary.Burn.Unfunded);
        Add(table, "billed in all", summary.Billed);
        Add(table, "not billed", summary.NonBilled);
        if (summary.AlreadyRecorded > 0)
        {
            table.AddEmptyRow();
            Add(table, "billed by earlier runs", summary.AlreadyBilled);
        }

        return table;
    }

    /// <summary>One sentence for each kind of refusal an operator can do something about.</summary>
    public static IEnumerable<string> Hints(ReplaySummary summary)
    {
        if (!summary.Conflicts.IsEmpty)
        {
            yield return "Conflicts: these identities are recorded with other times or quantities, so nothing was changed. --again sends the trace under new identities.";
        }

        if (summary.Rejected.ContainsKey("in_the_future"))
        {
            yield return "in_the_future: the times lie ahead of the tenant's clock. Give an earlier --from, or run the same command again later.";
        }

        if (summary.Rejected.ContainsKey("too_late"))
        {
            yield return "too_late: the times lie in a month that is closed. Give a later --from, or --again.";
        }

        if (summary.Rejected.ContainsKey("unknown_subject"))
        {
            yield return "unknown_subject: the key's tenant has no such environment. Check --environment and --key.";
        }
    }

    private static Table Of(string name, string value) =>
        new Table().Border(TableBorder.Simple).AddColumn(name).AddColumn(new TableColumn(value).RightAligned());

    private static void Add(Table table, string name, int count) => AddText(table, name, count.ToString("N0", CultureInfo.InvariantCulture));

    private static void Add(Table table, string name, decimal credits) => AddText(table, name, credits.ToString("#,0.###", CultureInfo.InvariantCulture));

    // As text, not markup: a code from the server may hold brackets.
    private static void AddText(Table table, string name, string value) => table.AddRow(new Text(name), new Text(value));
}
