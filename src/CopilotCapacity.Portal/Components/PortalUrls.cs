using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using CopilotCapacity.Domain.Tenancy;

namespace CopilotCapacity.Portal.Components;

/// <summary>The addresses of the portal's pages, in one place.</summary>
[SuppressMessage("Design", "CA1055:URI-like return values should not be strings", Justification = "Blazor's links and NavigateTo take strings.")]
[SuppressMessage("Design", "CA1056:URI-like properties should not be strings", Justification = "Blazor's links and NavigateTo take strings.")]
public static class PortalUrls
{
    public const string Home = "/";
    public const string SignIn = "/sign-in";
    public const string SignOut = "/sign-out";
    public const string Account = "/account";
    public const string NotFound = "/not-found";
    public const string Error = "/error";
    public const string Tenants = "/portal/tenants";
    public const string People = "/portal/people";
    public const string PortalAudit = "/portal/audit";
    public const string PortalAuditCsv = "/portal/audit.csv";

    private const string TenantPrefix = "/tenants/";

    public static string Overview(TenantId tenant) => Of(tenant, "overview");

    public static string Environments(TenantId tenant) => Of(tenant, "environments");

    public static string Environment(TenantId tenant, EnvironmentId environment) =>
        string.Create(CultureInfo.InvariantCulture, $"{Environments(tenant)}/{environment.Value:D}");

    public static string CreateEnvironment(TenantId tenant) => Environments(tenant) + "?create=1";

    public static string RecordOrder(TenantId tenant) => MessagePacks(tenant) + "?record=1";

    public static string EnvironmentsCsv(TenantId tenant) => Of(tenant, "environments.csv");

    public static string Import(TenantId tenant, string kind) => Of(tenant, "import") + "?of=" + kind;

    public static string ImportTemplate(TenantId tenant, string kind) => Of(tenant, $"import/{kind}.csv");

    public static string MessagePacksCsv(TenantId tenant) => Of(tenant, "packs.csv");

    public static string MessagePacks(TenantId tenant) => Of(tenant, "packs");

    public static string PayAsYouGo(TenantId tenant) => Of(tenant, "pay-as-you-go");

    public static string NewPlan(TenantId tenant) => PayAsYouGo(tenant) + "/new";

    public static string Plan(TenantId tenant, BillingPlanId plan) =>
        string.Create(CultureInfo.InvariantCulture, $"{PayAsYouGo(tenant)}/{plan.Value:D}");

    public static string Caps(TenantId tenant) => Of(tenant, "caps");

    public static string AddCap(TenantId tenant, EnvironmentId? environment = null) =>
        Caps(tenant) + "?add=1" + (environment is { } id ? string.Create(CultureInfo.InvariantCulture, $"&environment={id.Value:D}") : "");

    public static string Usage(TenantId tenant) => Of(tenant, "usage");

    public static string UsageCsv(TenantId tenant) => Of(tenant, "usage.csv");

    public static string Sync(TenantId tenant) => Of(tenant, "sync");

    public static string Settings(TenantId tenant) => Of(tenant, "settings");

    public static string Rates(TenantId tenant) => Of(tenant, "rates");

    public static string Members(TenantId tenant) => Of(tenant, "members");

    public static string ApiKeys(TenantId tenant) => Of(tenant, "keys");

    public static string Audit(TenantId tenant) => Of(tenant, "audit");

    public static string AuditCsv(TenantId tenant) => Of(tenant, "audit.csv");

    /// <summary>The tenant an address is about; null for pages that belong to no tenant.</summary>
    public static TenantId? TenantOf(string absoluteUri)
    {
        var path = new Uri(absoluteUri, UriKind.Absolute).AbsolutePath;
        var start = path.IndexOf(TenantPrefix, StringComparison.OrdinalIgnoreCase);
        if (start < 0)
        {
            return null;
        }

        var id = path[(start + TenantPrefix.Length)..].Split('/')[0];
        return Guid.TryParse(id, out var guid) ? new TenantId(guid) : null;
    }

    private static string Of(TenantId tenant, string page) => string.Create(CultureInfo.InvariantCulture, $"{TenantPrefix}{tenant.Value:D}/{page}");
}
