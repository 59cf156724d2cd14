using CopilotCapacity.Storage;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;

namespace CopilotCapacity.Portal.Features.SignIn;

/// <summary>A person's passkeys.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Performance", "CA1859", Justification = "What generates the routes does not see the types of pages.")]
internal static class PasskeyEndpoints
{
    private const int PasskeysMax = 10;
    private const int NameMax = 60;

    /// <summary>Maps them into the group of a person's account.</summary>
    public static void MapPasskeys(this RouteGroupBuilder account)
    {
        account.MapPost("/passkeys/options", MakeOptionsAsync);
        account.MapPost("/passkeys", AddAsync);
        account.MapPost("/passkeys/remove", RemoveAsync);
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

    private static async Task<IResult> AddAsync(
        HttpContext http,
        [FromForm] string? credential,
        [FromForm] string? name,
        UserManager<PortalUser> users,
        SignInManager<PortalUser> signIn,
        AccountPages pages,
        PersonAudit audit)
    {
        if (await users.GetUserAsync(http.User) is not { } user)
        {
            return Results.LocalRedirect("/sign-in");
        }

        if ((await users.GetPasskeysAsync(user)).Count >= PasskeysMax)
        {
            return await pages.ShowAsync(http, user, problem: $"You have {PasskeysMax} passkeys, which is as many as there can be. Remove one first.");
        }

        var attested = string.IsNullOrEmpty(credential) ? null : await signIn.PerformPasskeyAttestationAsync(credential);
        if (attested is not { Succeeded: true, Passkey: { } passkey } || !string.Equals(attested.UserEntity?.Id, user.Id.ToString(), StringComparison.Ordinal))
        {
            return await pages.ShowAsync(http, user, problem: "The passkey could not be verified. Try again.");
        }

        var wanted = string.IsNullOrWhiteSpace(name) ? "Passkey" : name.Trim();
        passkey.Name = wanted.Length > NameMax ? wanted[..NameMax] : wanted;
        var result = await users.AddOrUpdatePasskeyAsync(user, passkey);
        if (!result.Succeeded)
        {
            return await pages.ShowAsync(http, user, problem: PortalPeople.Sentence(result));
        }

        await audit.NoteAsync(http, user, "person.passkeyAdded");
        await signIn.RefreshSignInAsync(user);
        return AccountPages.Done("added");
    }

    private static async Task<IResult> RemoveAsync(
        HttpContext http,
        [FromForm] string? id,
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

        var passkeys = await users.GetPasskeysAsync(user);
        var passkey = passkeys.FirstOrDefault(passkey => string.Equals(AccountPages.IdOf(passkey), id, StringComparison.Ordinal));
        if (passkey is null)
        {
            return await pages.ShowAsync(http, user, problem: "That passkey is no longer there.");
        }

        var isLastWayIn = passkeys.Count == 1 && !await users.HasPasswordAsync(user) && (await users.GetLoginsAsync(user)).Count == 0;
        if (isLastWayIn)
        {
            return await pages.ShowAsync(http, user, problem: "It is your only way to sign in. Set a password or add another passkey first.");
        }

        await users.RemovePasskeyAsync(user, passkey.CredentialId);
        await users.UpdateSecurityStampAsync(user);
        await sessions.EndAllAsync(user.Id, Sessions.IdOf(http.User), CancellationToken.None);
        await audit.NoteAsync(http, user, "person.passkeyRemoved");
        await signIn.RefreshSignInAsync(user);
        return AccountPages.Done("removed");
    }
}
