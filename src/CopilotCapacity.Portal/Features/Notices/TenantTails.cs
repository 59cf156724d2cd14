using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Metering.Feed;
using CopilotCapacity.Storage;
using Microsoft.EntityFrameworkCore;

namespace CopilotCapacity.Portal.Features.Notices;

/// <summary>The tails of the tenants that somebody follows. The last one who leaves ends a tail.</summary>
internal sealed class TenantTails(LedgerFeed feed, IDbContextFactory<PortalDbContext> contexts, TimeProvider time, ILogger<TenantTail> logger)
{
    /// <summary>How many streams and subscriptions of one tenant may be open at once.</summary>
    public const int FollowersMost = 20_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<TenantId, TenantTail> _tails = [];

    /// <summary>Follows a tenant that exists until the result is disposed; null when too many do.</summary>
    public async Task<FollowedTail?> FollowAsync(TenantId tenant)
    {
        TenantTail? tail;
        lock (_gate)
        {
            if (!_tails.TryGetValue(tenant, out tail) || tail.Ready.IsFaulted)
            {
                tail?.Dispose();
                _tails[tenant] = tail = new TenantTail(tenant, feed, contexts, time, logger);
            }

            if (tail.Followers == FollowersMost)
            {
                return null;
            }

            tail.Followers++;
        }

        var followed = new FollowedTail(this, tail);
        try
        {
            await tail.Ready;
            return followed;
        }
        catch
        {
            followed.Dispose();
            throw;
        }
    }

    private void Leave(TenantTail tail)
    {
        lock (_gate)
        {
            if (--tail.Followers == 0)
            {
                tail.Dispose();
                if (_tails.GetValueOrDefault(tail.Tenant) == tail)
                {
                    _tails.Remove(tail.Tenant);
                }
            }
        }
    }

    /// <summary>A tail that somebody follows.</summary>
    internal sealed class FollowedTail(TenantTails tails, TenantTail tail) : IDisposable
    {
        private bool _hasLeft;

        public TenantTail Tail => tail;

        public void Dispose()
        {
            if (!_hasLeft)
            {
                _hasLeft = true;
                tails.Leave(tail);
            }
        }
    }
}

internal static partial class NoticeLog
{
    [LoggerMessage(EventId = 400, Level = LogLevel.Error, Message = "News of tenant {Tenant} could not be read; it is tried again")]
    public static partial void TailUnread(ILogger logger, Guid tenant, Exception exception);

    [LoggerMessage(EventId = 401, Level = LogLevel.Error, Message = "A subscription to {Subject} has ended")]
    public static partial void SubscriptionFailed(ILogger logger, Guid subject, Exception exception);
}
