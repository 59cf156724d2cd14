using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.PayAsYouGo;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Portal.Features.Access;
using CopilotCapacity.Portal.Features.BillingPlans.Pages;
using CopilotCapacity.Portal.Features.Sync.Azure;
using CopilotCapacity.Portal.Hosting.Http;
using CopilotCapacity.Portal.Hosting.Json;
using CopilotCapacity.Storage;
using CopilotCapacity.Storage.Model;
using CopilotCapacity.Storage.Queries;
using Microsoft.EntityFrameworkCore;

namespace CopilotCapacity.Portal.Features.BillingPlans;

/// <summary>A plan that was found by the id in the address.</summary>
internal sealed record FoundPlan(BillingPlan Plan, IReadOnlyList<Guid> Environments, PlanAzureDto Azure);

/// <summary>Pay-as-you-go: billing plans.</summary>
internal static class BillingPlanEndpoints
{
    internal const string Path = "/tenants/{tenantId}/billing-plans";
    private const long PriceMicrosMax = 1_000 * Money.PerUnit;

    public static void MapBillingPlans(this IEndpointRouteBuilder api)
    {
        api.MapPost(Path, CreateAsync).InTenant(Operation.ChangeCapacity).Produces<BillingPlanDto>(StatusCodes.Status201Created);
        api.MapGet(Path, ListPlans).InTenant(Operation.ReadTenant).Produces<PageDto<BillingPlanDto>>();
        api.MapGet(Path + "/{planId}", GetPlan).InTenant(Operation.ReadTenant).Produces<BillingPlanDto>();
        api.MapPut(Path + "/{planId}", ChangeAsync).InTenant(Operation.ChangeCapacity).Produces<BillingPlanDto>();
        api.MapDelete(Path + "/{planId}", DeleteAsync).InTenant(Operation.ChangeCapacity).Produces(StatusCodes.Status204NoContent);
        api.MapPlanMembers();
        api.MapSpend();
    }

    private static async Task<IResult> CreateAsync(Guid tenantId, HttpContext http, CancellationToken cancellationToken)
    {
        var body = await http.Request.ReadBodyAsync<BillingPlanRequestDto>(cancellationToken);
        if (body.Value is not { } wanted)
        {
            return body.Problem!;
        }

        if (Check(wanted, isNew: true, out var price, out var planned) is { } problem)
        {
            return problem;
        }

        var id = new BillingPlanId(wanted.Id ?? Guid.NewGuid());
        var description = new PlanDescription(
            wanted.Name!.Trim(),
            wanted.SubscriptionId!.Trim(),
            wanted.ResourceGroup!.Trim(),
            wanted.Region!.Trim(),
            price ?? CreditPrice.Published,
            wanted.Status is not PlanStatus.Disabled);
        EnvironmentId[] environments = [.. (wanted.Environments ?? []).Select(environment => new EnvironmentId(environment))];
        return await ApiChanges.CreateAsync<BillingPlanDto>(http, new TenantId(tenantId), body.Bytes, ledger =>
        {
            if (CheckCurrencies(wanted, ledger) is { } mismatch)
            {
                return mismatch;
            }

            var added = ledger.AddPlan(id, description, environments);
            if (added.Refusal is null && planned is not null)
            {
                added = ledger.PlanPrices(id, planned);
            }

            return added.Refusal is { } refusal
                ? refusal
                : (Outcome<Created<BillingPlanDto>>)new Created<BillingPlanDto>(
                    BillingPlanDto.From(added.Value!, ledger, PlanAzureDto.Unknown), $"/api/v1/tenants/{tenantId}/billing-plans/{id}", added.Value!.Version);
        });
    }

    private static IResult ListPlans(Guid tenantId, HttpContext http, IDbContextFactory<PortalDbContext> contexts)
    {
        var list = $"billing-plans:{tenantId}";
        if (PageRange.Read(http.Request, list, out var range) is { } problem)
        {
            return problem;
        }

        using var snapshot = ReadSnapshot.Open(contexts);
        var tenant = snapshot.Tenant(new TenantId(tenantId))!;
        var plans = BillingPlanQuery.Read(snapshot, tenant);
        var azures = AzurePlanReader.ReadBriefs(snapshot, tenant, plans.Select(view => view.Plan));
        return ApiAnswer.Ok(range.Cut([.. plans.Select(view => BillingPlanDto.From(view, azures[view.Plan.Id.Value], tenant))], list));
    }

    private static IResult GetPlan(Guid tenantId, string planId, IDbContextFactory<PortalDbContext> contexts)
    {
        using var snapshot = ReadSnapshot.Open(contexts);
        var tenant = snapshot.Tenant(new TenantId(tenantId))!;
        return Guid.TryParse(planId, out var id) && BillingPlanQuery.Find(snapshot, tenant, new BillingPlanId(id)) is { } view
            ? ApiAnswer.Ok(BillingPlanDto.From(view, BriefOf(snapshot, tenant, view), tenant), view.Plan.Version)
            : Problems.NotFound();
    }

    private static async Task<IResult> ChangeAsync(
        Guid tenantId,
        string planId,
        HttpContext http,
        IDbContextFactory<PortalDbContext> contexts,
        CancellationToken cancellationToken)
    {
        if (Find(contexts, tenantId, planId) is not { } found)
        {
            return Problems.NotFound();
        }

        if (http.Request.CheckIfMatch(found.Plan.Version, out var expected) is { } precondition)
        {
            return precondition;
        }

        var body = await http.Request.ReadBodyAsync<BillingPlanRequestDto>(cancellationToken);
        if (body.Value is not { } wanted)
        {
            return body.Problem!;
        }

        if (Check(wanted, isNew: false, out var price, out var planned) is { } problem)
        {
            return problem;
        }

        return await ApiChanges.ChangeAsync<BillingPlanDto>(http, new TenantId(tenantId), ledger =>
        {
            if (ledger.Find(found.Plan.Id) is not { DeletedAt: null } plan)
            {
                return Refusal.NotFound("billing plan");
            }

            var refusal = CheckCurrencies(wanted, ledger) ?? CheckMembers(wanted, plan, ledger);
            if (refusal is not null)
            {
                return refusal;
            }

            var changed = ledger.ChangePlan(plan.Id, Describe(plan, wanted, price), expected);
            if (changed.Refusal is null && planned is not null)
            {
                changed = ledger.PlanPrices(plan.Id, planned);
            }

            return changed.Refusal is { } refused ? refused : (BillingPlanDto.From(plan, ledger, found.Azure), (int?)plan.Version);
        });
    }

    private static async Task<IResult> DeleteAsync(
        Guid tenantId,
        string planId,
        HttpContext http,
        IDbContextFactory<PortalDbContext> contexts)
    {
        if (Find(contexts, tenantId, planId) is not { } found)
        {
            return Problems.NotFound();
        }

        return http.Request.CheckIfMatch(found.Plan.Version, out var expected) is { } precondition
            ? precondition
            : await ApiChanges.DeleteAsync(http, new TenantId(tenantId), ledger => ledger.DeletePlan(found.Plan.Id, expected));
    }

    /// <summary>Finds a plan by the id in the address.</summary>
    internal static FoundPlan? Find(IDbContextFactory<PortalDbContext> contexts, Guid tenantId, string planId)
    {
        if (!Guid.TryParse(planId, out var id))
        {
            return null;
        }

        using var snapshot = ReadSnapshot.Open(contexts);
        var tenant = snapshot.Tenant(new TenantId(tenantId))!;
        return BillingPlanQuery.Find(snapshot, tenant, new BillingPlanId(id)) is { } view
            ? new FoundPlan(view.Plan, view.Environments, PlanAzureDto.From(BriefOf(snapshot, tenant, view)))
            : null;
    }

    private static PlanAzureBrief BriefOf(ReadSnapshot snapshot, TenantRow tenant, BillingPlanView view) =>
        AzurePlanReader.ReadBriefs(snapshot, tenant, [view.Plan])[view.Plan.Id.Value];

    /// <summary>Refuses a sum in another currency than the tenant's.</summary>
    internal static Refusal? CheckCurrency(MoneyDto? money, string field, TenantLedger ledger) =>
        money is null || string.Equals(money.Currency, ledger.Currency.Value, StringComparison.OrdinalIgnoreCase)
            ? null
            : Refusal.Invalid(field, "currency_mismatch", $"The tenant's currency is {ledger.Currency}.");

    private static Refusal? CheckCurrencies(BillingPlanRequestDto wanted, TenantLedger ledger) =>
        CheckCurrency(wanted.UnitPrice, "unitPrice.currency", ledger)
        ?? wanted.PlannedPrices?.Select((price, index) => CheckCurrency(price.UnitPrice, $"plannedPrices[{index}].unitPrice.currency", ledger)).FirstOrDefault(refusal => refusal is not null);

    // A list that was read and sent back is no change; another one would be, and has an address of its own.
    private static Refusal? CheckMembers(BillingPlanRequestDto wanted, BillingPlan plan, TenantLedger ledger)
    {
        var present = ledger.Environments.Where(environment => environment.Plan == plan).Select(environment => environment.Id.Value);
        return wanted.Environments is null || present.ToHashSet().SetEquals(wanted.Environments)
            ? null
            : Refusal.Invalid("environments", "invalid_request", "The environments of a plan are changed one by one, at its address /environments.");
    }

    private static PlanDescription Describe(BillingPlan plan, BillingPlanRequestDto wanted, CreditPrice? price) => new(
        wanted.Name?.Trim() ?? plan.Name,
        wanted.SubscriptionId?.Trim() ?? plan.SubscriptionId,
        wanted.ResourceGroup?.Trim() ?? plan.ResourceGroup,
        wanted.Region?.Trim() ?? plan.Region,
        price ?? plan.Price,
        wanted.Status is { } status ? status == PlanStatus.Enabled : plan.IsEnabled);

    private static List<PlannedPrice> ReadPlanned(IReadOnlyList<PlannedPriceDto> wanted, Fields fields)
    {
        var planned = new List<PlannedPrice>();
        for (var index = 0; index < wanted.Count; index++)
        {
            Money money = default;
            var isPrice = wanted[index]?.UnitPrice?.TryToMoney(out money) == true && money.Micros is > 0 and <= PriceMicrosMax;
            fields.Require(isPrice, $"plannedPrices[{index}].unitPrice", "The price of a credit is above 0 and at most 1000.00, such as \"0.01\" with its currency.")
                .Require(wanted[index]?.EffectiveAt is { Year: < 9999 }, $"plannedPrices[{index}].effectiveAt", "Say from when the price is in force.");
            if (isPrice && wanted[index].EffectiveAt is { } from)
            {
                planned.Add(new PlannedPrice(from.ToUniversalTime(), new CreditPrice(money.Micros)));
            }
        }

        return planned;
    }

    private static IResult? Check(BillingPlanRequestDto wanted, bool isNew, out CreditPrice? price, out List<PlannedPrice>? planned)
    {
        var fields = new Fields()
            .Require(wanted.Id != Guid.Empty, "id", "The id is a GUID other than zero.");
        Text(wanted.Name, "name");
        Text(wanted.SubscriptionId, "subscriptionId");
        Text(wanted.ResourceGroup, "resourceGroup");
        Text(wanted.Region, "region");
        Money money = default;
        var isPrice = wanted.UnitPrice?.TryToMoney(out money) == true && money.Micros is > 0 and <= PriceMicrosMax;
        fields.Require(
            wanted.UnitPrice is null || isPrice, "unitPrice", "The price of a credit is above 0 and at most 1000.00, such as \"0.01\" with its currency.");
        price = isPrice ? new CreditPrice(money.Micros) : null;
        planned = wanted.PlannedPrices is null ? null : ReadPlanned(wanted.PlannedPrices, fields);
        return fields.Problem;

        void Text(string? value, string field)
        {
            if (isNew || value is not null)
            {
                fields.Text(value, field, TenantEnvironment.TextLengthMax);
            }
        }
    }
}
