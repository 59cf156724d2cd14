using System.Globalization;
using CopilotCapacity.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace CopilotCapacity.Storage.Audit;

/// <summary>What a look at a whole trail found.</summary>
/// <param name="Entries">How many entries there are.</param>
/// <param name="Head">The last one's hash.</param>
/// <param name="Problem">The first thing that is wrong; null when nothing is.</param>
public sealed record AuditVerification(long Entries, string Head, string? Problem)
{
    /// <summary>Whether all is as it was written.</summary>
    public bool IsOk => Problem is null;
}

/// <summary>Walks a trail from its first entry and compares it with what was exported of it.</summary>
public static class AuditVerifier
{
    /// <summary>Verifies the trail of a tenant, or of the portal.</summary>
    /// <param name="context">The database.</param>
    /// <param name="tenantKey">Whose trail.</param>
    /// <param name="exported">What the file beside the database says of its end; null when it says nothing.</param>
    public static AuditVerification Verify(PortalDbContext context, int tenantKey, AuditHead? exported)
    {
        var previous = AuditChain.Start(tenantKey);
        var number = 0L;
        var wasExported = exported is null;
        foreach (var row in context.Audit.AsNoTracking().Where(row => row.TenantKey == tenantKey).OrderBy(row => row.Number))
        {
            if (row.Number != number + 1)
            {
                return Broken(number, previous, $"Entry {number + 1} is missing.");
            }

            var hash = AuditChain.HashOf(row, previous);
            if (!hash.AsSpan().SequenceEqual(row.Hash))
            {
                return Broken(number, previous, $"Entry {row.Number} is not as it was written.");
            }

            (number, previous) = (row.Number, hash);
            if (exported is not null && number == exported.Number)
            {
                if (!string.Equals(Convert.ToHexStringLower(hash), exported.Hash, StringComparison.Ordinal))
                {
                    return Broken(number, previous, $"Entry {number} is another one than the exported end of the trail.");
                }

                wasExported = true;
            }
        }

        return wasExported
            ? new AuditVerification(number, Convert.ToHexStringLower(previous), null)
            : Broken(number, previous, $"The trail ends at entry {number}, but entry {exported!.Number} was exported.");
    }

    private static AuditVerification Broken(long entries, byte[] head, FormattableString problem) =>
        new(entries, Convert.ToHexStringLower(head), problem.ToString(CultureInfo.InvariantCulture));
}
