namespace CopilotCapacity.Metering.Work;

/// <summary>The parts of a group that are committed one after the other: what reads the disk must find there what was asked before it.</summary>
internal static class WorkParts
{
    public static IReadOnlyList<List<MeterWork>> Of(List<MeterWork> group)
    {
        if (!group.Exists(work => work.ReadsTheDisk))
        {
            return group.Count > 0 ? [group] : [];
        }

        var parts = new List<List<MeterWork>>();
        foreach (var work in group)
        {
            if (parts.Count == 0 || work.ReadsTheDisk)
            {
                parts.Add([]);
            }

            parts[^1].Add(work);
        }

        return parts;
    }
}
