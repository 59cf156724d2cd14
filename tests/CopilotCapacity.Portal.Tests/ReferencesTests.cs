using System.Reflection;
using CopilotCapacity.Azure;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Metering;
using CopilotCapacity.Portal.Components;
using CopilotCapacity.Storage;

namespace CopilotCapacity.Portal.Tests;

/// <summary>References run one way: Portal → Azure, Storage → Metering → Domain.</summary>
public sealed class ReferencesTests
{
    private const string Ours = "CopilotCapacity.";

    public static TheoryData<Assembly, string[]> Allowed => new()
    {
        { typeof(Credits).Assembly, [] },
        { typeof(AzureOptions).Assembly, [] },
        { typeof(Meter).Assembly, ["CopilotCapacity.Domain"] },
        { typeof(PortalDbContext).Assembly, ["CopilotCapacity.Domain", "CopilotCapacity.Metering"] },
        { typeof(PortalUrls).Assembly, ["CopilotCapacity.Azure", "CopilotCapacity.Domain", "CopilotCapacity.Metering", "CopilotCapacity.Storage"] },
    };

    [Theory]
    [MemberData(nameof(Allowed))]
    public void Assembly_RefersOnlyDownwards(Assembly assembly, string[] allowed)
    {
        var found = assembly.GetReferencedAssemblies()
            .Select(name => name.Name!)
            .Where(name => name.StartsWith(Ours, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);

        Assert.Equal(allowed, found, StringComparer.Ordinal);
    }

    [Fact]
    public void Domain_RefersToNothingButTheBaseLibrary()
    {
        var foreign = typeof(Credits).Assembly.GetReferencedAssemblies()
            .Select(name => name.Name!)
            .Where(name => !name.StartsWith("System", StringComparison.Ordinal));

        Assert.Empty(foreign);
    }
}
