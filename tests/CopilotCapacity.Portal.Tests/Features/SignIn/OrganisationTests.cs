using System.Security.Claims;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Portal.Features.SignIn;

namespace CopilotCapacity.Portal.Tests.Features.SignIn;

public sealed class OrganisationTests
{
    [Theory]
    [InlineData("https://id.example", "dir-1", true)]
    [InlineData("https://id.example", "DIR-1", true)]
    [InlineData("https://id.example", "dir-2", false)]
    [InlineData("https://id.example", null, false)]
    [InlineData("https://id.example/", "dir-1", false)]
    [InlineData("https://ID.example", "dir-1", false)]
    [InlineData("https://evil.example", "dir-1", false)]
    public void Line_LetsItsIssuerAndDirectoryAlone(string issuer, string? directory, bool isLet)
    {
        var line = new OrganisationTenant { Issuer = "https://id.example", Directory = "dir-1", Tenant = Guid.NewGuid() };

        Assert.Equal(isLet, line.Lets(new OrganisationPerson(issuer, "s", directory, "Lee", null)));
    }

    [Fact]
    public void Person_IsIssuerAndSubject_OrTheirIdInTheirDirectory()
    {
        Assert.Equal(("https://id.example", "s-1"), Key(("iss", "https://id.example"), ("sub", "s-1"), ("email", "a@b.example")));
        Assert.Equal(("https://id.example", "o-1"), Key(("iss", "https://id.example"), ("sub", "s-1"), ("tid", "d"), ("oid", "o-1")));
        Assert.Null(Key(("sub", "s-1")));
        Assert.Null(Key(("iss", "https://id.example"), ("email", "a@b.example")));
        Assert.Null(OrganisationPerson.From(null));
    }

    [Theory]
    [InlineData("portal", "https://id.example", TenantRole.Reader, 0)]
    [InlineData(null, "https://id.example", TenantRole.Reader, 1)]
    [InlineData("portal", "", TenantRole.Reader, 1)]
    [InlineData("portal", "https://id.example", TenantRole.EnvironmentAdministrator, 1)]
    public void Settings_ThatCannotBe_AreSaid(string? client, string issuer, TenantRole role, int problems)
    {
        var options = new OrganisationOptions
        {
            Authority = "https://id.example",
            ClientId = client,
            Tenants = [new OrganisationTenant { Issuer = issuer, Tenant = Guid.NewGuid(), Role = role }],
        };

        Assert.Equal(problems, options.Problems().Count());
        Assert.Empty(new OrganisationOptions().Problems());
    }

    private static (string Issuer, string Subject)? Key(params (string Type, string Value)[] claims) =>
        OrganisationPerson.From(new ClaimsPrincipal(new ClaimsIdentity(claims.Select(claim => new Claim(claim.Type, claim.Value))))) is { } person
            ? (person.Issuer, person.Subject)
            : null;
}
