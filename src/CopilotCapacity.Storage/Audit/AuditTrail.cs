using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using CopilotCapacity.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace CopilotCapacity.Storage.Audit;

/// <summary>
/// Adds entries to what a context saves next. The context must be in a writing transaction already: the place in the chain is
/// read in it.
/// </summary>
public sealed class AuditTrail(PortalDbContext context)
{
    private const int ReasonMax = 500;

    // Read by people too: letters stay letters.
    private static readonly JsonSerializerOptions s_json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Dictionary<int, (long Number, byte[] Hash)> _heads = [];

    /// <summary>Whether anything was added.</summary>
    public bool HasGrown => _heads.Count > 0;

    /// <summary>Adds an entry to a tenant's trail, or to the portal's.</summary>
    public void Append(int tenantKey, AuditEntry entry)
    {
        if (!_heads.TryGetValue(tenantKey, out var head))
        {
            head = Head(tenantKey);
        }

        var (old, @new) = Difference(entry.Old, entry.New);
        var row = new AuditRow
        {
            TenantKey = tenantKey,
            Number = head.Number + 1,
            At = entry.At,
            ActorKind = entry.Actor.Kind,
            ActorId = entry.Actor.Id,
            ActorAddress = entry.Actor.Address,
            Action = entry.Action,
            ObjectKind = entry.Of.Kind,
            ObjectId = entry.Of.Id,
            ObjectName = entry.Of.Name,
            Old = old,
            New = @new,
            Reason = Shorten(entry.Actor.Reason),
            Sequence = entry.Sequence,
            Hash = [],
        };
        row.Hash = AuditChain.HashOf(row, head.Hash);
        _heads[tenantKey] = (row.Number, row.Hash);
        context.Audit.Add(row);
    }

    private static string? Shorten(string? reason) => reason is { Length: > ReasonMax } ? reason[..ReasonMax] : reason;

    // Only what differs is kept, where there is something on both sides.
    private static (string? Old, string? New) Difference(JsonObject? old, JsonObject? @new)
    {
        if (old is not null && @new is not null)
        {
            foreach (var (name, before) in old.ToList())
            {
                if (@new.TryGetPropertyValue(name, out var after) && JsonNode.DeepEquals(before, after))
                {
                    old.Remove(name);
                    @new.Remove(name);
                }
            }
        }

        return (TextOf(old), TextOf(@new));
    }

    private static string? TextOf(JsonObject? values) => values is null ? null : values.ToJsonString(s_json);

    private (long Number, byte[] Hash) Head(int tenantKey)
    {
        var last = context.Audit.AsNoTracking().Where(row => row.TenantKey == tenantKey)
            .OrderByDescending(row => row.Number).Select(row => new { row.Number, row.Hash }).FirstOrDefault();
        return last is null ? (0, AuditChain.Start(tenantKey)) : (last.Number, last.Hash);
    }
}
