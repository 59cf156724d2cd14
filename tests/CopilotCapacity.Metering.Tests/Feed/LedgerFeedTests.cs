using CopilotCapacity.Metering.Feed;
using CopilotCapacity.Testing;

namespace CopilotCapacity.Metering.Tests.Feed;

public sealed class LedgerFeedTests
{
    private static readonly LedgerCommitted s_commit = new(Make.Tenant(), 7);

    [Fact]
    public void Publish_ThrowingSubscribers_TellsAllAndReportsEachMistake()
    {
        var feed = new LedgerFeed();
        var told = 0;
        using var first = feed.Subscribe(Make.Tenant(), _ => throw new InvalidOperationException("one"));
        using var second = feed.Subscribe(Make.Tenant(), _ => told++);
        using var third = feed.Subscribe(Make.Tenant(), _ => throw new InvalidOperationException("two"));
        using var fourth = feed.Subscribe(Make.Tenant(), _ => told++);

        var mistakes = Assert.Throws<AggregateException>(() => feed.Publish(s_commit)).InnerExceptions;

        Assert.Equal(2, told);
        Assert.Equal("one, two", string.Join(", ", mistakes.Select(mistake => mistake.Message)));
    }

    [Fact]
    public void Publish_AfterDispose_IsNotTold()
    {
        var feed = new LedgerFeed();
        var told = 0;
        var subscription = feed.Subscribe(Make.Tenant(), _ => told++);
        subscription.Dispose();
        subscription.Dispose();
        feed.Publish(s_commit);
        Assert.Equal(0, told);
    }

    [Fact]
    public void Subscribe_WhileBeingTold_IsToldFromTheNextCommitOn()
    {
        var feed = new LedgerFeed();
        var told = 0;
        using var first = feed.Subscribe(Make.Tenant(), _ =>
        {
            feed.Subscribe(Make.Tenant(), _ => told++);
        });
        feed.Publish(s_commit);
        Assert.Equal(0, told);
        feed.Publish(s_commit);
        Assert.Equal(1, told);
    }
}
