using CopilotCapacity.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace CopilotCapacity.Storage;

/// <summary>Up to which alert each person has looked. That is their own affair, and on no trail.</summary>
public static class AlertsSeen
{
    /// <summary>Notes that a person has looked up to an alert; it never goes back.</summary>
    public static Task MarkAsync(PortalDbContext context, TenantRow tenant, Guid person, long number, CancellationToken cancellationToken) =>
        context.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO alerts_seen (TenantKey, UserId, Number) VALUES ({tenant.Key}, {person}, {number})
            ON CONFLICT (TenantKey, UserId) DO UPDATE SET Number = MAX(Number, excluded.Number)
            """,
            cancellationToken);
}
