using CopilotCapacity.Domain.Time;

namespace CopilotCapacity.Portal.Components.Layout;

/// <summary>
/// What a page tells the layout around it. The period comes from the page because a rehearsal tenant has a clock of its own.
/// </summary>
public sealed class ShellContext(Action changed)
{
    /// <summary>The capacity period the page shows; null until it knows.</summary>
    public Period? Period { get; private set; }

    public void Show(Period? period)
    {
        if (Period == period)
        {
            return;
        }

        Period = period;
        changed();
    }
}
