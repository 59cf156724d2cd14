using CopilotCapacity.Domain.PayAsYouGo;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Portal.Features.BillingPlans.Pages;
using CopilotCapacity.Portal.Tests.Features.Overview;
using Words = CopilotCapacity.Portal.Features.BillingPlans.Pages.PlanText;

namespace CopilotCapacity.Portal.Tests.Features.BillingPlans.Pages;

/// <summary>What is said of plans, and what may be typed about them.</summary>
public sealed class PlanWordsTests : MudTestContext
{
    [Fact]
    public void State_SaysWhetherItPays_AndWhy()
    {
        Assert.Equal(("Pays", "within its budget"), State(PlanViews.Row()));
        Assert.Equal(("Pays", "no budget limits it"), State(PlanViews.Row(budget: null, hardStop: false)));
        Assert.Equal(("Disabled", "it pays for nothing until it is enabled"), State(PlanViews.Row(isEnabled: false)));
        Assert.Equal(("Stopped", "its budget is spent"), State(PlanViews.Row(spent: 450, held: 50)));
        Assert.Equal("Stopped", State(PlanViews.Row(budget: null, hardStop: true)).Word);
        Assert.Equal(("Over by forecast", "€\u00a0620.00 by 1\u00a0Dec"), State(PlanViews.Row(forecast: 620)));

        static (string Word, string Why) State(PlanRowView plan) => (Words.StateOf(plan).Word, Words.StateOf(plan).Why);
    }

    [Fact]
    public void Left_TakesHoldsOff_AndIsNeverBelowZero()
    {
        Assert.Equal(PlanViews.Of(370), Words.LeftOf(PlanViews.Row(held: 10).Window));
        Assert.Equal(PlanViews.Of(0), Words.LeftOf(PlanViews.Row(spent: 600).Window));
        Assert.Null(Words.LeftOf(PlanViews.Row(budget: null).Window));
    }

    [Fact]
    public void Budget_BeginsAsItIs_OrWithWhatMostWouldSet()
    {
        var fresh = new BudgetForm(PlanViews.Detail() with { Budget = null });
        var changed = new BudgetForm(PlanViews.Detail());

        Assert.Equal((null, TimeGrain.Monthly, PlanViews.November, true, 4), (fresh.Amount, fresh.Grain, fresh.StartsOn, fresh.HardStop, fresh.Thresholds.Count));
        Assert.Equal("Type an amount of money.", fresh.Problem);
        PlanViews.AssertSame(PlanViews.Budget(), changed.Budget!);
    }

    [Theory]
    [InlineData(500, true, "€\u00a0120.00 are spent. That leaves €\u00a0380.00, which buys 38,000 credits.")]
    [InlineData(100, true, "€\u00a0120.00 are spent already: this stops further spend at once, and rewrites nothing.")]
    [InlineData(100, false, "€\u00a0120.00 are spent already. Without a hard stop the plan goes on paying.")]
    public void Budget_SaysWhatItDoesAtOnce(int amount, bool hardStop, string effect)
    {
        var form = new BudgetForm(PlanViews.Detail()) { Amount = amount, HardStop = hardStop };

        Assert.Equal(effect, form.EffectOn(PlanViews.Detail()));
    }

    [Fact]
    public void Budget_OfAnotherWindow_SaysWhereItBegins_OrThatItIsNotInForce()
    {
        var quarterly = new BudgetForm(PlanViews.Detail()) { Grain = TimeGrain.Quarterly };
        var later = new BudgetForm(PlanViews.Detail()) { StartsOn = PlanViews.November.Next };

        Assert.Equal("Its window begins on 1\u00a0Nov; what was spent in it counts, also from before.", quarterly.EffectOn(PlanViews.Detail()));
        Assert.StartsWith("It is not in force this month", later.EffectOn(PlanViews.Detail()), StringComparison.Ordinal);
    }

    [Fact]
    public void Budget_ThatBreaksARule_IsNotMade()
    {
        var form = new BudgetForm(PlanViews.Detail());
        Assert.NotNull(form.Budget);

        form.Contacts = "nobody";
        Assert.Equal("A contact is an e-mail address.", form.Problem);
        form.Contacts = "a@b.example;\n c@d.example , ";
        Assert.Equal(["a@b.example", "c@d.example"], form.Budget!.Contacts.ToArray());
        form.Thresholds.Add(new ThresholdField { Percent = 80 });
        Assert.Equal("Two thresholds are the same.", form.Problem);
        form.Thresholds[^1].Percent = null;
        Assert.NotNull(form.Problem);
        form.Thresholds.RemoveAt(form.Thresholds.Count - 1);
        form.EndsOn = form.StartsOn;
        Assert.Equal("A budget ends after it starts.", form.Problem);
        (form.EndsOn, form.Amount) = (null, 0.1234567m);
        Assert.NotNull(form.Problem);
        form.Amount = -1;
        Assert.NotNull(form.Problem);
    }

    [Fact]
    public void Draft_StandsInAnAddress_AndComesBack()
    {
        var environment = Guid.NewGuid();
        var draft = new PlanDraft { Name = " Azure Europe ", Subscription = PlanViews.Row().SubscriptionId, ResourceGroup = "rg", Region = "westeurope", Price = 0.008m, Environments = new HashSet<Guid> { environment } };
        var query = draft.ToQuery();

        var back = PlanDraft.Parse(
            (string?)query["name"], (string?)query["subscription"], (string?)query["group"], (string?)query["region"], (string?)query["price"], (string?)query["environments"] + ",nonsense");

        Assert.Equal(("Azure Europe", 0.008m, environment), (back.Name, back.Price, Assert.Single(back.Environments)));
        Assert.Equal(draft.Description, back.Description);
        Assert.All(new PlanDraft().ToQuery().Values, Assert.Null);
    }

    [Fact]
    public void Draft_SaysWhatIsWrong()
    {
        var draft = new PlanDraft { TakenNames = ["Azure EU"] };
        Assert.Equal(("Give it a name.", "Choose a region."), (draft.NameProblem, draft.RegionProblem));
        Assert.NotNull(draft.SubscriptionProblem);
        Assert.Null(draft.Description);

        Assert.Equal("Another plan has this name already.", (draft with { Name = "azure eu" }).NameProblem);
        Assert.NotNull((draft with { ResourceGroup = "rg." }).ResourceGroupProblem);
        Assert.NotNull((draft with { ResourceGroup = "r g" }).ResourceGroupProblem);
        Assert.NotNull((draft with { ResourceGroup = new string('r', 91) }).ResourceGroupProblem);
        Assert.Null((draft with { ResourceGroup = "rg-1_(x).y" }).ResourceGroupProblem);
        Assert.NotNull((draft with { Price = 0 }).PriceProblem);
        Assert.NotNull((draft with { Price = 0.0000001m }).PriceProblem);
        Assert.NotNull((draft with { Price = 1_000.1m }).PriceProblem);
    }

    [Fact]
    public void Draft_OfAPlan_DoesNotQuestionWhatItHas()
    {
        var row = PlanViews.Row() with { SubscriptionId = "sub-1" };
        var draft = PlanDraft.Of(PlanViews.Detail(row));

        Assert.NotNull(draft.Description);
        draft.Subscription = "sub-2";
        Assert.NotNull(draft.SubscriptionProblem);
    }

    [Theory]
    [InlineData(EnvironmentType.Production, "WestEurope", null)]
    [InlineData(EnvironmentType.Trial, "westeurope", "Only production and sandbox environments may be on a plan; it is of type trial.")]
    [InlineData(EnvironmentType.Sandbox, "asia", "It lies in asia, the plan is for westeurope.")]
    public void Environment_ThatCannotJoin_SaysWhy(EnvironmentType type, string region, string? why) =>
        Assert.Equal(why, PlanDraft.ProblemOf(new PlanCandidate(Overviews.Environment().Id, "X", type, region, null), "westeurope"));
}
