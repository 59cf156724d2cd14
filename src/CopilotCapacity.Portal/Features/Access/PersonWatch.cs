using System.Security.Claims;
using CopilotCapacity.Portal.Features.SignIn;
using CopilotCapacity.Storage;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace CopilotCapacity.Portal.Features.Access;

/// <summary>
/// Looks twice a minute whether the person of an open page may still be signed in. When their session was ended it is not there any
/// more; when a password, a passkey or a role was taken away, their security stamp is another one. The page is then nobody's, and
/// the layout leaves it.
/// </summary>
internal sealed class PersonWatch(
    ILoggerFactory loggers,
    IDbContextFactory<PortalDbContext> contexts,
    Sessions sessions,
    IOptions<IdentityOptions> identity) : RevalidatingServerAuthenticationStateProvider(loggers)
{
    /// <inheritdoc/>
    protected override TimeSpan RevalidationInterval => TimeSpan.FromSeconds(30);

    /// <inheritdoc/>
    protected override async Task<bool> ValidateAuthenticationStateAsync(AuthenticationState authenticationState, CancellationToken cancellationToken)
    {
        var claims = identity.Value.ClaimsIdentity;
        if (!Guid.TryParse(authenticationState.User.FindFirstValue(claims.UserIdClaimType), out var id))
        {
            return false;
        }

        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var stamp = await context.Users.AsNoTracking().Where(user => user.Id == id).Select(user => user.SecurityStamp).SingleOrDefaultAsync(cancellationToken);
        return stamp is not null && await sessions.GoesOnAsync(authenticationState.User, cancellationToken) && string.Equals(stamp, authenticationState.User.FindFirstValue(claims.SecurityStampClaimType), StringComparison.Ordinal);
    }
}
