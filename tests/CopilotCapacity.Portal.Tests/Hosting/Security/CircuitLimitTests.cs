using System.Security.Claims;
using CopilotCapacity.Portal.Hosting.Security;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.Extensions.Options;

namespace CopilotCapacity.Portal.Tests.Hosting.Security;

public sealed class CircuitLimitTests
{
    private readonly CircuitCounts _counts = new();

    [Fact]
    public async Task Pages_BeyondTheLimitOfOnePerson_AreRefused_AndOthersAreNot()
    {
        var open = new List<CircuitLimit> { Page("lee"), Page("lee") };
        foreach (var page in open)
        {
            await page.OnCircuitOpenedAsync(null!, default);
        }

        var third = Page("lee");
        await Assert.ThrowsAsync<InvalidOperationException>(() => third.OnCircuitOpenedAsync(null!, default));
        await third.OnCircuitClosedAsync(null!, default);
        await Page("amira").OnCircuitOpenedAsync(null!, default);

        // A page that was closed makes room, once.
        await open[0].OnCircuitClosedAsync(null!, default);
        await open[0].OnCircuitClosedAsync(null!, default);
        await Page("lee").OnCircuitOpenedAsync(null!, default);
        await Assert.ThrowsAsync<InvalidOperationException>(() => Page("lee").OnCircuitOpenedAsync(null!, default));
    }

    private CircuitLimit Page(string person) => new(_counts, new Somebody(person), Options.Create(new SecurityOptions { CircuitsPerPerson = 2 }));

    private sealed class Somebody(string id) : AuthenticationStateProvider
    {
        public override Task<AuthenticationState> GetAuthenticationStateAsync() =>
            Task.FromResult(new AuthenticationState(new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, id)], "test"))));
    }
}
