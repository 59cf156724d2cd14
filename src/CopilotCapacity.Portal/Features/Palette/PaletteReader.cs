using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Portal.Components;
using CopilotCapacity.Portal.Features.Access;
using CopilotCapacity.Portal.Hosting;
using CopilotCapacity.Storage;
using CopilotCapacity.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace CopilotCapacity.Portal.Features.Palette;

/// <summary>Asks the database for environments by name, in the tenants that the person in the circuit sees.</summary>
internal sealed class PaletteReader(IDbContextFactory<PortalDbContext> contexts, CurrentPerson current) : IPaletteReader
{
    public async Task<IReadOnlyList<PaletteItem>> FindAsync(string text, TenantId? nearest, CancellationToken cancellationToken) =>
        await current.FindAsync(cancellationToken) is { } person
            ? await Task.Run(() => Find(person, text.Trim(), nearest), cancellationToken)
            : [];

    private List<PaletteItem> Find(Person person, string text, TenantId? nearest)
    {
        using var context = contexts.CreateDbContext();
        var tenants = context.Tenants.AsNoTracking()
            .Select(row => new { row.Key, Id = new TenantId(row.Id), row.Name })
            .AsEnumerable()
            .Where(row => AccessRules.Sees(person, row.Id))
            .ToDictionary(row => row.Key);
        var here = tenants.Values.FirstOrDefault(row => row.Id == nearest)?.Key;
        return
        [
            .. Named(context, [.. tenants.Keys], text)
                .OrderBy(row => row.TenantKey == here ? 0 : 1)
                .ThenBy(row => row.Name)
                .AsEnumerable()
                .Where(row => AccessRules.Sees(person, tenants[row.TenantKey].Id, new EnvironmentId(row.Id)))
                .Take(PaletteIndex.ShownMost)
                .Select(row => new PaletteItem(row.Name, "Environment", PortalUrls.Environment(tenants[row.TenantKey].Id, new EnvironmentId(row.Id)), tenants[row.TenantKey].Name)),
        ];
    }

    private static IQueryable<EnvironmentRow> Named(PortalDbContext context, List<int> tenants, string text)
    {
        var seen = context.Environments.AsNoTracking().Where(row => row.RetiredAt == null && tenants.Contains(row.TenantKey));
        if (!Guid.TryParse(text, out var id))
        {
            var pattern = LikePattern.Containing(text);
            return seen.Where(row => EF.Functions.Like(row.Name, pattern, LikePattern.Escape));
        }

        return seen.Where(row => row.Id == id
            || context.Applications.Any(application => application.TenantKey == row.TenantKey && application.EnvironmentKey == row.Key && application.Id == id));
    }
}
