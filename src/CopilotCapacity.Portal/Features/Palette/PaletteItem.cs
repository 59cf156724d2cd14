namespace CopilotCapacity.Portal.Features.Palette;

/// <summary>Something the palette leads to.</summary>
/// <param name="Title">Its name, or what it does.</param>
/// <param name="Kind">What it is: a page, an action, a tenant, an environment.</param>
/// <param name="Address">Where it is.</param>
/// <param name="Note">What tells it from others of its name; null when nothing needs to.</param>
public sealed record PaletteItem(string Title, string Kind, string Address, string? Note = null);
