using CopilotCapacity.Azure.PowerPlatform;
using CopilotCapacity.AzureStandIn;
using CopilotCapacity.AzureStandIn.PowerPlatform;

namespace CopilotCapacity.Azure.Tests.PowerPlatform;

/// <summary>The write that replaces a whole document and knows no ETag.</summary>
public sealed class AllocationWriteTests : PowerPlatformUnderTest
{
    private const string Put = "PUT /licensing/allocationsV2";

    private static readonly WantedAllocation s_change = new(50_000, false, true);

    private AllocationState Stored => Platform.Environments[Service].Allocations["MCSMessages"];

    [Fact]
    public async Task Write_ChangesWhatIsWanted_AndKeepsOtherEntitlementsAndRules()
    {
        Fill();

        var write = await Allocations.WriteAsync(Service, await SeenAsync(), s_change, default);

        Assert.Equal((AllocationWriteOutcome.Written, null), (write.Outcome, write.Failure));
        Assert.Equal(50_000, write.Found!.CopilotCredits!.Allocated);
        Assert.Equal(50_000, Stored.Quantity);
        Assert.Equal(["Alert=True", "PayGo=True", "TenantPool=False", "Throttle=True"], Stored.Rules.Select(rule => $"{rule.Key}={rule.Value}").Order(StringComparer.Ordinal).ToArray());
        var other = Platform.Environments[Service].Allocations["AI"];
        Assert.Equal((500, true), (other.Quantity, other.Rules["Deny"]));
    }

    [Fact]
    public async Task Write_OfWhatIsLeftOpen_LeavesIt()
    {
        Fill();

        var write = await Allocations.WriteAsync(Service, await SeenAsync(), new WantedAllocation(null, null, true), default);

        Assert.Equal(AllocationWriteOutcome.Written, write.Outcome);
        Assert.Equal((40_000, true, true), (Stored.Quantity, Stored.Rules["TenantPool"], Stored.Rules["PayGo"]));
    }

    [Fact]
    public async Task Write_ForAnEnvironmentWithoutAllocation_MakesOne()
    {
        Fill();

        var write = await Allocations.WriteAsync(Sales, null, new WantedAllocation(1_000, true, null), default);

        Assert.Equal(AllocationWriteOutcome.Written, write.Outcome);
        Assert.Equal(1_000, Platform.Environments[Sales].Allocations["MCSMessages"].Quantity);
    }

    [Fact]
    public async Task Write_OfWhatIsThere_SendsNothing()
    {
        Fill();

        var write = await Allocations.WriteAsync(Service, await SeenAsync(), new WantedAllocation(40_000, true, null), default);

        Assert.Equal(AllocationWriteOutcome.AlreadyThere, write.Outcome);
        Assert.Equal(0, Asked(Put));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Write_AfterSomebodyElseChangedWhatWasSeen_IsRefused_AndSendsNothing(bool seenNothing)
    {
        Fill();
        var seen = seenNothing ? null : await SeenAsync();
        Platform.Environments[Service].Allocations["MCSMessages"] = AllocationState.Of(45_000, ("TenantPool", true));

        var write = await Allocations.WriteAsync(Service, seen, s_change, default);

        Assert.Equal(AllocationWriteOutcome.ChangedSinceSeen, write.Outcome);
        Assert.Equal(45_000, write.Found!.CopilotCredits!.Allocated);
        Assert.Equal(0, Asked(Put));
        Assert.Equal(45_000, Stored.Quantity);
    }

    [Fact]
    public async Task Write_ThatTheServiceAnswersButDoesNotDo_IsToldAsLost()
    {
        Fill();
        var seen = await SeenAsync();
        State.Faults.Order(FaultKind.LoseWrite, "/allocationsV2", 1);

        var write = await Allocations.WriteAsync(Service, seen, s_change, default);

        Assert.Equal(AllocationWriteOutcome.Lost, write.Outcome);
        Assert.Equal(40_000, write.Found!.CopilotCredits!.Allocated);
    }

    [Fact]
    public async Task Write_ThatAnotherWriterReplacesAtOnce_IsToldAsLost_WithWhatStandsThere()
    {
        Fill();
        var seen = await SeenAsync();
        Platform.AfterNextWrite = () => Platform.Environments[Service].Allocations["MCSMessages"] = AllocationState.Of(10_000, ("TenantPool", true));

        var write = await Allocations.WriteAsync(Service, seen, s_change, default);

        Assert.Equal(AllocationWriteOutcome.Lost, write.Outcome);
        Assert.Equal(10_000, write.Found!.CopilotCredits!.Allocated);
    }

    [Fact]
    public async Task Write_ThatAnotherWritersOtherEntitlementComesRightAfter_IsToldAsLost()
    {
        Fill();
        var seen = await SeenAsync();
        Platform.AfterNextWrite = () => Platform.Environments[Service].Allocations["AI"] = AllocationState.Of(900, ("Deny", true));

        Assert.Equal(AllocationWriteOutcome.Lost, (await Allocations.WriteAsync(Service, seen, s_change, default)).Outcome);
    }

    // The one update that nothing can tell: the service has no ETag, so a writer between the last read and the write is written over.
    [Fact]
    public async Task Writer_BetweenTheReadAndTheWrite_IsWrittenOver()
    {
        Fill();
        var seen = await SeenAsync();
        Platform.BeforeNextWrite = () => Platform.Environments[Service].Allocations["MCSMessages"] = AllocationState.Of(10_000, ("TenantPool", true));

        Assert.Equal(AllocationWriteOutcome.Written, (await Allocations.WriteAsync(Service, seen, s_change, default)).Outcome);
        Assert.Equal(50_000, Stored.Quantity);
    }

    [Fact]
    public async Task Write_WhoseAnswerIsLost_IsReadBack_AndNotSentAgain()
    {
        Fill();
        var seen = await SeenAsync();
        State.Faults.Order(FaultKind.CutAfter, "/allocationsV2", 1);

        var write = await Allocations.WriteAsync(Service, seen, s_change, default);

        Assert.Equal(AllocationWriteOutcome.Written, write.Outcome);
        Assert.Equal((1, 50_000m), (Asked(Put), Stored.Quantity));
    }

    [Fact]
    public async Task Write_ThatDoesNotArrive_Failed_AndIsNotSentAgain()
    {
        Fill();
        var seen = await SeenAsync();
        State.Faults.Order(FaultKind.Fail, "/allocationsV2", 1);

        var write = await Allocations.WriteAsync(Service, seen, s_change, default);

        Assert.Equal((AllocationWriteOutcome.Failed, "Power Platform fails with 500: Something went wrong. (InternalServerError)"), (write.Outcome, write.Failure!.Reason));
        Assert.Equal((1, 40_000m), (Asked(Put), Stored.Quantity));
    }

    [Fact]
    public async Task Write_ThatCannotBeReadBack_IsUnknown()
    {
        Fill();
        var seen = await SeenAsync();
        Platform.AfterNextWrite = () => State.Faults.Order(FaultKind.Fail, "/allocationsByEnvironment", int.MaxValue);

        var write = await Allocations.WriteAsync(Service, seen, s_change, default);

        Assert.Equal((AllocationWriteOutcome.Unknown, null), (write.Outcome, write.Found));
        Assert.Equal(AzureFailureKind.Unavailable, write.Failure!.Kind);
    }

    [Fact]
    public async Task Write_ThatIsThrottled_WaitsAndIsSentAgain()
    {
        Fill();
        var seen = await SeenAsync();
        State.Faults.Order(FaultKind.Throttle, "/allocationsV2", 1, TimeSpan.FromSeconds(1));

        Assert.Equal(AllocationWriteOutcome.Written, (await Allocations.WriteAsync(Service, seen, s_change, default)).Outcome);
        Assert.Equal(2, Asked(Put));
    }

    [Fact]
    public async Task TenantPool_OwnedByAGroupRule_IsToldAsLocked_WhileTheQuantityMayChange()
    {
        Fill().GroupRule = true;
        var seen = await SeenAsync();

        var locked = await Allocations.WriteAsync(Service, seen, s_change, default);
        var quantity = await Allocations.WriteAsync(Service, seen, new WantedAllocation(41_000, null, null), default);

        Assert.Equal((AllocationWriteOutcome.LockedByPolicy, PowerPlatformNames.TenantPoolLockedByPolicy), (locked.Outcome, locked.Failure!.Code));
        Assert.Equal(AllocationWriteOutcome.Written, quantity.Outcome);
    }

    [Fact]
    public async Task Write_AboveWhatTheTenantHas_IsRefused()
    {
        Fill();

        var write = await Allocations.WriteAsync(Service, await SeenAsync(), new WantedAllocation(100_001, null, null), default);

        Assert.Equal((AllocationWriteOutcome.Failed, AzureFailureKind.Rejected, "InsufficientCapacity"), (write.Outcome, write.Failure!.Kind, write.Failure.Code));
        Assert.Equal(40_000, Stored.Quantity);
    }

    private async Task<CurrencyAllocation?> SeenAsync() => (await Allocations.FindAsync(Service, default)).Value!.CopilotCredits;
}
