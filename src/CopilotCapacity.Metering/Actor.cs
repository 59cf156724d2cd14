namespace CopilotCapacity.Metering;

/// <summary>What kind of party changes something.</summary>
public enum ActorKind
{
    /// <summary>The portal itself: time, the demo.</summary>
    System,

    /// <summary>A person in the browser.</summary>
    Person,

    /// <summary>A program with an API key.</summary>
    ApiKey,
}

/// <summary>Who changes something; kept with every journal entry.</summary>
/// <param name="Kind">Person, key or the portal itself.</param>
/// <param name="Id">The person's or key's id.</param>
/// <param name="Name">How people know it.</param>
/// <param name="Address">Where the request came from; null when it came from inside.</param>
/// <param name="Reason">Why, in their own words; null when they gave none.</param>
public sealed record Actor(ActorKind Kind, string Id, string Name, string? Address = null, string? Reason = null)
{
    /// <summary>The portal itself.</summary>
    public static Actor System { get; } = new(ActorKind.System, "portal", "Portal");
}
