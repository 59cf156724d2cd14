using System.Reflection;
using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Metering;

namespace CopilotCapacity.Storage.Tests;

/// <summary>The arrows of the house point one way: Storage → Metering → Domain.</summary>
public sealed class HouseTests
{
    public static TheoryData<Assembly, string> Arrows => new()
    {
        { typeof(TenantLedger).Assembly, "" },
        { typeof(Meter).Assembly, "CopilotCapacity.Domain" },
        { typeof(PortalDbContext).Assembly, "CopilotCapacity.Domain CopilotCapacity.Metering" },
    };

    [Theory]
    [MemberData(nameof(Arrows))]
    public void Assembly_RefersOnlyDownwards(Assembly assembly, string below)
    {
        var ours = assembly.GetReferencedAssemblies().Select(name => name.Name!).Where(name => name.StartsWith("CopilotCapacity", StringComparison.Ordinal));
        Assert.Equal(below, string.Join(' ', ours.Order(StringComparer.Ordinal)));
    }

    [Fact]
    public void Domain_RefersToNothingButTheBaseLibrary() =>
        Assert.All(typeof(TenantLedger).Assembly.GetReferencedAssemblies(), name => Assert.StartsWith("System.", name.Name!, StringComparison.Ordinal));
}
