using System.Globalization;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Portal.Components;
using CopilotCapacity.Portal.Features.Imports;
using CopilotCapacity.Portal.Features.Overview;

namespace CopilotCapacity.Portal.Features.Palette;

/// <summary>What can be reached without asking the database: pages, actions and tenants.</summary>
public static class PaletteIndex
{
    /// <summary>How many answers are shown.</summary>
    public const int ShownMost = 10;

    private const string Page = "Page";
    private const string Action = "Action";

    /// <summary>All of it for whoever looks, the nearest first.</summary>
    public static IEnumerable<PaletteItem> Of(TenantMenu menu, TenantId? current)
    {
        var tenant = menu.Tenants.FirstOrDefault(choice => choice.Id == current);
        var items = tenant is null ? [] : PagesOf(tenant).Concat(ActionsOf(tenant));
        var others = menu.Tenants.Where(choice => choice.Id != current).Select(choice => new PaletteItem(choice.Name, "Tenant", PortalUrls.Overview(choice.Id), choice.IsRehearsal ? "rehearsal" : null));
        return items.Concat(others).Concat(menu.MayAdministerPortal ? PortalPages() : []).Append(new PaletteItem("Your account", Page, PortalUrls.Account));
    }

    /// <summary>Those that have every word of the text, the ones that begin with it first.</summary>
    public static IEnumerable<PaletteItem> Matching(IEnumerable<PaletteItem> items, string text)
    {
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return items
            .Where(item => Array.TrueForAll(words, word => Has(item.Title, word) || Has(item.Kind, word)))
            .OrderBy(item => item.Title.StartsWith(text.Trim(), StringComparison.CurrentCultureIgnoreCase) ? 0 : 1);
    }

    private static IEnumerable<PaletteItem> PagesOf(TenantChoice tenant)
    {
        yield return new("Overview", Page, PortalUrls.Overview(tenant.Id));
        yield return new("Environments", Page, PortalUrls.Environments(tenant.Id));
        yield return new("Message packs", Page, PortalUrls.MessagePacks(tenant.Id));
        yield return new("Pay-as-you-go", Page, PortalUrls.PayAsYouGo(tenant.Id));
        yield return new("Caps", Page, PortalUrls.Caps(tenant.Id));
        yield return new("Usage", Page, PortalUrls.Usage(tenant.Id));
        yield return new("Rate card", Page, PortalUrls.Rates(tenant.Id));
        if (tenant.MayReadAudit)
        {
            yield return new("Sync", Page, PortalUrls.Sync(tenant.Id));
            yield return new("Audit", Page, PortalUrls.Audit(tenant.Id));
        }

        if (tenant.MayManage)
        {
            yield return new("Members", Page, PortalUrls.Members(tenant.Id));
            yield return new("API keys", Page, PortalUrls.ApiKeys(tenant.Id));
        }

        yield return new("Settings", Page, PortalUrls.Settings(tenant.Id));
    }

    private static IEnumerable<PaletteItem> ActionsOf(TenantChoice tenant) => !tenant.MayManage
        ? []
        :
        [
            new("Record an order of message packs", Action, PortalUrls.RecordOrder(tenant.Id)),
            new("Create an environment", Action, PortalUrls.CreateEnvironment(tenant.Id)),
            new("Set up a billing plan", Action, PortalUrls.NewPlan(tenant.Id)),
            new("Set up a cap", Action, PortalUrls.AddCap(tenant.Id)),
            new("Import environments", Action, PortalUrls.Import(tenant.Id, ImportView.NameOf(ImportKind.Environments))),
            new("Import allocations", Action, PortalUrls.Import(tenant.Id, ImportView.NameOf(ImportKind.Allocations))),
            new("Import grants", Action, PortalUrls.Import(tenant.Id, ImportView.NameOf(ImportKind.Grants))),
        ];

    private static IEnumerable<PaletteItem> PortalPages() =>
    [
        new("Tenants", Page, PortalUrls.Tenants, "of the portal"),
        new("People", Page, PortalUrls.People, "of the portal"),
        new("Portal audit", Page, PortalUrls.PortalAudit, "of the portal"),
    ];

    private static bool Has(string text, string word) =>
        CultureInfo.CurrentCulture.CompareInfo.IndexOf(text, word, CompareOptions.IgnoreCase | CompareOptions.IgnoreNonSpace) >= 0;
}
