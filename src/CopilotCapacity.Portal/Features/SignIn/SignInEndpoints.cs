using CopilotCapacity.Portal.Hosting.Security;
using CopilotCapacity.Storage;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;

namespace CopilotCapacity.Portal.Features.SignIn;

/// <summary>
/// The doors to the pages. They set cookies, so they are plain requests outside the interactive app; each form carries an
/// antiforgery token.
/// </summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Performance", "CA1859", Justification = "What generates the routes does not see the types of pages.")]
internal static class SignInEndpoints
{
    private const string NotLetIn = "Your organisation did not let you in, or is not set up here. Ask an administrator of this portal.";
    private const string WrongCredentials = "The e-mail address or the password is not right.";

    public static void MapPeople(this WebApplication app)
    {
        var group = app.MapGroup("").AllowAnonymous().RequireOwnForm().ExcludeFromDescription();
        group.MapGet("/sign-in", (string? returnUrl, string? problem) => SignInForm(returnUrl, null, problem is "organisation" ? NotLetIn : null));
        group.MapPost("/sign-in", SignInAsync);
        group.MapPost("/sign-in/passkey/options", MakePasskeyOptionsAsync);
        group.MapPost("/sign-in/passkey", UsePasskeyAsync);
        group.MapGet("/sign-in/link", UseLinkForm);
        group.MapPost("/sign-in/link", UseLinkAsync);
        group.MapGet("/set-up", SetUpForm);
        group.MapPost("/set-up", SetUpAsync);
        group.MapPost("/sign-out", SignOutAsync);
    }

    private static IResult SignInForm(string? returnUrl, string? email, string? problem) =>
        new RazorComponentResult<SignInPage>(new { ReturnUrl = returnUrl, Email = email, Problem = problem });

    private static async Task<IResult> SignInAsync(
        [FromForm] string? email,
        [FromForm] string? password,
        [FromForm] string? returnUrl,
        HttpContext http,
        SignInManager<PortalUser> signIn,
        UserManager<PortalUser> users,
        PersonAudit audit)
    {
        var user = string.IsNullOrWhiteSpace(email) ? null : await users.FindByNameAsync(email.Trim());
        if (user is null || string.IsNullOrEmpty(password))
        {
            return SignInForm(returnUrl, email, WrongCredentials);
        }

        var result = await signIn.PasswordSignInAsync(user, password, isPersistent: false, lockoutOnFailure: true);
        await audit.NoteAsync(http, user, result.Succeeded ? "person.signedIn" : result.IsLockedOut ? "person.lockedOut" : "person.passwordWrong");
        if (result.IsLockedOut)
        {
            return SignInForm(returnUrl, email, "Too many wrong passwords. Try again in five minutes.");
        }

        return result.Succeeded ? Results.LocalRedirect(LocalPath(returnUrl)) : SignInForm(returnUrl, email, WrongCredentials);
    }

    private static async Task<IResult> MakePasskeyOptionsAsync([FromForm] string? returnUrl, SignInManager<PortalUser> signIn)
    {
        // Nobody is named: which passkeys there are for an address is nobody's business, and the authenticator knows its own.
        _ = returnUrl;
        return Results.Text(await signIn.MakePasskeyRequestOptionsAsync(null!), "application/json");
    }

    private static async Task<IResult> UsePasskeyAsync(
        [FromForm] string? credential,
        [FromForm] string? returnUrl,
        HttpContext http,
        SignInManager<PortalUser> signIn,
        UserManager<PortalUser> users,
        PersonAudit audit)
    {
        var asserted = string.IsNullOrEmpty(credential) ? null : await signIn.PerformPasskeyAssertionAsync(credential);

        // Wrong passwords lock passwords out. A passkey is not guessed, so whoever knows a name shuts nobody out with it.
        if (asserted is not { Succeeded: true })
        {
            return SignInForm(returnUrl, null, "This passkey opens nothing here. Try again, or use your password.");
        }

        // The counter and the flags of the passkey have moved on.
        await users.AddOrUpdatePasskeyAsync(asserted.User, asserted.Passkey);
        await signIn.SignInAsync(asserted.User, isPersistent: false, authenticationMethod: "passkey");
        await audit.NoteAsync(http, asserted.User, "person.signedIn", "passkey");
        return Results.LocalRedirect(LocalPath(returnUrl));
    }

    // A page in between, so that a link preview or a browser's prefetch does not use the link up.
    private static IResult UseLinkForm(string? token, OneTimeLinks links) =>
        new RazorComponentResult<OneTimeLinkPage>(new { Token = token, IsValid = token is not null && links.IsValid(token) });

    private static async Task<IResult> UseLinkAsync(
        [FromForm] string? token,
        HttpContext http,
        PersonAudit audit,
        OneTimeLinks links,
        SignInManager<PortalUser> signIn,
        UserManager<PortalUser> users)
    {
        if (token is null || !links.TryUse(token, out var id) || id is null
            || await users.FindByIdAsync(id.Value.ToString()) is not { } user)
        {
            return new RazorComponentResult<OneTimeLinkPage>(new { Token = token, IsValid = false });
        }

        await signIn.SignInAsync(user, isPersistent: false);
        await audit.NoteAsync(http, user, "person.signedIn", "one-time link");
        return Results.LocalRedirect("/");
    }

    private static IResult SetUpForm(string? token, OneTimeLinks links) =>
        new RazorComponentResult<SetUpPage>(new { Token = token, IsValid = token is not null && links.IsValid(token) });

    private static async Task<IResult> SetUpAsync(
        [FromForm] string? token,
        [FromForm] string? name,
        [FromForm] string? email,
        [FromForm] string? password,
        HttpContext http,
        PersonAudit audit,
        OneTimeLinks links,
        SignInManager<PortalUser> signIn,
        UserManager<PortalUser> users)
    {
        // Used up first, so that of two who send it at the same time one is refused.
        if (token is null || !links.TryUse(token, out _))
        {
            return new RazorComponentResult<SetUpPage>(new { Token = token, IsValid = false });
        }

        var user = PortalPeople.Make(name, email);
        user.IsPortalAdministrator = true;
        var result = await users.CreateAsync(user, password ?? "");
        if (!result.Succeeded)
        {
            links.GiveBack(token, null);
            var problem = PortalPeople.Sentence(result);
            return new RazorComponentResult<SetUpPage>(
                new { Token = token, IsValid = true, Name = name, Email = email, Problem = problem });
        }

        await audit.NoteAsync(http, user, "person.setUp");
        await signIn.SignInAsync(user, isPersistent: false);
        return Results.LocalRedirect("/");
    }

    private static async Task<IResult> SignOutAsync(SignInManager<PortalUser> signIn)
    {
        await signIn.SignOutAsync();
        return Results.LocalRedirect("/sign-in");
    }

    internal static string LocalPath(string? returnUrl) =>
        returnUrl is ['/', ..] and not ['/', '/' or '\\', ..] ? returnUrl : "/";
}
