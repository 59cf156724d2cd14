using Bunit;
using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Prepaid;
using CopilotCapacity.Domain.Quota;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Domain.Units;
using CopilotCapacity.Metering.Feed;
using CopilotCapacity.Portal.Features.Notices.Pages;
using CopilotCapacity.Portal.Features.Quota;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;

namespace CopilotCapacity.Portal.Tests.Features.Notices;

public sealed class NoticePageTests : MudTestContext
{
    private static readonly TenantId s_tenant = new(new Guid("11111111-1111-1111-1111-111111111111"));
    private static readonly EnvironmentId s_environment = new(new Guid("22222222-2222-2222-2222-222222222222"));
    private static readonly DateTimeOffset s_now = new(2026, 11, 15, 12, 0, 0, TimeSpan.Zero);

    private readonly FakeDesk _desk = new();

    public NoticePageTests() => Services.AddSingleton<INoticeDesk>(_desk);

    [Fact]
    public void Prerendering_ShowsTheSkeleton_AndReadsNothing()
    {
        SetRendererInfo(new("Static", isInteractive: false));

        Assert.NotEmpty(Open().FindAll(".mud-skeleton"));
        Assert.Equal(0, _desk.Reads);
    }

    [Fact]
    public void Page_HasTheElementOfTheAddress_WithATokenFromThePortal()
    {
        Services.GetRequiredService<Bunit.TestDoubles.BunitNavigationManager>().NavigateTo($"{Address}?lang=ja&as=admins&look=dark&rtl=1");
        var page = Open();

        var banner = page.Find("copilot-credits-banner");
        Assert.Equal(("ja", "admins", "dark"), (banner.GetAttribute("lang"), banner.GetAttribute("audience"), banner.GetAttribute("theme")));
        Assert.Equal($"{Address.Replace("/notice", "/banner-token", StringComparison.Ordinal)}", banner.GetAttribute("token-src"));
        Assert.Equal("rtl", page.Find("[data-testid=app-frame]").GetAttribute("dir"));
        Assert.Contains("token-src=\"/your-server/banner-token\"", page.Find("pre").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void RefusedAction_ExplainsItself_AndThePageSaysWhenItMayBeAskedAgain()
    {
        _desk.View = _desk.View with { Quota = Quota(QuotaStatus.Depleted) };
        var page = Open();
        Button(page, "Summarise this case").Click();

        page.WaitForAssertion(() => Assert.Contains("402 quota_depleted", page.Find("[data-testid=outcome]").TextContent, StringComparison.Ordinal));
        Assert.Contains("The pool has nothing left.", page.Find("[data-testid=outcome] li").TextContent, StringComparison.Ordinal);
        Assert.Equal("/somewhere", page.Find("[data-testid=outcome] a").GetAttribute("href"));
        Assert.Empty(page.FindAll("[data-testid=back]"));

        _desk.View = _desk.View with { Quota = Quota(QuotaStatus.Available) };
        Services.GetRequiredService<LedgerFeed>().Publish(new LedgerCommitted(s_tenant, 7));
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll("[data-testid=back]")));
        Button(page, "Summarise this case").Click();
        page.WaitForAssertion(() => Assert.Contains("200 OK", page.Find("[data-testid=outcome]").TextContent, StringComparison.Ordinal));
        Assert.Empty(page.FindAll("[data-testid=back]"));
    }

    [Fact]
    public void WhoeverMayNotChange_HasNoButtons()
    {
        _desk.View = _desk.View with { MayTry = false, MayRehearse = false };
        var page = Open();

        Assert.Contains("An administrator of the tenant can try one here.", page.Markup, StringComparison.Ordinal);
        Assert.DoesNotContain(page.FindAll("button"), button => button.TextContent is "Summarise this case" or "Use up all credits" or "Add 1,000 credits");
    }

    [Fact]
    public void FailedRead_KeepsWhatIsShown()
    {
        var page = Open();
        _desk.Fails = true;
        Services.GetRequiredService<LedgerFeed>().Publish(new LedgerCommitted(s_tenant, 7));

        page.WaitForAssertion(() => Assert.Contains("could not be read", page.Markup, StringComparison.Ordinal));
        Assert.NotNull(page.Find("copilot-credits-banner"));
    }

    private static string Address => $"/tenants/{s_tenant}/environments/{s_environment}/notice";

    private static AngleSharp.Dom.IElement Button(IRenderedComponent<NoticePage> page, string text) =>
        page.FindAll("button").Single(button => string.Equals(button.TextContent.Trim(), text, StringComparison.Ordinal));

    private static QuotaDto Quota(QuotaStatus status)
    {
        var ledger = TenantLedger.Create(s_tenant, "Contoso", CurrencyCode.Usd, s_now, isRehearsal: false, LedgerLimits.Default);
        var environment = ledger.AddEnvironment(s_environment, new EnvironmentDescription("Sales", EnvironmentType.Production, "europe", null), true).Value!;
        if (status == QuotaStatus.Available)
        {
            ledger.AddGrant(new NewGrant { Id = new GrantId(Guid.NewGuid()), Kind = GrantKind.Promotional, Amount = Credits.Of(100) });
        }

        return QuotaDto.AsItWas(ledger.Id, QuotaReading.Of(ledger, environment));
    }

    private IRenderedComponent<NoticePage> Open() => Render<NoticePage>(p => p
        .Add(page => page.TenantId, s_tenant.Value)
        .Add(page => page.EnvironmentId, s_environment.Value));

    private sealed class FakeDesk : INoticeDesk
    {
        public NoticeView View { get; set; } = new("Contoso", "Sales", Quota(QuotaStatus.Available), [], MayTry: true, MayRehearse: true);

        public int Reads { get; private set; }

        public bool Fails { get; set; }

        public Task<NoticeView?> ReadAsync(TenantId tenant, EnvironmentId environment, CancellationToken cancellationToken)
        {
            Reads++;
            return Fails ? throw new InvalidOperationException("The disk is away.") : Task.FromResult<NoticeView?>(View);
        }

        public Task<ActionOutcome> TryActionAsync(TenantId tenant, EnvironmentId environment, CancellationToken cancellationToken) => Task.FromResult(
            View.Quota.Status == QuotaStatus.Depleted
                ? new ActionOutcome(false, "402 quota_depleted", "Sales has no credits left.", ["The pool has nothing left."], [new QuotaActionDto("purchase", "Buy message packs", "/somewhere")])
                : new ActionOutcome(true, "200 OK", "It ran.", [], []));

        public Task<string?> UseUpAsync(TenantId tenant, EnvironmentId environment, CancellationToken cancellationToken) => Task.FromResult<string?>(null);

        public Task<string?> AddCreditsAsync(TenantId tenant, EnvironmentId environment, CancellationToken cancellationToken) => Task.FromResult<string?>(null);
    }
}
