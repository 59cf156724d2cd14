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
    private const string WrongCredentials = "The e-mail address or the password is not right.";

    public static void MapPeople(this WebApplication app)
    {
        var group = app.MapGroup("").AllowAnonymous().ExcludeFromDescription();
        group.MapGet("/sign-in", (string? returnUrl) => SignInForm(returnUrl, null, null));
        group.MapPost("/sign-in", SignInAsync);
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
        SignInManager<PortalUser> signIn,
        UserManager<PortalUser> users)
    {
        var user = string.IsNullOrWhiteSpace(email) ? null : await users.FindByEmailAsync(email.Trim());
        if (user is null || string.IsNullOrEmpty(password))
        {
            return SignInForm(returnUrl, email, WrongCredentials);
        }

        var result = await signIn.PasswordSignInAsync(user, password, isPersistent: false, lockoutOnFailure: true);
        if (result.IsLockedOut)
        {
            return SignInForm(returnUrl, email, "Too many wrong passwords. Try again in five minutes.");
        }

        return result.Succeeded ? Results.LocalRedirect(LocalPath(returnUrl)) : SignInForm(returnUrl, email, WrongCredentials);
    }

    // A page in between, so that a link preview or a browser's prefetch does not use the link up.
    private static IResult UseLinkForm(string? token, OneTimeLinks links) =>
        new RazorComponentResult<OneTimeLinkPage>(new { Token = token, IsValid = token is not null && links.IsValid(token) });

    private static async Task<IResult> UseLinkAsync(
        [FromForm] string? token,
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
        return Results.LocalRedirect("/");
    }

    private static IResult SetUpForm(string? token, OneTimeLinks links) =>
        new RazorComponentResult<SetUpPage>(new { Token = token, IsValid = token is not null && links.IsValid(token) });

    private static async Task<IResult> SetUpAsync(
        [FromForm] string? token,
        [FromForm] string? name,
        [FromForm] string? email,
        [FromForm] string? password,
        OneTimeLinks links,
        SignInManager<PortalUser> signIn,
        UserManager<PortalUser> users)
    {
        if (token is null || !links.IsValid(token))
        {
            return new RazorComponentResult<SetUpPage>(new { Token = token, IsValid = false });
        }

        var user = new PortalUser
        {
            UserName = email?.Trim(),
            Email = email?.Trim(),
            DisplayName = string.IsNullOrWhiteSpace(name) ? email?.Trim() ?? "" : name.Trim(),
            IsPortalAdministrator = true,
        };
        var result = await users.CreateAsync(user, password ?? "");
        if (!result.Succeeded)
        {
            var problem = string.Join(' ', result.Errors.Select(error => error.Description).Distinct(StringComparer.Ordinal));
            return new RazorComponentResult<SetUpPage>(
                new { Token = token, IsValid = true, Name = name, Email = email, Problem = problem });
        }

        links.TryUse(token, out _);
        await signIn.SignInAsync(user, isPersistent: false);
        return Results.LocalRedirect("/");
    }

    private static async Task<IResult> SignOutAsync(SignInManager<PortalUser> signIn)
    {
        await signIn.SignOutAsync();
        return Results.LocalRedirect("/sign-in");
    }

    private static string LocalPath(string? returnUrl) =>
        returnUrl is ['/', ..] and not ['/', '/' or '\\', ..] ? returnUrl : "/";
}
