using CopilotCapacity.Storage;
using Microsoft.AspNetCore.Identity;

namespace CopilotCapacity.Portal.Features.SignIn;

/// <summary>
/// Refuses passwords that are guessed early: known ones, also with digits and signs around them or written twice, and those that
/// are mostly the person's own name or what the portal is about. No kinds of characters are asked for.
/// </summary>
internal sealed class StrongPasswords : IPasswordValidator<PortalUser>
{
    private const string KnownPasswords = "KnownPasswords.txt";

    // What is longer than any known password is measured by its beginning: measuring takes longer the more there is.
    private const int MeasuredLength = 200;

    // What anybody would try at this door.
    private static readonly string[] s_context = ["copilot", "capacity", "credits", "dynamics", "powerplatform", "microsoft", "azure", "tenant", "portal", "admin"];

    public async Task<IdentityResult> ValidateAsync(UserManager<PortalUser> manager, PortalUser user, string? password)
    {
        // What is missing or too short is told by the other rules.
        if (string.IsNullOrEmpty(password) || await IsStrongAsync(password, user))
        {
            return IdentityResult.Success;
        }

        return IdentityResult.Failed(new IdentityError
        {
            Code = "PasswordGuessable",
            Description = "This password would be guessed early. Take a few words that have nothing to do with each other, or with you.",
        });
    }

    internal static async Task<bool> IsStrongAsync(string password, PortalUser user)
    {
        var lower = (password.Length > MeasuredLength ? password[..MeasuredLength] : password).ToLowerInvariant();
        var core = Unrepeated(Letters(lower));
        if (core.Length < 4 || IsMostly(lower, WordsOf(user).Concat(s_context)))
        {
            return false;
        }

        var tried = new HashSet<string>(StringComparer.Ordinal) { lower, core, Unrepeated(lower), Plain(lower), Plain(core) };
        return !await IsKnownAsync(tried);
    }

    // Without the digits and signs around the first and the last letter; all of it where there is no letter.
    private static string Letters(string text)
    {
        var inner = text.Trim([.. text.Where(letter => !char.IsLetter(letter))]);
        return inner.Length > 0 ? inner : text;
    }

    // "abcabcabc" is guessed as early as "abc".
    private static string Unrepeated(string text)
    {
        for (var length = 1; length <= text.Length / 2; length++)
        {
            var part = text[..length];
            if (text.Length % length == 0 && string.Equals(string.Concat(Enumerable.Repeat(part, text.Length / length)), text, StringComparison.Ordinal))
            {
                return part;
            }
        }

        return text;
    }

    // The signs that are put for letters are the first thing that is tried.
    private static string Plain(string text) => string.Concat(text.Select(letter => letter switch
    {
        '0' => 'o',
        '1' or '!' => 'i',
        '3' => 'e',
        '4' or '@' => 'a',
        '5' or '$' => 's',
        '7' => 't',
        _ => letter,
    }));

    // What is left when the words are taken out is what has to be guessed.
    private static bool IsMostly(string password, IEnumerable<string> words)
    {
        var rest = words.OrderByDescending(word => word.Length)
            .Aggregate(password, (left, word) => left.Replace(word, "", StringComparison.Ordinal));
        return rest.Count(char.IsLetter) < 6 && rest.Length < password.Length;
    }

    private static IEnumerable<string> WordsOf(PortalUser user) =>
        new[] { user.UserName, user.Email, user.DisplayName }
            .OfType<string>()
            .SelectMany(text => text.ToLowerInvariant().Split([' ', '@', '.', '-', '_', '+'], StringSplitOptions.RemoveEmptyEntries))
            .Where(word => word.Length > 2)
            .Distinct(StringComparer.Ordinal);

    // Asked a few times a year for each person, so the list is read then and not kept.
    private static async Task<bool> IsKnownAsync(HashSet<string> tried)
    {
        await using var file = typeof(StrongPasswords).Assembly.GetManifestResourceStream(typeof(StrongPasswords), KnownPasswords)!;
        using var reader = new StreamReader(file);
        while (await reader.ReadLineAsync() is { } known)
        {
            if (tried.Contains(known))
            {
                return true;
            }
        }

        return false;
    }
}
