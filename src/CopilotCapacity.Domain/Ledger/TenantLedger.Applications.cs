using CopilotCapacity.Domain.Rating;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Time;

namespace CopilotCapacity.Domain.Ledger;

/// <summary>A fact of an application that is not linked: kept with its place in the sequence, and charged to nobody yet.</summary>
/// <param name="Sequence">Its ledger sequence number.</param>
/// <param name="Application">The application.</param>
/// <param name="Usage">The fact.</param>
public sealed record KeptUse(long Sequence, LinkedApplicationId Application, UsageEvent Usage);

/// <content>Dynamics 365 applications. Capacity belongs to environments, so one that is not linked has none.</content>
public sealed partial class TenantLedger
{
    private readonly Dictionary<LinkedApplicationId, UnlinkedApplication> _unlinked = [];

    /// <summary>The applications that are known but not linked.</summary>
    public IReadOnlyCollection<UnlinkedApplication> UnlinkedApplications => _unlinked.Values;

    /// <summary>True when a subject is an application that is known but not linked.</summary>
    public bool IsUnlinked(Guid subject) => _unlinked.ContainsKey(new LinkedApplicationId(subject));

    /// <summary>
    /// Links a Dynamics 365 application to an environment; events may then name it as their subject. What it used while it was
    /// not linked is booked now, in the order in which it was told.
    /// </summary>
    /// <param name="id">The environment.</param>
    /// <param name="application">The application.</param>
    /// <param name="kept">What was kept of it and not booked yet, oldest first.</param>
    public Outcome<LinkedApplication> LinkApplication(EnvironmentId id, LinkedApplication application, params IReadOnlyList<UsageEvent> kept)
    {
        if (Find(id) is not { RetiredAt: null } environment)
        {
            return Refusal.NotFound("environment");
        }

        if (_subjects.ContainsKey(application.Id.Value))
        {
            return Refusal.Conflict("already_exists", "There is an environment or application with this id.");
        }

        environment.Applications.Add(application);
        _subjects.Add(application.Id.Value, environment);
        if (_unlinked.Remove(application.Id, out var unlinked))
        {
            Changes.Relinked.Add(application.Id);
            LeaveIfOpen(unlinked.OpenAlert);
        }

        Changes.Touch(environment);
        Append(new ApplicationLinked(id, application.Id, application.Kind, application.Url));
        foreach (var usage in kept)
        {
            // It was accepted in time; a month that has been closed for good since then leaves only the running one.
            var book = CheckTime(usage.Time) is null ? BookOf(Period.Of(usage.Time)) : Open;
            Book(usage, environment, book, RateAll(usage), PostingKind.Attribution);
        }

        return application;
    }

    /// <summary>Unlinks an application; what it uses from now on is kept until it is linked again.</summary>
    public Outcome<LinkedApplication> UnlinkApplication(EnvironmentId id, LinkedApplicationId applicationId)
    {
        if (Find(id) is not { RetiredAt: null } environment
            || environment.Applications.Find(application => application.Id == applicationId) is not { } application)
        {
            return Refusal.NotFound("application");
        }

        environment.Applications.Remove(application);
        _subjects.Remove(applicationId.Value);
        var unlinked = new UnlinkedApplication(application);
        _unlinked[applicationId] = unlinked;
        Changes.Unlinked.Add(unlinked);
        Append(new ApplicationUnlinked(id, applicationId), new ApplicationLinked(id, applicationId, application.Kind, application.Url));
        return application;
    }

    /// <summary>Keeps a fact of an application that is not linked. Refused as a fact is.</summary>
    public Outcome<KeptUse> Keep(UsageEvent usage)
    {
        if (CheckTime(usage.Time) is { } untimely)
        {
            return untimely;
        }

        var application = _unlinked[new LinkedApplicationId(usage.Subject)];
        var kept = new KeptUse(Append(new UsageKept(application.Application.Id, usage)), application.Application.Id, usage);
        Changes.Kept.Add(kept);
        if (!application.IsTold)
        {
            application.IsTold = true;
            RaiseUnlinked(application);
            Changes.Unlinked.Add(application);
        }

        return kept;
    }
}

/// <summary>An application that is known but not linked.</summary>
/// <param name="application">The application.</param>
public sealed class UnlinkedApplication(LinkedApplication application)
{
    /// <summary>The application.</summary>
    public LinkedApplication Application { get; } = application;

    /// <summary>True once it was told that it uses credits.</summary>
    public bool IsTold { get; set; }

    /// <summary>The alert that told it; 0 when none did.</summary>
    public long OpenAlert { get; set; }
}
