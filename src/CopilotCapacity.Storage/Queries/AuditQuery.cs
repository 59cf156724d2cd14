using System.Linq.Expressions;
using CopilotCapacity.Metering;
using CopilotCapacity.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace CopilotCapacity.Storage.Queries;

/// <summary>Which entries of the audit trail are asked for; what is null is not looked at.</summary>
public sealed record AuditFilter
{
    /// <summary>Who did it: a person's or key's id.</summary>
    public string? Actor { get; init; }

    /// <summary>What was done, or its first part: <c>allocation</c> finds <c>allocation.set</c>.</summary>
    public string? Action { get; init; }

    /// <summary>The kind of what was changed.</summary>
    public string? ObjectKind { get; init; }

    /// <summary>The id of what was changed.</summary>
    public string? ObjectId { get; init; }

    /// <summary>The id of what is concerned: it was changed itself, or a move of allocations changed its number.</summary>
    public string? ConcernedId { get; init; }

    /// <summary>From when on.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Until before when.</summary>
    public DateTimeOffset? To { get; init; }
}

/// <summary>An entry of the audit trail with what its actor is called now.</summary>
/// <param name="Row">The entry.</param>
/// <param name="ActorName">The actor's present name; null for a person who was removed.</param>
/// <param name="ObjectName">What was changed, by its name then, or a person's present one.</param>
public sealed record AuditView(AuditRow Row, string? ActorName, string? ObjectName);

/// <summary>Reads the audit trail.</summary>
public static class AuditQuery
{
    /// <summary>Entries before a number, newest first.</summary>
    public static IReadOnlyList<AuditView> Read(ReadSnapshot snapshot, int tenantKey, AuditFilter filter, long before, int limit)
    {
        var rows = Filtered(snapshot.Context.Audit.AsNoTracking().Where(row => row.TenantKey == tenantKey && row.Number < before), filter)
            .Where(Concerning(snapshot.Context, tenantKey, filter.ConcernedId))
            .OrderByDescending(row => row.Number)
            .Take(limit)
            .ToList();
        var names = new Names(snapshot.Context, rows);
        return [.. rows.Select(row => new AuditView(row, names.OfActor(row), names.OfObject(row)))];
    }

    /// <summary>Which of these moves of allocations were taken back.</summary>
    public static HashSet<Guid> ReadUndone(ReadSnapshot snapshot, int tenantKey, IReadOnlyList<Guid> moves) =>
    [
        .. snapshot.Context.Reallocations.AsNoTracking()
            .Where(row => row.TenantKey == tenantKey && row.Undoes != null && moves.Contains(row.Undoes.Value))
            .Select(row => row.Undoes!.Value),
    ];

    // A move is an entry of its own, whose object is the move; whom it concerned stands in its changes.
    private static Expression<Func<AuditRow, bool>> Concerning(PortalDbContext context, int tenantKey, string? id)
    {
        if (id is null)
        {
            return row => true;
        }

        if (!Guid.TryParse(id, out var guid))
        {
            return row => row.ObjectId == id;
        }

        var pattern = $"%{guid}%";
        List<string> concerned =
        [
            id,
            .. context.Reallocations
                .FromSql($"SELECT * FROM reallocations WHERE \"TenantKey\" = {tenantKey} AND \"Changes\" LIKE {pattern}")
                .AsNoTracking()
                .Select(row => row.Id)
                .AsEnumerable()
                .Select(move => move.ToString()),
        ];
        return row => concerned.Contains(row.ObjectId);
    }

    private static IQueryable<AuditRow> Filtered(IQueryable<AuditRow> rows, AuditFilter filter)
    {
        if (filter.Actor is { } actor)
        {
            rows = rows.Where(row => row.ActorId == actor);
        }

        if (filter.Action is { } action)
        {
            var part = action + ".";
            rows = rows.Where(row => row.Action == action || row.Action.StartsWith(part));
        }

        if (filter.ObjectKind is { } kind)
        {
            rows = rows.Where(row => row.ObjectKind == kind);
        }

        if (filter.ObjectId is { } id)
        {
            rows = rows.Where(row => row.ObjectId == id);
        }

        if (filter.From is { } from)
        {
            rows = rows.Where(row => row.At >= from);
        }

        return filter.To is { } to ? rows.Where(row => row.At < to) : rows;
    }

    // People and keys are named as they are called now.
    private sealed class Names
    {
        private readonly Dictionary<string, string> _people;
        private readonly Dictionary<string, string> _keys;

        public Names(PortalDbContext context, IReadOnlyList<AuditRow> rows)
        {
            var people = Ids(rows.Where(row => row.ActorKind == ActorKind.Person).Select(row => row.ActorId)
                .Concat(rows.Where(IsPerson).Select(row => row.ObjectId)));
            var keys = Ids(rows.Where(row => row.ActorKind == ActorKind.ApiKey).Select(row => row.ActorId));
            _people = context.Users.AsNoTracking().Where(user => people.Contains(user.Id))
                .Select(user => new { user.Id, user.DisplayName })
                .ToDictionary(user => user.Id.ToString(), user => user.DisplayName, StringComparer.Ordinal);
            _keys = context.ApiKeys.AsNoTracking().Where(key => keys.Contains(key.Id))
                .Select(key => new { key.Id, key.Name })
                .ToDictionary(key => key.Id.ToString(), key => key.Name, StringComparer.Ordinal);
            _keys[Guid.Empty.ToString()] = "Bootstrap";
        }

        public string? OfActor(AuditRow row) => row.ActorKind switch
        {
            ActorKind.Person => _people.GetValueOrDefault(row.ActorId),
            ActorKind.ApiKey => _keys.GetValueOrDefault(row.ActorId),
            _ => "Portal",
        };

        public string? OfObject(AuditRow row) => IsPerson(row) ? _people.GetValueOrDefault(row.ObjectId) : row.ObjectName;

        private static bool IsPerson(AuditRow row) => row.ObjectKind is "person";

        private static List<Guid> Ids(IEnumerable<string> texts) =>
            [.. texts.Distinct(StringComparer.Ordinal).Select(text => Guid.TryParse(text, out var id) ? id : Guid.Empty)];
    }
}
