namespace CopilotCapacity.Domain.Ledger;

/// <summary>A service that the tenant is kept in step with could no longer be read or written.</summary>
/// <param name="Service">Its name in the settings, such as <c>azure</c>.</param>
/// <param name="Name">How people know it.</param>
/// <param name="Reason">Why, in one sentence.</param>
public sealed record SyncFailed(string Service, string Name, string Reason) : NarrowChange;

/// <summary>A service that failed works again.</summary>
/// <param name="Service">Its name in the settings.</param>
public sealed record SyncRestored(string Service) : NarrowChange;
