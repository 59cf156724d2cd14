using CopilotCapacity.Portal.Features.Access;
using CopilotCapacity.Portal.Hosting.Security;
using CopilotCapacity.Storage;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;

namespace CopilotCapacity.Portal.Features.SignIn;

/// <summary>
/// A person's password, and where they are signed in. They set cookies, so they are plain requests outside the interactive app; each
/// form carries an antiforgery token.
/// </summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Performance", "CA1859", Justification = "What generates the routes does not see the types of pages.")]
internal static class AccountEndpoints
{
    public static void MapAccount(this WebApplication app)
    {
        var group = app.MapGroup("/account").RequireAuthorization(Policies.SignedIn).RequireOwnForm().ExcludeFromDescription();
        group.MapGet("", ShowAsync);
        group.MapPost("/password", SetPasswordAsync);
        group.MapPost("/sessions/end", EndSessionAsync);
        group.MapPost("/sign-out-everywhere", SignOutEverywhereAsync);
        group.MapPasskeys();
    }

    private static async Task<IResult> ShowAsync(HttpContext http, UserManager<PortalUser> users, AccountPages pages, string? done) =>
        await users.GetUserAsync(http.User) is { } user ? await pages.ShowAsync(http, user, done) : Results.LocalRedirect("/sign-in");

    private static async Task<IResult> SetPasswordAsync(
        HttpContext http,
        [FromForm] string? current,
        [FromForm] string? password,
        UserManager<PortalUser> users,
        SignInManager<PortalUser> signIn,
        Sessions sessions,
        AccountPages pages,
        PersonAudit audit)
    {
        if (await users.GetUserAsync(http.User) is not { } user)
        {
            return Results.LocalRedirect("/sign-in");
        }

        var result = await users.HasPasswordAsync(user)
            ? await users.ChangePasswordAsync(user, current ?? "", password ?? "")
            : await users.AddPasswordAsync(user, password ?? "");
        if (!result.Succeeded)
        {
            return await pages.ShowAsync(http, user, problem: PortalPeople.Sentence(result));
        }

        // Whoever may have known the old one is out; this session goes on.
        await sessions.EndAllAsync(user.Id, Sessions.IdOf(http.User), CancellationToken.None);
        await audit.NoteAsync(http, user, "person.passwordSet");
        await signIn.RefreshSignInAsync(user);
        return AccountPages.Done("password");
    }

    private static async Task<IResult> EndSessionAsync(
        HttpContext http,
        [FromForm] string? id,
        UserManager<PortalUser> users,
        Sessions sessions,
        AccountPages pages,
        PersonAudit audit,
        CancellationToken cancellationToken)
    {
        if (await users.GetUserAsync(http.User) is not { } user)
        {
            return Results.LocalRedirect("/sign-in");
        }

        if (!Guid.TryParse(id, out var session) || !await sessions.EndAsync(user.Id, session, cancellationToken))
        {
            return await pages.ShowAsync(http, user, problem: "That session has ended already.");
        }

        await audit.NoteAsync(http, user, "person.sessionEnded");
        return AccountPages.Done("ended");
    }

    private static async Task<IResult> SignOutEverywhereAsync(
        HttpContext http, UserManager<PortalUser> users, SignInManager<PortalUser> signIn, Sessions sessions, PersonAudit audit)
    {
        if (await users.GetUserAsync(http.User) is { } user)
        {
            await users.UpdateSecurityStampAsync(user);
            await sessions.EndAllAsync(user.Id, except: null, CancellationToken.None);
            await audit.NoteAsync(http, user, "person.signedOutEverywhere");
        }

        await signIn.SignOutAsync();
        return Results.LocalRedirect("/sign-in");
    }
}
