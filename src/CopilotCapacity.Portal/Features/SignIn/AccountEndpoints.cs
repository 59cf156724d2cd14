using System.Buffers.Text;
using CopilotCapacity.Portal.Features.Access;
using CopilotCapacity.Portal.Hosting.Security;
using CopilotCapacity.Storage;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;

namespace CopilotCapacity.Portal.Features.SignIn;

/// <summary>
/// How a person signs in: their passkeys, their password, and where they are signed in. They set cookies, so they are plain
/// requests outside the interactive app; each form carries an antiforgery token.
/// </summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Performance", "CA1859", Justification = "What generates the routes does not see the types of pages.")]
internal static class AccountEndpoints
{
    private const int PasskeysMax = 10;
    private const int NameMax = 60;

    public static void MapAccount(this WebApplication app)
    {
        var group = app.MapGroup("/account").RequireAuthorization(Policies.SignedIn).RequireOwnForm().ExcludeFromDescription();
        group.MapGet("", ShowAsync);
        group.MapPost("/password", SetPasswordAsync);
        group.MapPost("/passkeys/options", MakeOptionsAsync);
        group.MapPost("/passkeys", AddPasskeyAsync);
        group.MapPost("/passkeys/remove", RemovePasskeyAsync);
        group.MapPost("/sign-out-everywhere", SignOutEverywhereAsync);
    }

    private static async Task<IResult> ShowAsync(HttpContext http, UserManager<PortalUser> users, string? done) =>
        await users.GetUserAsync(http.User) is { } user ? await PageAsync(users, user, done, null) : Results.LocalRedirect("/sign-in");

    private static async Task<IResult> SetPasswordAsync(
        HttpContext http,
        [FromForm] string? current,
        [FromForm] string? password,
        UserManager<PortalUser> users,
        SignInManager<PortalUser> signIn,
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
            return await PageAsync(users, user, null, PortalPeople.Sentence(result));
        }

        // The stamp is another one, so every other session ends; this one goes on.
        await audit.NoteAsync(http, user, "person.passwordSet");
        await signIn.RefreshSignInAsync(user);
        return Done("password");
    }

    private static async Task<IResult> MakeOptionsAsync(
        HttpContext http, [FromForm] string? name, UserManager<PortalUser> users, SignInManager<PortalUser> signIn)
    {
        _ = name;
        return await users.GetUserAsync(http.User) is { } user
            ? Results.Text(
                await signIn.MakePasskeyCreationOptionsAsync(new PasskeyUserEntity
                {
                    Id = user.Id.ToString(),
                    Name = user.UserName ?? user.DisplayName,
                    DisplayName = user.DisplayName,
                }),
                "application/json")
            : Results.Unauthorized();
    }

    private static async Task<IResult> AddPasskeyAsync(
        HttpContext http,
        [FromForm] string? credential,
        [FromForm] string? name,
        UserManager<PortalUser> users,
        SignInManager<PortalUser> signIn,
        PersonAudit audit)
    {
        if (await users.GetUserAsync(http.User) is not { } user)
        {
            return Results.LocalRedirect("/sign-in");
        }

        if ((await users.GetPasskeysAsync(user)).Count >= PasskeysMax)
        {
            return await PageAsync(users, user, null, $"You have {PasskeysMax} passkeys, which is as many as there can be. Remove one first.");
        }

        var attested = string.IsNullOrEmpty(credential) ? null : await signIn.PerformPasskeyAttestationAsync(credential);
        if (attested is not { Succeeded: true, Passkey: { } passkey } || !string.Equals(attested.UserEntity?.Id, user.Id.ToString(), StringComparison.Ordinal))
        {
            return await PageAsync(users, user, null, "The passkey could not be verified. Try again.");
        }

        var wanted = string.IsNullOrWhiteSpace(name) ? "Passkey" : name.Trim();
        passkey.Name = wanted.Length > NameMax ? wanted[..NameMax] : wanted;
        var result = await users.AddOrUpdatePasskeyAsync(user, passkey);
        if (!result.Succeeded)
        {
            return await PageAsync(users, user, null, PortalPeople.Sentence(result));
        }

        await audit.NoteAsync(http, user, "person.passkeyAdded");
        await signIn.RefreshSignInAsync(user);
        return Done("added");
    }

    private static async Task<IResult> RemovePasskeyAsync(
        HttpContext http, [FromForm] string? id, UserManager<PortalUser> users, SignInManager<PortalUser> signIn, PersonAudit audit)
    {
        if (await users.GetUserAsync(http.User) is not { } user)
        {
            return Results.LocalRedirect("/sign-in");
        }

        var passkeys = await users.GetPasskeysAsync(user);
        var passkey = passkeys.FirstOrDefault(passkey => string.Equals(IdOf(passkey), id, StringComparison.Ordinal));
        if (passkey is null)
        {
            return await PageAsync(users, user, null, "That passkey is no longer there.");
        }

        var isLastWayIn = passkeys.Count == 1 && !await users.HasPasswordAsync(user) && (await users.GetLoginsAsync(user)).Count == 0;
        if (isLastWayIn)
        {
            return await PageAsync(users, user, null, "It is your only way to sign in. Set a password or add another passkey first.");
        }

        await users.RemovePasskeyAsync(user, passkey.CredentialId);
        await users.UpdateSecurityStampAsync(user);
        await audit.NoteAsync(http, user, "person.passkeyRemoved");
        await signIn.RefreshSignInAsync(user);
        return Done("removed");
    }

    private static async Task<IResult> SignOutEverywhereAsync(
        HttpContext http, UserManager<PortalUser> users, SignInManager<PortalUser> signIn, PersonAudit audit)
    {
        if (await users.GetUserAsync(http.User) is { } user)
        {
            await users.UpdateSecurityStampAsync(user);
            await audit.NoteAsync(http, user, "person.signedOutEverywhere");
        }

        await signIn.SignOutAsync();
        return Results.LocalRedirect("/sign-in");
    }

    internal static string IdOf(UserPasskeyInfo passkey) => Base64Url.EncodeToString(passkey.CredentialId);

    private static async Task<IResult> PageAsync(UserManager<PortalUser> users, PortalUser user, string? done, string? problem) =>
        new RazorComponentResult<AccountPage>(new
        {
            Person = user,
            Passkeys = await users.GetPasskeysAsync(user),
            HasPassword = await users.HasPasswordAsync(user),
            Logins = (await users.GetLoginsAsync(user)).Select(login => login.ProviderDisplayName ?? login.LoginProvider).ToList(),
            Done = SentenceOf(done),
            Problem = problem,
        });

    private static IResult Done(string what) => Results.LocalRedirect("/account?done=" + what);

    // The address names what was done; what is said of it is the portal's own.
    private static string? SentenceOf(string? done) => done switch
    {
        "password" => "The password is set. Other sessions of yours end within a minute.",
        "added" => "The passkey is added. You can sign in with it from now on.",
        "removed" => "The passkey is removed. Other sessions of yours end within a minute.",
        _ => null,
    };
}
