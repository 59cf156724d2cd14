using Bunit;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Portal.Features.Members;
using CopilotCapacity.Portal.Tests.Features.Overview;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;

namespace CopilotCapacity.Portal.Tests.Features.Members;

public sealed class MemberDialogTests : MudTestContext
{
    private static readonly EnvironmentId s_sales = new(new Guid(1, 0, 0, new byte[8]));

    private readonly List<(string Email, WantedRole Wanted)> _invited = [];
    private readonly List<(WantedRole Wanted, string? Reason)> _changed = [];

    [Fact]
    public async Task Invitation_ShowsItsLinkOnce()
    {
        var host = await OpenAsync(null, new InvitationOutcome("/invitation?token=abc", null));
        Assert.True(Button(host, "Make the link").HasAttribute("disabled"));

        host.Find("input[type=email]").Input("lee@contoso.example");
        Button(host, "Make the link").Click();

        host.WaitForAssertion(() => Assert.Equal("https://portal.example/invitation?token=abc", host.Find("#new-link").GetAttribute("value")));
        Assert.Equal("lee@contoso.example", Assert.Single(_invited).Email);
    }

    [Fact]
    public async Task Refusal_IsSaid_AndNoLinkIsShown()
    {
        var host = await OpenAsync(null, new InvitationOutcome(null, "An e-mail address has a name, an @ and a domain."));
        host.Find("input[type=email]").Input("@");
        Button(host, "Make the link").Click();

        host.WaitForAssertion(() => Assert.Contains("has a name", host.Find("[role=alert]").TextContent, StringComparison.Ordinal));
        Assert.Empty(host.FindAll("#new-link"));
    }

    [Fact]
    public async Task Role_IsChangedWithItsEnvironments_AndWhy()
    {
        var lee = new MemberView(Guid.NewGuid(), "Lee", null, TenantRole.EnvironmentAdministrator, [s_sales], Overviews.AsOf, IsMe: false);
        var host = await OpenAsync(lee, new InvitationOutcome(null, null));
        Assert.True(host.Find("input[type=checkbox]").HasAttribute("checked"));

        host.Find("input[maxlength='500']").Input("  covers for Amira ");
        Button(host, "Change the role").Click();

        host.WaitForAssertion(() => Assert.Single(_changed));
        var (wanted, reason) = _changed[0];
        Assert.Equal((TenantRole.EnvironmentAdministrator, "covers for Amira"), (wanted.Role, reason));
        Assert.Equal([s_sales], wanted.Environments);
    }

    [Fact]
    public async Task EnvironmentAdministrator_WithoutAnEnvironment_CannotBeSaved()
    {
        var lee = new MemberView(Guid.NewGuid(), "Lee", null, TenantRole.EnvironmentAdministrator, [s_sales], Overviews.AsOf, IsMe: false);
        var host = await OpenAsync(lee, new InvitationOutcome(null, null));

        host.Find("input[type=checkbox]").Change(false);

        host.WaitForAssertion(() => Assert.True(Button(host, "Change the role").HasAttribute("disabled")));
    }

    private static AngleSharp.Dom.IElement Button(IRenderedComponent<MudDialogProvider> host, string text) =>
        host.FindAll("button").Last(button => button.TextContent.Contains(text, StringComparison.Ordinal));

    private async Task<IRenderedComponent<MudDialogProvider>> OpenAsync(MemberView? member, InvitationOutcome outcome)
    {
        Render<MudPopoverProvider>();
        var host = Render<MudDialogProvider>();
        var parameters = new DialogParameters<MemberDialog>
        {
            { dialog => dialog.Environments, [new EnvironmentChoice(s_sales, "Sales")] },
            { dialog => dialog.BaseUri, "https://portal.example/" },
            { dialog => dialog.Member, member },
            {
                dialog => dialog.Invite, (email, wanted) =>
                {
                    _invited.Add((email, wanted));
                    return Task.FromResult(outcome);
                }
            },
            {
                dialog => dialog.Change, (wanted, reason) =>
                {
                    _changed.Add((wanted, reason));
                    return Task.FromResult<string?>(null);
                }
            },
        };
        var dialogs = Services.GetRequiredService<IDialogService>();
        await host.InvokeAsync(() => dialogs.ShowAsync<MemberDialog>(null, parameters));
        return host;
    }
}
