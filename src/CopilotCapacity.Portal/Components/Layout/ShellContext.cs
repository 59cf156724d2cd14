using CopilotCapacity.Domain.Time;

namespace CopilotCapacity.Portal.Components.Layout;

/// <summary>
/// What a page and the layout around it tell each other. The period comes from the page because a rehearsal tenant has a clock of
/// its own.
/// </summary>
public sealed class ShellContext(Action changed, Func<Task> reloadMenu)
{
    /// <summary>The capacity period the page shows; null until it knows.</summary>
    public Period? Period { get; private set; }

    /// <summary>Whether whoever looks may see who changed what in the tenant shown; false until it is known.</summary>
    public bool MayReadAudit { get; private set; }

    /// <summary>Raised when the layout has told something new.</summary>
    public event EventHandler? Told;

    /// <summary>Says whether whoever looks may see who changed what.</summary>
    public void SetMayReadAudit(bool may)
    {
        if (MayReadAudit != may)
        {
            MayReadAudit = may;
            Told?.Invoke(this, EventArgs.Empty);
        }
    }

    /// <summary>Reads anew what the layout shows of the tenants, after one of them was changed.</summary>
    public Task ReloadMenuAsync() => reloadMenu();

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
