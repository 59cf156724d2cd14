using CopilotCapacity.Portal.Features.SignIn;
using CopilotCapacity.Storage;

namespace CopilotCapacity.Portal.Tests.Features.SignIn;

public sealed class StrongPasswordsTests
{
    private static readonly PortalUser s_amira = new() { UserName = "amira.vogel@contoso.example", Email = "amira.vogel@contoso.example", DisplayName = "Amira Vogel" };

    [Theory]
    [InlineData("123456789012", "a known one")]
    [InlineData("qwertyuiop123", "a known one with digits behind")]
    [InlineData("!!Password1234", "a known one with signs and digits around")]
    [InlineData("P@ssw0rd2026", "a known one with signs for letters")]
    [InlineData("dragondragon", "a known one twice")]
    [InlineData("abcabcabcabcabc", "a short part many times")]
    [InlineData("000000000000000", "one digit many times")]
    [InlineData("amira.vogel-2026", "their name")]
    [InlineData("Contoso-Amira-1", "their name and firm")]
    [InlineData("CopilotCapacity2026", "the portal's name")]
    public async Task Password_ThatIsGuessedEarly_IsRefused(string password, string because) =>
        Assert.False(await StrongPasswords.IsStrongAsync(password, s_amira), because);

    [Theory]
    [InlineData("correct horse battery staple")]
    [InlineData("a password of some length")]
    [InlineData("long-enough-passw0rd")]
    [InlineData("583920174655")]
    [InlineData("überraschend grün")]
    [InlineData("amira likes seven lakes")]
    public async Task Password_OfItsOwn_IsTaken_WhateverItIsMadeOf(string password) =>
        Assert.True(await StrongPasswords.IsStrongAsync(password, s_amira));

    [Fact]
    public async Task Password_OfAnyLength_IsMeasuredInTime()
    {
        var password = string.Concat(Enumerable.Range(0, 4_000_000).Select(number => (char)('a' + (number * 7L * number % 26))));

        Assert.True(await StrongPasswords.IsStrongAsync(password, s_amira).WaitAsync(TimeSpan.FromSeconds(10)));
    }
}
