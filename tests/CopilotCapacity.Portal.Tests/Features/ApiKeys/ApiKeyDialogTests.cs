using Bunit;
using CopilotCapacity.Portal.Features.ApiKeys;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;

namespace CopilotCapacity.Portal.Tests.Features.ApiKeys;

public sealed class ApiKeyDialogTests : MudTestContext
{
    private readonly List<(string Name, ApiScopes Scopes, DateTimeOffset? Ends)> _created = [];

    [Fact]
    public async Task Key_NeedsANameAndAScope_AndIsShownOnce()
    {
        var host = await OpenAsync(new KeyOutcome("cck_secret", null));
        Assert.True(Submit(host).HasAttribute("disabled"));

        host.Find("input[maxlength='100']").Input("Sales gateway");
        Assert.True(Submit(host).HasAttribute("disabled"));
        host.FindAll("input[type=checkbox]")[1].Change(true);
        host.Find("input[type=date]").Input("2027-01-01");
        Submit(host).Click();

        host.WaitForAssertion(() => Assert.Equal("cck_secret", host.Find("#new-key").GetAttribute("value")));
        Assert.Equal([("Sales gateway", ApiScopes.QuotaRead, new DateTimeOffset(2027, 1, 1, 0, 0, 0, TimeSpan.Zero))], _created);
    }

    [Fact]
    public async Task Refusal_IsSaid_AndNothingIsShown()
    {
        var host = await OpenAsync(new KeyOutcome(null, "Only an administrator of the tenant may do this."));
        host.Find("input[maxlength='100']").Input("x");
        host.FindAll("input[type=checkbox]")[0].Change(true);
        Submit(host).Click();

        host.WaitForAssertion(() => Assert.Contains("Only an administrator", host.Find("[role=alert]").TextContent, StringComparison.Ordinal));
        Assert.Empty(host.FindAll("#new-key"));
    }

    private static AngleSharp.Dom.IElement Submit(IRenderedComponent<MudDialogProvider> host) =>
        host.FindAll("button").Last(button => button.TextContent.Contains("Create the key", StringComparison.Ordinal));

    private async Task<IRenderedComponent<MudDialogProvider>> OpenAsync(KeyOutcome outcome)
    {
        Render<MudPopoverProvider>();
        var host = Render<MudDialogProvider>();
        var parameters = new DialogParameters<ApiKeyDialog>
        {
            {
                dialog => dialog.Create, (name, scopes, ends) =>
                {
                    _created.Add((name, scopes, ends));
                    return Task.FromResult(outcome);
                }
            },
        };
        var dialogs = Services.GetRequiredService<IDialogService>();
        await host.InvokeAsync(() => dialogs.ShowAsync<ApiKeyDialog>(null, parameters));
        return host;
    }
}
