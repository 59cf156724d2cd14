using CopilotCapacity.Domain.Faults;
using CopilotCapacity.Faults.Portal;

namespace CopilotCapacity.Faults.Tests;

/// <summary>The proof that the laws of the domain see the mistakes they are for.</summary>
public sealed class LawsTests
{
    [Fact]
    public void Laws_WithoutASeededBug_Hold() => Assert.True(Programs.LawsHold(SeededBug.None));

    [Theory]
    [InlineData(SeededBug.PaygBeforePrepaid)]
    [InlineData(SeededBug.PoolForEverybody)]
    [InlineData(SeededBug.TurnDiscardsNewGrant)]
    [InlineData(SeededBug.RolloverWithoutLimit)]
    [InlineData(SeededBug.LateFactInRunningMonth)]
    [InlineData(SeededBug.BudgetFromNowOn)]
    [InlineData(SeededBug.ExpiredGrantPays)]
    [InlineData(SeededBug.AllocationWithoutCredits)]
    public void Laws_WithASeededBug_DoNotHold(SeededBug bug) => Assert.False(Programs.LawsHold(bug));
}
