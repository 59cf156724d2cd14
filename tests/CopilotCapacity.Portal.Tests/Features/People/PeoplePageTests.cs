using Bunit;
using Bunit.TestDoubles;
using CopilotCapacity.Portal.Features.Members;
using CopilotCapacity.Portal.Features.People;
using CopilotCapacity.Portal.Tests.Features.Overview;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;

namespace CopilotCapacity.Portal.Tests.Features.People;

public sealed class PeoplePageTests : MudTestContext
{
    private readonly FakeDesk _desk = new();

    public PeoplePageTests() => Services.AddSingleton<IPeopleDesk>(_desk);

    private BunitNavigationManager Navigation => Services.GetRequiredService<BunitNavigationManager>();

    [Fact]
    public void Row_SaysWhatSomebodyIs_AndHowTheyComeIn()
    {
        _desk.People =
        [
            Person("Amira Vogel") with { IsAdministrator = true, IsMe = true, WaysIn = ["passkey", "password"], Sessions = 2, LastSeen = Overviews.AsOf },
            Person("Lee Park") with { Tenants = ["A", "B", "C", "D"] },
        ];
        var page = Render<PeoplePage>();

        var rows = page.FindAll("[data-testid=person]").Select(row => row.TextContent).ToList();
        Assert.Contains("Administrator", rows[0], StringComparison.Ordinal);
        Assert.Contains("passkey, password", rows[0], StringComparison.Ordinal);
        Assert.Contains("2\u00a0sessions, last used now", rows[0], StringComparison.Ordinal);
        Assert.Contains("another administrator can", rows[0], StringComparison.Ordinal);
        Assert.Contains("A, B and 2 more", rows[1], StringComparison.Ordinal);
        Assert.Contains("nothing yet", rows[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Search_StandsInTheAddress()
    {
        Navigation.NavigateTo("/portal/people?q=lee");

        Render<PeoplePage>();

        Assert.Equal("lee", _desk.Search);
    }

    [Fact]
    public void Nobody_OfThatName_IsSaid() =>
        Assert.Contains("Nobody is called that", Render<PeoplePage>().Markup, StringComparison.Ordinal);

    [Fact]
    public void More_ThanFit_AreCounted()
    {
        _desk.People = [Person("Amira Vogel")];
        _desk.Total = 2_000;

        Assert.Contains("The first 1 of 2,000\u00a0people.", Render<PeoplePage>().Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void Reading_ThatFails_IsSaidAndCanBeTriedAgain()
    {
        _desk.Fails = true;
        var page = Render<PeoplePage>();
        Assert.Contains("could not be read", page.Find("[data-testid=error]").TextContent, StringComparison.Ordinal);

        _desk.Fails = false;
        page.Find("[data-testid=error] button").Click();

        page.WaitForAssertion(() => Assert.Empty(page.FindAll("[data-testid=error]")));
    }

    [Fact]
    public void Removal_IsAskedForOnce_AndItsRefusalIsSaid()
    {
        _desk.People = [Person("Lee Park")];
        _desk.Refusal = "This account was removed already.";
        var (popovers, dialogs, snackbars) = (Render<MudPopoverProvider>(), Render<MudDialogProvider>(), Render<MudSnackbarProvider>());
        var page = Render<PeoplePage>();
        page.Find("[data-testid=person] button").Click();
        popovers.WaitForAssertion(() => Assert.Equal(3, popovers.FindAll(".mud-menu-item").Count));

        popovers.FindAll(".mud-menu-item")[2].Click();
        dialogs.WaitForAssertion(() => Assert.Contains("Remove the account of Lee Park?", dialogs.Markup, StringComparison.Ordinal));
        Assert.Equal(0, _desk.Removals);
        dialogs.FindAll("button").Last(button => button.TextContent.Contains("Remove", StringComparison.Ordinal)).Click();

        snackbars.WaitForAssertion(() => Assert.Contains("This account was removed already.", snackbars.Markup, StringComparison.Ordinal));
        Assert.Equal(1, _desk.Removals);
    }

    private static PersonView Person(string name) => new(Guid.NewGuid(), name, "x@contoso.example", false, [], [], 0, null, false);

    private sealed class FakeDesk : IPeopleDesk
    {
        public IReadOnlyList<PersonView> People { get; set; } = [];

        public int? Total { get; set; }

        public bool Fails { get; set; }

        public string? Refusal { get; set; }

        public string? Search { get; private set; }

        public int Removals { get; private set; }

        public Task<PortalPeopleView?> ReadAsync(string? search, CancellationToken cancellationToken)
        {
            Search = search;
            return Fails
                ? throw new IOException("gone")
                : Task.FromResult<PortalPeopleView?>(new PortalPeopleView(People, Total ?? People.Count, [], Overviews.AsOf));
        }

        public Task<InvitationOutcome> InviteAsync(string email, CancellationToken cancellationToken) => Task.FromResult(new InvitationOutcome("/invitation?token=x", null));

        public Task<string?> RevokeAsync(Guid invitation, CancellationToken cancellationToken) => Task.FromResult(Refusal);

        public Task<string?> SetAdministratorAsync(Guid person, bool isAdministrator, CancellationToken cancellationToken) => Task.FromResult(Refusal);

        public Task<string?> SignOutAsync(Guid person, CancellationToken cancellationToken) => Task.FromResult(Refusal);

        public Task<string?> RemoveAsync(Guid person, CancellationToken cancellationToken)
        {
            Removals++;
            return Task.FromResult(Refusal);
        }
    }
}
