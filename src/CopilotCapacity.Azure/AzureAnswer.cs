namespace CopilotCapacity.Azure;

/// <summary>Why a service of Microsoft's, Azure or Power Platform, gave no answer.</summary>
public enum AzureFailureKind
{
    /// <summary>No credential, or one that the service does not accept.</summary>
    NotSignedIn,

    /// <summary>The credential lacks a right.</summary>
    Forbidden,

    /// <summary>There is no such thing, or none that the credential can see.</summary>
    NotFound,

    /// <summary>It was changed meanwhile, or exists already.</summary>
    Conflict,

    /// <summary>The service does not accept the request.</summary>
    Rejected,

    /// <summary>Too many requests, also after waiting.</summary>
    Throttled,

    /// <summary>The service cannot be reached, or fails.</summary>
    Unavailable,

    /// <summary>The service answered what cannot be read.</summary>
    Malformed,
}

/// <summary>Why there is no answer.</summary>
/// <param name="Kind">How to understand it.</param>
/// <param name="Reason">One sentence that names the service, with what it said where it said something.</param>
/// <param name="Code">The service's own code, such as <c>TenantPoolLockedByPolicy</c>; null where it named none.</param>
public sealed record AzureFailure(AzureFailureKind Kind, string Reason, string? Code = null);

/// <summary>An answer of a service, or why there is none: what is not known is not zero.</summary>
/// <typeparam name="T">What was asked for.</typeparam>
/// <param name="Value">The answer; null when there is none.</param>
/// <param name="Failure">Why there is none; null when there is one.</param>
public sealed record AzureAnswer<T>(T? Value, AzureFailure? Failure)
    where T : class
{
    /// <summary>An answer.</summary>
    public static implicit operator AzureAnswer<T>(T value) => new(value, null);

    /// <summary>No answer.</summary>
    public static implicit operator AzureAnswer<T>(AzureFailure failure) => new(null, failure);
}
