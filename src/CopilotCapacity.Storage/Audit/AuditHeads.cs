using System.Globalization;
using System.Text.Json;
using CopilotCapacity.Storage.Model;
using CopilotCapacity.Storage.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace CopilotCapacity.Storage.Audit;

/// <summary>The end of a trail.</summary>
/// <param name="Number">The last entry's number.</param>
/// <param name="Hash">Its hash, in hexadecimal digits.</param>
public sealed record AuditHead(long Number, string Hash);

/// <summary>
/// The ends of all trails in a file outside of the database, so that a trail that was cut off or written anew shows. The file is
/// replaced as a whole; it may lag behind the database for a moment, and is never ahead of it.
/// </summary>
public sealed class AuditHeads(SqliteDatabase database, IDbContextFactory<PortalDbContext> contexts, string? file = null)
{
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Where the ends are exported to.</summary>
    public string File { get; } = file ?? Path.Combine(Path.GetDirectoryName(database.File)!, "audit-heads.json");

    /// <summary>The exported end of a trail; null when it was not exported.</summary>
    public AuditHead? Find(int tenantKey) => Read().GetValueOrDefault(tenantKey);

    /// <summary>Writes the present ends of all trails.</summary>
    public void Export()
    {
        var heads = ReadDatabase();
        var temporary = File + ".new";
        using (var stream = System.IO.File.Create(temporary))
        {
            JsonSerializer.Serialize(stream, heads, s_json);
            stream.Flush(flushToDisk: true);
        }

        System.IO.File.Move(temporary, File, overwrite: true);
    }

    /// <summary>Keeps what was exported of another database under another name; gives that name, or null when there was nothing.</summary>
    public string? SetAside()
    {
        if (!System.IO.File.Exists(File))
        {
            return null;
        }

        var aside = File + ".earlier";
        System.IO.File.Move(File, aside, overwrite: true);
        return aside;
    }

    /// <summary>What is wrong with the ends, in one sentence; null when nothing is. It looks at the exported entries alone.</summary>
    public string? FindProblem()
    {
        using var context = contexts.CreateDbContext();
        foreach (var (key, head) in Read())
        {
            var hash = context.Audit.AsNoTracking().Where(row => row.TenantKey == key && row.Number == head.Number)
                .Select(row => row.Hash).SingleOrDefault();
            if (hash is null || !string.Equals(Convert.ToHexStringLower(hash), head.Hash, StringComparison.Ordinal))
            {
                return string.Create(
                    CultureInfo.InvariantCulture,
                    $"The audit trail is not the one whose end was exported to {File}: entry {head.Number} of trail {key} is missing or another one. If an older backup was restored on purpose, move that file away and start again.");
            }
        }

        return null;
    }

    private Dictionary<int, AuditHead> Read()
    {
        if (!System.IO.File.Exists(File))
        {
            return [];
        }

        using var stream = System.IO.File.OpenRead(File);
        return JsonSerializer.Deserialize<Dictionary<int, AuditHead>>(stream, s_json) ?? [];
    }

    private Dictionary<int, AuditHead> ReadDatabase()
    {
        using var context = contexts.CreateDbContext();
        List<int> keys = [AuditRow.Portal, .. context.Tenants.Select(row => row.Key)];
        var heads = new Dictionary<int, AuditHead>();
        foreach (var key in keys)
        {
            var last = context.Audit.AsNoTracking().Where(row => row.TenantKey == key)
                .OrderByDescending(row => row.Number).Select(row => new { row.Number, row.Hash }).FirstOrDefault();
            if (last is not null)
            {
                heads[key] = new AuditHead(last.Number, Convert.ToHexStringLower(last.Hash));
            }
        }

        return heads;
    }
}
