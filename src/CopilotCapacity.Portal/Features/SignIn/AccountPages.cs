using System.Buffers.Text;
using CopilotCapacity.Storage;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;

namespace CopilotCapacity.Portal.Features.SignIn;

/// <summary>Shows a person's account, after whatever was done to it.</summary>
internal sealed class AccountPages(UserManager<PortalUser> users, Sessions sessions, TimeProvider time)
{
    /// <summary>The page.</summary>
    /// <param name="http">The request.</param>
    /// <param name="user">Whose account it is.</param>
    /// <param name="done">What was done, as the address names it; null for nothing.</param>
    /// <param name="problem">Why something was not done; null when all was.</param>
    public async Task<IResult> ShowAsync(HttpContext http, PortalUser user, string? done = null, string? problem = null) =>
        new RazorComponentResult<AccountPage>(new
        {
            Person = user,
            Passkeys = await users.GetPasskeysAsync(user),
            HasPassword = await users.HasPasswordAsync(user),
            Logins = (await users.GetLoginsAsync(user)).Select(login => login.ProviderDisplayName ?? login.LoginProvider).ToList(),
            Sessions = await sessions.OfAsync(user.Id, http.RequestAborted),
            Here = SignIn.Sessions.IdOf(http.User),
            AsOf = time.GetUtcNow(),
            Done = SentenceOf(done),
            Problem = problem,
        });

    /// <summary>Goes to the page and says there what was done.</summary>
    public static IResult Done(string what) => Results.LocalRedirect("/account?done=" + what);

    /// <summary>A passkey's id in a form.</summary>
    public static string IdOf(UserPasskeyInfo passkey) => Base64Url.EncodeToString(passkey.CredentialId);

    // The address names what was done; what is said of it is the portal's own.
    private static string? SentenceOf(string? done) => done switch
    {
        "password" => "The password is set. Your other sessions have ended.",
        "added" => "The passkey is added. You can sign in with it from now on.",
        "removed" => "The passkey is removed. Your other sessions have ended.",
        "ended" => "The session has ended. A page that is open in it closes within a minute.",
        _ => null,
    };
}
