using System.Collections.Concurrent;
using System.Security.Claims;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.Extensions.Options;

namespace CopilotCapacity.Portal.Hosting.Security;

/// <summary>Counts the open pages of each person.</summary>
internal sealed class CircuitCounts
{
    private readonly ConcurrentDictionary<string, int> _open = new(StringComparer.Ordinal);

    public int Add(string person) => _open.AddOrUpdate(person, 1, static (_, count) => count + 1);

    public void Remove(string person)
    {
        if (_open.AddOrUpdate(person, 0, static (_, count) => count - 1) <= 0)
        {
            _open.TryRemove(new KeyValuePair<string, int>(person, 0));
        }
    }
}

/// <summary>Refuses a page to whoever has too many open: each takes memory of the server.</summary>
internal sealed class CircuitLimit(CircuitCounts counts, AuthenticationStateProvider authentication, IOptions<SecurityOptions> options) : CircuitHandler
{
    private string? _person;

    public override async Task OnCircuitOpenedAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        var state = await authentication.GetAuthenticationStateAsync();
        _person = state.User.FindFirstValue(ClaimTypes.NameIdentifier) ?? "";
        if (counts.Add(_person) > options.Value.CircuitsPerPerson)
        {
            throw new InvalidOperationException("This person has too many pages open.");
        }
    }

    public override Task OnCircuitClosedAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        if (_person is not null)
        {
            counts.Remove(_person);
            _person = null;
        }

        return Task.CompletedTask;
    }
}
