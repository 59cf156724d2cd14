using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using CopilotCapacity.Storage.Model;

namespace CopilotCapacity.Storage.Audit;

/// <summary>
/// How entries are chained: each hash covers the one before and every field of its own entry, so that an entry cannot be changed,
/// removed or put elsewhere without all that follow showing it.
/// </summary>
public static class AuditChain
{
    /// <summary>What the first entry of a tenant is chained to.</summary>
    public static byte[] Start(int tenantKey)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, tenantKey);
        return SHA256.HashData([.. "copilotcapacity audit 1"u8, .. number]);
    }

    /// <summary>The hash of an entry after another one.</summary>
    public static byte[] HashOf(AuditRow row, byte[] previous)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(previous);
        Add(hash, row.TenantKey);
        Add(hash, row.Number);
        Add(hash, row.At.UtcTicks);
        Add(hash, (long)row.ActorKind);
        Add(hash, row.ActorId);
        Add(hash, row.ActorAddress);
        Add(hash, row.Action);
        Add(hash, row.ObjectKind);
        Add(hash, row.ObjectId);
        Add(hash, row.ObjectName);
        Add(hash, row.Old);
        Add(hash, row.New);
        Add(hash, row.Reason);
        Add(hash, row.Sequence ?? -1);
        return hash.GetHashAndReset();
    }

    private static void Add(IncrementalHash hash, long number)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, number);
        hash.AppendData(bytes);
    }

    // With its length before it, so that no two entries read the same one after the other.
    private static void Add(IncrementalHash hash, string? text)
    {
        Add(hash, text is null ? -1 : Encoding.UTF8.GetByteCount(text));
        hash.AppendData(Encoding.UTF8.GetBytes(text ?? ""));
    }
}
