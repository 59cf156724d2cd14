using CopilotCapacity.Storage;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace CopilotCapacity.Portal.Features.SignIn;

/// <summary>The way to the organisation's provider and back. The provider's answer carries what was sent, so nobody can make it up.</summary>
internal static class OrganisationEndpoints
{
    public static void MapOrganisation(this WebApplication app)
    {
        var group = app.MapGroup("/sign-in/organisation").AllowAnonymous().ExcludeFromDescription();
        group.MapGet("", Begin);
        group.MapGet("/done", EndAsync);
    }

    private static IResult Begin(string? returnUrl, IOptions<OrganisationOptions> options) => options.Value.IsOn
        ? Results.Challenge(
            new AuthenticationProperties { RedirectUri = "/sign-in/organisation/done?returnUrl=" + Uri.EscapeDataString(SignInEndpoints.LocalPath(returnUrl)) },
            [OpenIdConnectDefaults.AuthenticationScheme])
        : Results.NotFound();

    private static async Task<IResult> EndAsync(
        string? returnUrl, HttpContext http, OrganisationDoor door, SignInManager<PortalUser> signIn, PersonAudit audit, CancellationToken cancellationToken)
    {
        var brought = await http.AuthenticateAsync(IdentityConstants.ExternalScheme);
        await http.SignOutAsync(IdentityConstants.ExternalScheme);
        var person = OrganisationPerson.From(brought.Principal);
        if (person is null || await door.AdmitAsync(person, http.Connection.RemoteIpAddress?.ToString(), cancellationToken) is not { } user)
        {
            return Results.LocalRedirect("/sign-in?problem=organisation");
        }

        await signIn.SignInAsync(user, isPersistent: false, authenticationMethod: "organisation");
        await audit.NoteAsync(http, user, "person.signedIn", "organisation");
        return Results.LocalRedirect(SignInEndpoints.LocalPath(returnUrl));
    }
}
