using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Metering.Feed;

namespace CopilotCapacity.Metering.Tests.Feed;

public sealed class LedgerFeedTests
{
    private static readonly TenantId s_tenant = new(new Guid("11111111-1111-1111-1111-111111111111"));
    private static readonly TenantId s_other = new(new Guid("22222222-2222-2222-2222-222222222222"));

    [Fact]
    public void Publish_TellsTheTenantsSubscribersOnly()
    {
        var feed = new LedgerFeed();
        var told = new List<LedgerCommitted>();
        var others = new List<LedgerCommitted>();
        using var first = feed.Subscribe(s_tenant, told.Add);
        using var second = feed.Subscribe(s_other, others.Add);

        feed.Publish(new LedgerCommitted(s_tenant, 7));

        Assert.Equal([new LedgerCommitted(s_tenant, 7)], told);
        Assert.Empty(others);
    }

    [Fact]
    public void Dispose_EndsTheSubscription_AlsoWhileItIsTold()
    {
        var feed = new LedgerFeed();
        var told = 0;
        IDisposable? subscription = null;
        subscription = feed.Subscribe(s_tenant, _ =>
        {
            told++;
            subscription!.Dispose();
        });

        feed.Publish(new LedgerCommitted(s_tenant, 1));
        feed.Publish(new LedgerCommitted(s_tenant, 2));

        Assert.Equal(1, told);
    }
}
