using System.Diagnostics;
using CopilotCapacity.Azure.Resources;
using CopilotCapacity.AzureStandIn;

namespace CopilotCapacity.Azure.Tests;

/// <summary>What happens while Azure throttles, fails, is slow or answers nonsense.</summary>
public sealed class FaultTests : AzureUnderTest
{
    private ResourceManagerClient Resources => Client<ResourceManagerClient>();

    private int Asked => State.Faults.Requests.Count(request => request is "GET /subscriptions");

    [Fact]
    public async Task Throttled_WaitsAsLongAsAzureAsks_AndThenGetsItsAnswer()
    {
        State.Faults.Order(FaultKind.Throttle, "/subscriptions", 2, TimeSpan.FromSeconds(1));
        var watch = Stopwatch.StartNew();

        Assert.NotNull((await Resources.ListSubscriptionsAsync(default)).Value);

        Assert.Equal(3, Asked);
        Assert.True(watch.Elapsed >= TimeSpan.FromSeconds(1.9), $"It waited {watch.Elapsed}.");
    }

    [Theory]
    [InlineData(FaultKind.Fail)]
    [InlineData(FaultKind.Cut)]
    public async Task PassingFault_IsTriedAgain(FaultKind kind)
    {
        State.Faults.Order(kind, "/subscriptions", 2);

        Assert.NotNull((await Resources.ListSubscriptionsAsync(default)).Value);
        Assert.Equal(3, Asked);
    }

    [Theory]
    [InlineData(FaultKind.Fail, AzureFailureKind.Unavailable, "Azure fails with 500: Something went wrong. (InternalServerError)")]
    [InlineData(FaultKind.Cut, AzureFailureKind.Unavailable, "Azure cannot be reached.")]
    [InlineData(FaultKind.Slow, AzureFailureKind.Unavailable, "Azure did not answer in time.")]
    public async Task LastingFault_IsAReason_AfterABoundedNumberOfTries(FaultKind kind, AzureFailureKind expected, string reason)
    {
        State.Faults.Order(kind, "/subscriptions", int.MaxValue, TimeSpan.FromSeconds(30));

        var answer = await Resources.ListSubscriptionsAsync(default);

        Assert.Null(answer.Value);
        Assert.Equal((expected, reason), (answer.Failure!.Kind, answer.Failure.Reason));
        Assert.Equal(RetriesMax + 1, Asked);
    }

    [Fact]
    public async Task Nonsense_IsToldAsThat_AndNotTriedAgain()
    {
        State.Faults.Order(FaultKind.Malformed, "/subscriptions", int.MaxValue);

        Assert.Equal(AzureFailureKind.Malformed, (await Resources.ListSubscriptionsAsync(default)).Failure!.Kind);
        Assert.Equal(1, Asked);
    }

    [Fact]
    public async Task Token_IsKept_UntilAzureNoLongerAcceptsIt()
    {
        await Resources.ListSubscriptionsAsync(default);
        await Resources.ListSubscriptionsAsync(default);
        Assert.Equal(1, State.Tokens.Given);

        State.Tokens.ExpireAll();
        var after = await Resources.ListSubscriptionsAsync(default);

        Assert.NotNull(after.Value);
        Assert.Equal(2, State.Tokens.Given);
    }

    [Fact]
    public async Task NoIdentity_IsToldAsThat()
    {
        State.Tokens.Refuses = true;

        Assert.Equal(AzureFailureKind.NotSignedIn, (await Resources.ListSubscriptionsAsync(default)).Failure!.Kind);
    }

    [Fact]
    public async Task Cancelling_Cancels()
    {
        State.Faults.Order(FaultKind.Slow, "/subscriptions", 1, TimeSpan.FromSeconds(30));
        using var cancel = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Resources.ListSubscriptionsAsync(cancel.Token));
    }
}
