using CopilotCapacity.Portal.Components;
using CopilotCapacity.Portal.Features.Members;
using CopilotCapacity.Portal.Hosting.Security;
using CopilotCapacity.Storage;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;

namespace CopilotCapacity.Portal.Features.SignIn;

/// <summary>Where an invitation's link leads: whoever is signed in joins, anybody else makes an account first.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Performance", "CA1859", Justification = "What generates the routes does not see the types of pages.")]
internal static class InvitationEndpoints
{
    public static void MapInvitations(this WebApplication app)
    {
        var group = app.MapGroup("/invitation").AllowAnonymous().RequireOwnForm().ExcludeFromDescription();
        group.MapGet("", ShowAsync);
        group.MapPost("", JoinAsync);
        group.MapPost("/new", CreateAndJoinAsync);
    }

    private static async Task<IResult> ShowAsync(
        string? token, HttpContext http, Invitations invitations, UserManager<PortalUser> users, CancellationToken cancellationToken) =>
        Page(token, await invitations.FindAsync(token, cancellationToken), (await users.GetUserAsync(http.User))?.DisplayName);

    private static async Task<IResult> JoinAsync(
        [FromForm] string? token, HttpContext http, Invitations invitations, UserManager<PortalUser> users, CancellationToken cancellationToken)
    {
        if (await users.GetUserAsync(http.User) is not { } user)
        {
            return Page(token, await invitations.FindAsync(token, cancellationToken), null);
        }

        return await JoinAsAsync(token, user, http, invitations, cancellationToken);
    }

    private static async Task<IResult> CreateAndJoinAsync(
        [FromForm] string? token,
        [FromForm] string? name,
        [FromForm] string? email,
        [FromForm] string? password,
        HttpContext http,
        Invitations invitations,
        UserManager<PortalUser> users,
        SignInManager<PortalUser> signIn,
        CancellationToken cancellationToken)
    {
        if (await invitations.FindAsync(token, cancellationToken) is not { } invitation)
        {
            return Page(token, null, null);
        }

        var user = PortalPeople.Make(name, email);
        var result = await users.CreateAsync(user, password ?? "");
        if (!result.Succeeded)
        {
            return Page(token, invitation, null, name, email, PortalPeople.Sentence(result));
        }

        await signIn.SignInAsync(user, isPersistent: false);
        return await JoinAsAsync(token, user, http, invitations, cancellationToken);
    }

    private static async Task<IResult> JoinAsAsync(
        string? token, PortalUser user, HttpContext http, Invitations invitations, CancellationToken cancellationToken)
    {
        var address = http.Connection.RemoteIpAddress?.ToString();
        return await invitations.AcceptAsync(token, user.Id, user.DisplayName, address, cancellationToken) is { } joined
            ? Results.LocalRedirect(joined.Tenant is { } tenant ? PortalUrls.Overview(tenant) : PortalUrls.Home)
            : Page(token, null, null);
    }

    private static IResult Page(
        string? token, OpenInvitation? invitation, string? signedInAs, string? name = null, string? email = null, string? problem = null) =>
        new RazorComponentResult<InvitationPage>(new
        {
            Token = token,
            Invitation = invitation,
            SignedInAs = signedInAs,
            Name = name,
            Email = email,
            Problem = problem,
        });
}

/// <summary>What the doors share about people.</summary>
internal static class PortalPeople
{
    // As long as the fields of the forms.
    private const int NameMax = 100;
    private const int AddressMax = 254;

    /// <summary>A person who is not saved yet.</summary>
    public static PortalUser Make(string? name, string? email)
    {
        var address = Shorten(email, AddressMax);
        return new PortalUser
        {
            UserName = address,
            Email = address,
            DisplayName = string.IsNullOrWhiteSpace(name) ? address ?? "" : Shorten(name, NameMax)!,
        };
    }

    /// <summary>What was wrong, in words.</summary>
    public static string Sentence(IdentityResult result) =>
        string.Join(' ', result.Errors.Select(error => error.Description).Distinct(StringComparer.Ordinal));

    private static string? Shorten(string? text, int most) => text?.Trim() is { } trimmed && trimmed.Length > most ? trimmed[..most] : text?.Trim();
}
