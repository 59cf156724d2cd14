using Bunit;
using Bunit.TestDoubles;
using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Prepaid;
using CopilotCapacity.Domain.Quota;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Time;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Portal.Features.MessagePacks;
using CopilotCapacity.Portal.Tests.Features.Overview;
using CopilotCapacity.Storage.Queries;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;

namespace CopilotCapacity.Portal.Tests.Features.MessagePacks;

public sealed class MessagePacksPageTests : MudTestContext
{
    private readonly FakeDesk _desk = new();

    public MessagePacksPageTests() => Services.AddSingleton<IMessagePackDesk>(_desk);

    private BunitNavigationManager Navigation => Services.GetRequiredService<BunitNavigationManager>();

    [Fact]
    public void Grants_SayHowMuch_UntilWhen_AndWhatWasWasted()
    {
        _desk.View = _desk.View with { Grants = [Grant(), Grant() with { EndsAt = Overviews.AsOf.AddDays(-3), WasEnded = true }, Grant() with { EffectiveAt = Overviews.AsOf.AddDays(3), EndsAt = null }] };

        var rows = Open().FindAll("[data-testid=grant]").Select(row => row.TextContent).ToList();

        Assert.Contains("3\u00a0message packs", rows[0], StringComparison.Ordinal);
        Assert.Contains("75,000 each month · order PO-7", rows[0], StringComparison.Ordinal);
        Assert.Contains("until 26 Nov 2026", rows[0], StringComparison.Ordinal);
        Assert.Contains("1,200", rows[0], StringComparison.Ordinal);
        Assert.Contains("was ended 13 Nov 2026", rows[1], StringComparison.Ordinal);
        Assert.Contains("begins 19 Nov 2026", rows[2], StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_OffersToRecord_ToThoseWhoMay()
    {
        Assert.Contains("Record an order", Open().Find(".card").TextContent, StringComparison.Ordinal);

        _desk.View = _desk.View with { MayChange = false, Grants = [Grant()] };
        var reader = Open();
        Assert.Empty(reader.FindAll("button"));
    }

    [Fact]
    public void Advisor_ShowsTheArithmetic_AndWhatCostsLeast()
    {
        _desk.View = _desk.View with { Months = [new(new Period(1), Credits.Of(30_000)), new(new Period(0), Credits.Of(50_000))] };

        var options = Open().FindAll("[data-testid=payment-option]").Select(row => row.TextContent).ToList();

        Assert.Contains("2\u00a0packs × USD\u00a0200.00", options[0], StringComparison.Ordinal);
        Assert.Contains("1\u00a0pack × USD\u00a0200.00 + 15,000 × USD\u00a00.01", options[1], StringComparison.Ordinal);
        Assert.Contains("costs least", options[1], StringComparison.Ordinal);
        Assert.Contains("USD\u00a0350.00", options[1], StringComparison.Ordinal);
        Assert.Contains("USD\u00a0400.00", options[2], StringComparison.Ordinal);
        Assert.Contains("2 × USD\u00a02,850.00 for 300,000 credits, 5 % below pay-as-you-go; a year’s price ÷ 12", options[3], StringComparison.Ordinal);
        Assert.Contains("USD\u00a0475.00", options[3], StringComparison.Ordinal);
    }

    [Fact]
    public void Advisor_WithoutAWholeMonth_SaysItCannotTell() =>
        Assert.Contains("There is no whole month yet", Open().Markup, StringComparison.Ordinal);

    [Fact]
    public void Order_IsRecordedFromTheAddress()
    {
        Navigation.NavigateTo("/tenants/x/packs?record=1");
        var dialogs = Render<MudDialogProvider>();
        Render<MudPopoverProvider>();
        Open();
        dialogs.WaitForAssertion(() => Assert.Contains("Record prepaid credits", dialogs.Markup, StringComparison.Ordinal));

        dialogs.FindAll("input").First(input => !input.HasAttribute("readonly")).Input("4");
        dialogs.WaitForAssertion(() => Assert.Contains("100,000 credits each month", dialogs.Markup, StringComparison.Ordinal));
        dialogs.FindAll("input[type=date]")[1].Input("2027-12-01");
        Save(dialogs).Click();

        dialogs.WaitForAssertion(() => Assert.Equal(
            (4, Credits.Of(100_000), new DateTimeOffset(2027, 12, 1, 0, 0, 0, TimeSpan.Zero)), (_desk.Recorded!.Order!.Packs, _desk.Recorded.Amount, _desk.Recorded.ExpiresAt!.Value)));
        dialogs.WaitForAssertion(() => Assert.EndsWith("/packs", Navigation.Uri, StringComparison.Ordinal));
    }

    [Fact]
    public void Renewal_BeginsWhereTheOldOneEnds()
    {
        var grant = Grant();
        _desk.View = _desk.View with { Grants = [grant] };
        _desk.Refusal = "No.";
        var dialogs = Render<MudDialogProvider>();
        Render<MudPopoverProvider>();
        var page = Open();

        page.Find("button[aria-label^='Renew']").Click();
        dialogs.WaitForAssertion(() => Assert.Contains("Renew 3", dialogs.Markup, StringComparison.Ordinal));
        Save(dialogs).Click();

        dialogs.WaitForAssertion(() => Assert.Contains("No.", dialogs.Find(".refusal").TextContent, StringComparison.Ordinal));
        Assert.Equal((3, grant.EndsAt), (_desk.Recorded!.Order!.Packs, _desk.Recorded.EffectiveAt));
    }

    [Fact]
    public void Reading_ThatFails_IsSaidAndCanBeTriedAgain()
    {
        _desk.Fails = true;
        var page = Open();
        Assert.Contains("could not be read", page.Find("[data-testid=error]").TextContent, StringComparison.Ordinal);

        _desk.Fails = false;
        page.Find("[data-testid=error] button").Click();

        page.WaitForAssertion(() => Assert.Empty(page.FindAll("[data-testid=error]")));
    }

    [Fact]
    public void MicrosoftsLine_StandsBesideOurs()
    {
        _desk.View = _desk.View with { Consumed = Credits.Of(60_000), CutOff = new MicrosoftCutOff(Credits.Of(75_000), Credits.Of(60_000)) };

        var page = Open();

        // 4,000 a day for fifteen days: ours in 3.75 days, theirs in 8.4.
        Assert.Equal(["75,000", "15,000", "at this month’s pace it is reached on 19\u00a0Nov"], Cells("our-line"));
        Assert.Equal(["93,750", "33,750", "at this month’s pace it is reached on 24\u00a0Nov"], Cells("their-line"));
        Assert.Equal("60,000 credits used. Ours: 75,000. Microsoft’s: 93,750.", page.Find("[data-testid=cut-off-bar]").GetAttribute("aria-label"));

        string[] Cells(string row) => [.. page.FindAll($"[data-testid={row}] td").Take(3).Select(cell => cell.TextContent.Trim())];
    }

    [Fact]
    public void NothingPrepaid_HasNoLine()
    {
        _desk.View = _desk.View with { CutOff = null };

        Assert.Empty(Open().FindAll("[data-testid=cut-off-bar]"));
    }

    private static AngleSharp.Dom.IElement Save(IRenderedComponent<MudDialogProvider> dialogs) =>
        dialogs.FindAll("button").Last(button => button.TextContent.Contains("Record it", StringComparison.Ordinal));

    private static GrantView Grant() => new()
    {
        Id = new GrantId(Guid.NewGuid()),
        Kind = GrantKind.MessagePack,
        Recurrence = Recurrence.Monthly,
        Amount = Credits.Of(75_000),
        Packs = 3,
        OrderReference = "PO-7",
        EffectiveAt = Overviews.AsOf.AddDays(-20),
        EndsAt = Overviews.AsOf.AddDays(10),
        WasEnded = false,
        Used = Credits.Of(500),
        Left = Credits.Of(74_500),
        CarriedIn = Credits.Zero,
        WastedLastMonth = Credits.Of(1_200),
        Version = 1,
    };

    private IRenderedComponent<MessagePacksPage> Open() => Render<MessagePacksPage>(p => p.Add(c => c.TenantId, Overviews.Tenant.Value));

    private sealed class FakeDesk : IMessagePackDesk
    {
        public MessagePacksView View { get; set; } = new()
        {
            TenantName = "Contoso",
            Period = Overviews.Create().Period,
            AsOf = Overviews.AsOf,
            Entitled = Credits.Of(75_000),
            Consumed = Credits.Of(500),
            PoolLeft = Credits.Of(74_500),
            CutOff = new MicrosoftCutOff(Credits.Of(75_000), Credits.Of(500)),
            Grants = [],
            Months = [],
            MayChange = true,
        };

        public bool Fails { get; set; }

        public string? Refusal { get; set; }

        public NewGrant? Recorded { get; private set; }

        public Task<MessagePacksView?> ReadAsync(TenantId tenant, CancellationToken cancellationToken) =>
            Fails ? throw new IOException("gone") : Task.FromResult<MessagePacksView?>(View);

        public Task<string?> RecordAsync(TenantId tenant, NewGrant grant, string? reason, CancellationToken cancellationToken)
        {
            Recorded = grant;
            return Task.FromResult(Refusal);
        }

        public Task<string?> EndAsync(TenantId tenant, GrantId grant, int version, CancellationToken cancellationToken) => Task.FromResult(Refusal);
    }
}
