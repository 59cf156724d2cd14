using CopilotCapacity.Domain.Tenancy;

namespace CopilotCapacity.Portal.Features.Palette;

/// <summary>Finds environments for the palette.</summary>
public interface IPaletteReader
{
    /// <summary>Environments that whoever looks sees, by a part of their name, or by the id of one or of its application; those of the current tenant first.</summary>
    Task<IReadOnlyList<PaletteItem>> FindAsync(string text, TenantId? current, CancellationToken cancellationToken);
}
