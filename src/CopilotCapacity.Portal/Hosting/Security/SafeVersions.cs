namespace CopilotCapacity.Portal.Hosting.Security;

/// <summary>The oldest versions the portal runs on; the database looks at its engine itself.</summary>
internal static class SafeVersions
{
    // Before it cookies could be forged (CVE-2026-40372) and requests smuggled (CVE-2025-55315).
    private static readonly Version s_runtimeMin = new(10, 0, 7);

    /// <summary>Refuses a runtime with known holes.</summary>
    /// <exception cref="UnsafeVersionException">The runtime is too old.</exception>
    public static void Check(Version runtime)
    {
        if (runtime < s_runtimeMin)
        {
            throw new UnsafeVersionException($"The portal runs on .NET {s_runtimeMin} or newer; .NET {runtime} has known security holes. Install the newest patch.");
        }
    }
}

/// <summary>Something the portal runs on is too old to be safe; the message says what, in one sentence.</summary>
public sealed class UnsafeVersionException : Exception
{
    /// <summary>Creates the exception.</summary>
    public UnsafeVersionException()
    {
    }

    /// <summary>Creates the exception with the sentence.</summary>
    public UnsafeVersionException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with the sentence and its cause.</summary>
    public UnsafeVersionException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
