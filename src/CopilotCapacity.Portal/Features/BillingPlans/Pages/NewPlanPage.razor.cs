using System.Globalization;
using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Portal.Components;
using Microsoft.AspNetCore.Components;

namespace CopilotCapacity.Portal.Features.BillingPlans.Pages;

/// <summary>Sets up a billing plan step by step. The step and all that was typed stand in the address.</summary>
public sealed partial class NewPlanPage
{
    private const int ShownMost = 100;

    // One for each time the wizard is open, so that a second click sets up no second plan.
    private readonly BillingPlanId _id = new(Guid.NewGuid());
    private PlanDraft _draft = new();
    private string? _shownAddress;
    private string? _find;
    private string? _refusal;
    private bool _isSaving;

    [Parameter]
    public Guid TenantId { get; set; }

    [SupplyParameterFromQuery(Name = "step")]
    private string? StepText { get; set; }

    [SupplyParameterFromQuery(Name = "name")]
    private string? NameText { get; set; }

    [SupplyParameterFromQuery(Name = "subscription")]
    private string? SubscriptionText { get; set; }

    [SupplyParameterFromQuery(Name = "group")]
    private string? GroupText { get; set; }

    [SupplyParameterFromQuery(Name = "region")]
    private string? RegionText { get; set; }

    [SupplyParameterFromQuery(Name = "price")]
    private string? PriceText { get; set; }

    [SupplyParameterFromQuery(Name = "environments")]
    private string? EnvironmentsText { get; set; }

    [Inject]
    private IAzureDirectory Azure { get; set; } = default!;

    [Inject]
    private IBillingPlanDesk Desk { get; set; } = default!;

    // A step is there once those before it are done.
    private int Step
    {
        get
        {
            var asked = int.TryParse(StepText, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? Math.Clamp(number, 1, PlanSteps.Last) : 1;
            return Enumerable.Range(1, asked).FirstOrDefault(step => step < asked && ProblemAt(step) is not null, asked);
        }
    }

    protected override async Task OnParametersSetAsync()
    {
        // Prerendering shows the skeleton: reading there as well would ask the database twice for every visit.
        if (!RendererInfo.IsInteractive)
        {
            return;
        }

        if (Shown is null)
        {
            await RefreshAsync();
        }

        if (Shown is { } choices && !string.Equals(_shownAddress, Navigation.Uri, StringComparison.Ordinal))
        {
            _shownAddress = Navigation.Uri;
            _draft = PlanDraft.Parse(NameText, SubscriptionText, GroupText, RegionText, PriceText, EnvironmentsText) with { TakenNames = choices.PlanNames };
        }
    }

    protected override Task<PlanChoices?> ReadAsync(CancellationToken cancellationToken) => Desk.ChoicesAsync(new TenantId(TenantId), cancellationToken);

    private static List<(string Region, int Count)> Regions(PlanChoices choices) =>
    [
        .. choices.Environments.Where(environment => environment.IsEligible)
            .GroupBy(environment => environment.Region, StringComparer.OrdinalIgnoreCase)
            .Select(region => (region.Key, region.Count()))
            .OrderByDescending(region => region.Item2)
            .ThenBy(region => region.Key, StringComparer.OrdinalIgnoreCase),
    ];

    // Nothing is red before something was typed.
    private static bool Told(string text) => text.Length > 0;

    private string? ProblemAt(int step) => step switch
    {
        1 => _draft.NameProblem ?? _draft.PriceProblem,
        2 => _draft.SubscriptionProblem ?? _draft.ResourceGroupProblem,
        3 => _draft.RegionProblem,
        _ => null,
    };

    private List<PlanCandidate> Candidates(PlanChoices choices) =>
        [.. choices.Environments.Where(environment => string.Equals(environment.Region, _draft.Region.Trim(), StringComparison.OrdinalIgnoreCase))];

    private IEnumerable<PlanCandidate> Found(List<PlanCandidate> candidates) => candidates
        .Where(environment => environment.Name.Contains((_find ?? "").Trim(), StringComparison.CurrentCultureIgnoreCase))
        .OrderBy(environment => !environment.IsEligible);

    // What no longer fits the region, or is gone, is not chosen.
    private List<PlanCandidate> Chosen(PlanChoices choices) =>
        [.. Candidates(choices).Where(environment => environment.IsEligible && _draft.Environments.Contains(environment.Id.Value))];

    private void Choose(PlanCandidate environment, bool isOn)
    {
        var chosen = _draft.Environments.ToHashSet();
        _ = isOn ? chosen.Add(environment.Id.Value) : chosen.Remove(environment.Id.Value);
        _draft.Environments = chosen;
        Keep();
    }

    private void ChooseRegion(string? region)
    {
        _draft.Region = region ?? "";
        Keep();
    }

    private void Take(string subscription, string group)
    {
        (_draft.Subscription, _draft.ResourceGroup) = (subscription, group);
        Keep();
    }

    private void Keep() => Go(Step, replace: true);

    private void Go(int step, bool replace = false)
    {
        var query = _draft.ToQuery();
        query["step"] = step > 1 ? step : null;
        var address = Navigation.GetUriWithQueryParameters(query);
        if (!string.Equals(address, Navigation.Uri, StringComparison.Ordinal))
        {
            // What stands in the address came from here, so it need not be read back while somebody types on.
            _shownAddress = address;
            Navigation.NavigateTo(address, replace: replace);
        }
    }

    private async Task NextAsync()
    {
        if (ProblemAt(Step) is not null || _isSaving)
        {
            return;
        }

        if (Step < PlanSteps.Last)
        {
            Go(Step + 1);
            return;
        }

        _isSaving = true;
        var chosen = Chosen(Shown!).ConvertAll(environment => environment.Id);
        _refusal = await AskAsync(() => Desk.CreateAsync(new TenantId(TenantId), _id, _draft.Description!, chosen, CancellationToken.None));
        _isSaving = false;
        if (_refusal is null)
        {
            Navigation.NavigateTo(PortalUrls.Plan(new TenantId(TenantId), _id) + "?budget=1");
        }
    }
}

/// <summary>The steps of the wizard.</summary>
internal static class PlanSteps
{
    /// <summary>The summary.</summary>
    public const int Last = 5;

    /// <summary>What a step asks for.</summary>
    public static string NameOf(int step) => step switch
    {
        1 => "Name",
        2 => "Azure subscription",
        3 => "Region",
        4 => "Environments",
        _ => "Summary",
    };
}
