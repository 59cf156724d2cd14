using Bunit;
using Bunit.TestDoubles;
using CopilotCapacity.Domain.Alerts;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Portal.Components;
using CopilotCapacity.Portal.Features.Channels;
using CopilotCapacity.Portal.Features.Channels.Pages;
using CopilotCapacity.Portal.Features.Channels.Sending;
using CopilotCapacity.Portal.Tests.Features.Overview;
using CopilotCapacity.Storage.Model;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;

namespace CopilotCapacity.Portal.Tests.Features.Channels;

public sealed class ChannelPagesTests : MudTestContext
{
    private readonly FakeDesk _desk = new();

    public ChannelPagesTests()
    {
        Services.AddSingleton<IChannelDesk>(_desk);
        Services.AddSingleton<DeliveryFeed>();
    }

    private BunitNavigationManager Navigation => Services.GetRequiredService<BunitNavigationManager>();

    [Fact]
    public void Prerendering_ShowsTheSkeleton()
    {
        SetRendererInfo(new("Static", isInteractive: false));

        Assert.NotEmpty(Open().FindAll(".mud-skeleton"));
    }

    [Fact]
    public void Nobody_IsToldYet_IsSaidWithTheFirstStep()
    {
        Assert.Contains("Nobody is told yet", Open().Markup, StringComparison.Ordinal);

        _desk.HasMail = false;
        Assert.Contains("Mail:Host", Open().Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void Channel_SaysWhereItStands_AndHidesWhatMayBeSecretInAnAddress()
    {
        _desk.Channels =
        [
            Hook() with { LastDeliveredAt = Overviews.AsOf.AddMinutes(-5) },
            Hook() with { Id = Guid.NewGuid(), LastDeliveredAt = Overviews.AsOf.AddHours(-5), LastFailedAt = Overviews.AsOf.AddMinutes(-5), LastFailure = "Answered 500.", Waiting = 2 },
            Hook() with { Id = Guid.NewGuid(), Settings = Hook().Settings with { IsEnabled = false }, OffReason = "Its address answered 410." },
        ];

        var rows = Open().FindAll("[data-testid=channel]");

        Assert.Contains("On", rows[0].QuerySelector(".state")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("came through 5 min ago", rows[0].TextContent, StringComparison.Ordinal);
        Assert.Contains("Answered 500. · 5 min ago", rows[1].TextContent, StringComparison.Ordinal);
        Assert.Contains("2\u00a0deliveries wait", rows[1].TextContent, StringComparison.Ordinal);
        Assert.Contains("answered 410", rows[2].TextContent, StringComparison.Ordinal);
        Assert.All(rows, row => Assert.DoesNotContain("token", row.InnerHtml, StringComparison.Ordinal));
        Assert.All(rows, row => Assert.Contains("hooks.contoso.example", row.TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public void NewWebhook_IsSetUp_AndItsSecretShownOnce()
    {
        var dialogs = Render<MudDialogProvider>();
        Navigation.NavigateTo(PortalUrls.Channels(Overviews.Tenant) + "?add=webhook");
        var page = Open();
        dialogs.WaitForAssertion(() => Assert.True(Button(dialogs, "Set it up").HasAttribute("disabled")));
        dialogs.FindAll("input")[0].Input("On-call");
        dialogs.FindAll("input")[1].Input("https://hooks.contoso.example/in");
        dialogs.WaitForAssertion(() => Assert.False(Button(dialogs, "Set it up").HasAttribute("disabled")));
        Button(dialogs, "Set it up").Click();

        dialogs.WaitForAssertion(() => Assert.Equal("whsec_shown", dialogs.Find("#new-secret").GetAttribute("value")));
        Button(dialogs, "I have kept it").Click();
        dialogs.WaitForAssertion(() => Assert.Empty(dialogs.FindAll(".mud-dialog")));
        Assert.Equal(("created", "On-call https://hooks.contoso.example/in"), Assert.Single(_desk.Asked));
        Assert.DoesNotContain("whsec_", page.Markup, StringComparison.Ordinal);
        Assert.EndsWith("/channels", Navigation.Uri, StringComparison.Ordinal);
    }

    [Fact]
    public void Refusal_StandsBesideItsField()
    {
        _desk.Channels = [Hook()];
        _desk.Outcome = new ChannelOutcome(null, "The address is one inside a network.", "url");
        var dialogs = Render<MudDialogProvider>();
        Button(Open(), "Change…").Click();
        dialogs.WaitForAssertion(() => Assert.Equal("On-call", dialogs.FindAll("input")[0].GetAttribute("value")));

        Button(dialogs, "Save").Click();

        dialogs.WaitForAssertion(() => Assert.Equal("true", dialogs.FindAll("input")[1].GetAttribute("aria-invalid")));
        Assert.Contains("The address is one inside a network.", dialogs.Markup, StringComparison.Ordinal);
        Assert.Equal("false", dialogs.FindAll("input")[0].GetAttribute("aria-invalid") ?? "false");
    }

    [Fact]
    public void Switch_Test_AndDelete_AskTheDesk()
    {
        _desk.Channels = [Hook()];
        var dialogs = Render<MudDialogProvider>();
        var snackbars = Render<MudSnackbarProvider>();
        var page = Open();

        Button(page, "Test").Click();
        snackbars.WaitForAssertion(() => Assert.Contains("A test is on its way through On-call.", snackbars.Markup, StringComparison.Ordinal));
        Button(page, "Turn off").Click();
        snackbars.WaitForAssertion(() => Assert.Contains("On-call is off.", snackbars.Markup, StringComparison.Ordinal));
        Button(page, "Delete…").Click();
        dialogs.WaitForAssertion(() => Assert.Contains("turn it off instead", dialogs.Markup, StringComparison.Ordinal));
        Button(dialogs, "Delete it").Click();

        page.WaitForAssertion(() => Assert.Equal(["tested", "changed", "deleted"], _desk.Asked.Select(asked => asked.What), StringComparer.Ordinal));
    }

    [Fact]
    public void Deliveries_SayWhatCameOfThem_AndAreSentAgain()
    {
        _desk.Deliveries = [Failed()];
        var snackbars = Render<MudSnackbarProvider>();
        var page = OpenDeliveries();
        var row = page.Find("[data-testid=delivery]");

        Assert.Contains("Sales is low", row.TextContent, StringComparison.Ordinal);
        Assert.Contains("Given up", row.TextContent, StringComparison.Ordinal);
        Assert.Contains("Answered 500.", row.TextContent, StringComparison.Ordinal);
        Assert.Contains("&lt;b&gt;", row.InnerHtml, StringComparison.Ordinal);
        Button(page, "Send again").Click();
        snackbars.WaitForAssertion(() => Assert.Contains("is sent again.", snackbars.Markup, StringComparison.Ordinal));
        Assert.Equal("resent", Assert.Single(_desk.Asked).What);
    }

    [Fact]
    public void Filter_StandsInTheAddress()
    {
        Navigation.NavigateTo(PortalUrls.Deliveries(Overviews.Tenant) + "?state=failed&before=7&channel=" + Hook().Id);
        var page = OpenDeliveries();

        Assert.Equal(new DeliveryFilter(Hook().Id, DeliveryState.Failed, 7), _desk.Filter);
        Assert.Contains("No delivery fits", page.Markup, StringComparison.Ordinal);
        Button(page, "All deliveries").Click();
        page.WaitForAssertion(() => Assert.Equal(new DeliveryFilter(null, null, long.MaxValue), _desk.Filter));
    }

    [Fact]
    public void Page_FollowsWhatComesOfDeliveries()
    {
        var page = OpenDeliveries();
        Assert.Contains("Nothing was sent yet", page.Markup, StringComparison.Ordinal);

        _desk.Deliveries = [Failed()];
        Services.GetRequiredService<DeliveryFeed>().Publish(Overviews.Tenant);

        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll("[data-testid=delivery]")));
    }

    [Fact]
    public void Reading_ThatFails_IsSaidAndCanBeTriedAgain()
    {
        _desk.Fails = true;
        var page = Open();
        Assert.Contains("go on telling", page.Find("[data-testid=error]").TextContent, StringComparison.Ordinal);

        _desk.Fails = false;
        page.Find("[data-testid=error] button").Click();

        page.WaitForAssertion(() => Assert.Empty(page.FindAll("[data-testid=error]")));
    }

    [Fact]
    public void Form_TakesRecipientsHoweverTheyAreSeparated()
    {
        var form = new ChannelForm(ChannelKind.Email, null) { Name = " Admins ", Recipients = "a@b.example, c@d.example\n\n e@f.example;g@h.example " };

        Assert.Equal(["a@b.example", "c@d.example", "e@f.example", "g@h.example"], form.Settings.Recipients, StringComparer.Ordinal);
        Assert.Equal("Admins", form.Settings.Name);
        form.Choose(AlertKind.QuotaLow, true);
        form.Choose(AlertKind.CapNearing, true);
        form.Choose(AlertKind.QuotaLow, false);
        Assert.Equal([AlertKind.CapNearing], form.Settings.Kinds);
    }

    private static ChannelView Hook() => new(
        new Guid("44444444-0000-0000-0000-000000000000"),
        new ChannelSettings { Name = "On-call", Kind = ChannelKind.Webhook, Url = "https://hooks.contoso.example/in?sig=token" },
        null, null, null, null, null, 0, 3);

    private static DeliveryView Failed() => new(
        new DeliveryDto
        {
            Id = Guid.NewGuid(),
            Number = 1,
            ChannelId = Hook().Id,
            MessageId = "msg_1",
            Content = DeliveryContent.Alert,
            AlertSequence = 1,
            Alerts = 1,
            Title = "Sales is low",
            State = DeliveryState.Failed,
            Tries = 1,
            CreatedAt = Overviews.AsOf,
            Attempts = [new DeliveryAttemptDto(1, Overviews.AsOf, 12, false, 500, "Answered 500.", "<b>no</b>")],
        },
        "On-call",
        MayResend: true);

    private static AngleSharp.Dom.IElement Button(IRenderedComponent<IComponent> cut, string text) =>
        cut.FindAll("button").First(button => button.TextContent.Contains(text, StringComparison.Ordinal));

    private IRenderedComponent<ChannelsPage> Open() => Render<ChannelsPage>(page => page.Add(p => p.TenantId, Overviews.Tenant.Value));

    private IRenderedComponent<DeliveriesPage> OpenDeliveries() => Render<DeliveriesPage>(page => page.Add(p => p.TenantId, Overviews.Tenant.Value));

    private sealed class FakeDesk : IChannelDesk
    {
        public IReadOnlyList<ChannelView> Channels { get; set; } = [];

        public IReadOnlyList<DeliveryView> Deliveries { get; set; } = [];

        public bool HasMail { get; set; } = true;

        public bool Fails { get; set; }

        public ChannelOutcome Outcome { get; set; } = new("whsec_shown", null);

        public DeliveryFilter? Filter { get; private set; }

        public List<(string What, string Settings)> Asked { get; } = [];

        public Task<ChannelList?> ReadAsync(TenantId tenant, CancellationToken cancellationToken) => Fails
            ? throw new InvalidOperationException("No disk.")
            : Task.FromResult<ChannelList?>(new ChannelList("Contoso", "Europe/Berlin", false, HasMail, 12, Channels, [], Overviews.AsOf));

        public Task<ChannelOutcome> CreateAsync(TenantId tenant, Guid id, ChannelSettings settings, CancellationToken cancellationToken) => Ask("created", settings);

        public Task<ChannelOutcome> ChangeAsync(TenantId tenant, Guid id, ChannelSettings settings, int version, CancellationToken cancellationToken) => Ask("changed", settings);

        public Task<ChannelOutcome> RotateAsync(TenantId tenant, Guid id, TimeSpan overlap, CancellationToken cancellationToken) => Ask("rotated", null);

        public async Task<string?> DeleteAsync(TenantId tenant, Guid id, int version, CancellationToken cancellationToken) => (await Ask("deleted", null)).Refusal;

        public async Task<string?> TestAsync(TenantId tenant, Guid id, CancellationToken cancellationToken) => (await Ask("tested", null)).Refusal;

        public Task<DeliveryList?> ReadDeliveriesAsync(TenantId tenant, DeliveryFilter filter, CancellationToken cancellationToken)
        {
            Filter = filter;
            return Task.FromResult<DeliveryList?>(new DeliveryList("Contoso", Deliveries, false, [new ChannelEnvironment(Hook().Id, "On-call")], 30, Overviews.AsOf));
        }

        public async Task<string?> ResendAsync(TenantId tenant, Guid delivery, CancellationToken cancellationToken) => (await Ask("resent", null)).Refusal;

        private Task<ChannelOutcome> Ask(string what, ChannelSettings? settings)
        {
            Asked.Add((what, settings is null ? "" : $"{settings.Name} {settings.Url}"));
            return Task.FromResult(Outcome);
        }
    }
}
