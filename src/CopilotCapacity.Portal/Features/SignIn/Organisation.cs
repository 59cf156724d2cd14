using System.Security.Claims;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Portal.Hosting.Security;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace CopilotCapacity.Portal.Features.SignIn;

/// <summary>Signing in with the organisation's own provider, Entra ID or any other, section <c>OpenIdConnect</c>. Off without an authority.</summary>
public sealed class OrganisationOptions
{
    /// <summary>The name of the settings section.</summary>
    public const string Section = "OpenIdConnect";

    /// <summary>The provider's address; null for none.</summary>
    public string? Authority { get; set; }

    /// <summary>The portal's id at the provider.</summary>
    public string? ClientId { get; set; }

    /// <summary>The portal's secret at the provider; null for a public client.</summary>
    public string? ClientSecret { get; set; }

    /// <summary>What the button says: "Sign in with …".</summary>
    public string Name { get; set; } = "your organisation";

    /// <summary>Whether the provider must be reached by HTTPS.</summary>
    public bool RequireHttpsMetadata { get; set; } = true;

    /// <summary>Who is let in, and to which tenants. Nobody else is.</summary>
    public List<OrganisationTenant> Tenants { get; set; } = [];

    /// <summary>Whether anybody can sign in this way.</summary>
    public bool IsOn => !string.IsNullOrEmpty(Authority);

    internal IEnumerable<string> Problems()
    {
        if (!IsOn)
        {
            yield break;
        }

        if (string.IsNullOrEmpty(ClientId))
        {
            yield return $"{Section}:ClientId is missing.";
        }

        if (Tenants.Count == 0)
        {
            yield return $"{Section}:Tenants names nobody who may come in.";
        }

        if (Tenants.Exists(tenant => string.IsNullOrEmpty(tenant.Issuer) || tenant.Tenant == Guid.Empty || !Enum.IsDefined(tenant.Role) || tenant.Role == TenantRole.EnvironmentAdministrator))
        {
            yield return $"{Section}:Tenants needs an Issuer, a Tenant and a Role (Reader or TenantAdministrator) in each entry.";
        }
    }
}

/// <summary>A line of the list of those who are let in.</summary>
public sealed class OrganisationTenant
{
    /// <summary>The issuer that must have signed, to the letter.</summary>
    public string Issuer { get; set; } = "";

    /// <summary>The directory (claim <c>tid</c>) that must be named; null where the issuer has but one.</summary>
    public string? Directory { get; set; }

    /// <summary>The tenant of the portal they come to.</summary>
    public Guid Tenant { get; set; }

    /// <summary>What they are there when they come first; an administrator may change it.</summary>
    public TenantRole Role { get; set; } = TenantRole.Reader;

    /// <summary>Whether somebody comes from here.</summary>
    public bool Lets(OrganisationPerson person) =>
        string.Equals(Issuer, person.Issuer, StringComparison.Ordinal)
        && (Directory is null || string.Equals(Directory, person.Directory, StringComparison.OrdinalIgnoreCase));
}

/// <summary>
/// Somebody as their organisation's provider says. Who they are is issuer and subject; name and address are only shown.
/// </summary>
/// <param name="Issuer">Who says so.</param>
/// <param name="Subject">Their id there.</param>
/// <param name="Directory">The directory they are of; null where the issuer has but one.</param>
/// <param name="Name">How they are shown.</param>
/// <param name="Email">An address to show; it is no identity.</param>
public sealed record OrganisationPerson(string Issuer, string Subject, string? Directory, string Name, string? Email)
{
    /// <summary>Reads what a provider says; null when it does not say who somebody is.</summary>
    public static OrganisationPerson? From(ClaimsPrincipal? principal)
    {
        var (issuer, directory) = (principal?.FindFirstValue("iss"), principal?.FindFirstValue("tid"));

        // Entra ID gives each application another subject; a person's id in their directory is the same everywhere.
        var subject = directory is null ? principal?.FindFirstValue("sub") : principal?.FindFirstValue("oid") ?? principal?.FindFirstValue("sub");
        var email = principal?.FindFirstValue("email") ?? principal?.FindFirstValue("preferred_username");
        return string.IsNullOrEmpty(issuer) || string.IsNullOrEmpty(subject)
            ? null
            : new OrganisationPerson(issuer, subject, directory, principal!.FindFirstValue("name") ?? email ?? "Somebody", email);
    }
}

/// <summary>Wires the provider's protocol: the code flow with PKCE, and nothing of it kept but who somebody is.</summary>
internal static class OrganisationStartup
{
    public static void AddOrganisation(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<OrganisationOptions>().BindConfiguration(OrganisationOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<OrganisationOptions>, Validator>();
        services.AddScoped<OrganisationDoor>();

        // Each request asks every such scheme whether it is its own; without a provider there is none to ask.
        if (configuration.GetSection(OrganisationOptions.Section).Get<OrganisationOptions>() is not { IsOn: true })
        {
            return;
        }

        services.AddAuthentication().AddOpenIdConnect();
        services.AddOptions<OpenIdConnectOptions>(OpenIdConnectDefaults.AuthenticationScheme)
            .Configure<IOptions<OrganisationOptions>, IOptions<SecurityOptions>>(Configure);
    }

    private static void Configure(OpenIdConnectOptions options, IOptions<OrganisationOptions> organisation, IOptions<SecurityOptions> security)
    {
        var settings = organisation.Value;
        options.Authority = settings.Authority;
        options.ClientId = settings.ClientId;
        options.ClientSecret = settings.ClientSecret;
        options.RequireHttpsMetadata = settings.RequireHttpsMetadata;
        options.SignInScheme = IdentityConstants.ExternalScheme;
        options.ResponseType = OpenIdConnectResponseType.Code;
        options.ResponseMode = OpenIdConnectResponseMode.Query;
        options.UsePkce = true;
        options.SaveTokens = false;
        options.GetClaimsFromUserInfoEndpoint = true;
        options.MapInboundClaims = false;
        options.ClaimActions.Remove("iss");
        options.Scope.Clear();
        foreach (var scope in new[] { "openid", "profile", "email" })
        {
            options.Scope.Add(scope);
        }

        var secure = security.Value.Https == true ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
        (options.CorrelationCookie.SecurePolicy, options.CorrelationCookie.SameSite) = (secure, SameSiteMode.Lax);
        (options.NonceCookie.SecurePolicy, options.NonceCookie.SameSite) = (secure, SameSiteMode.Lax);

        // Whatever the provider says is no page of ours; the door says what became of it.
        options.Events.OnRemoteFailure = context =>
        {
            OrganisationLog.Failed(context.HttpContext.RequestServices.GetRequiredService<ILogger<OrganisationDoor>>(), context.Failure);
            context.Response.Redirect("/sign-in?problem=organisation");
            context.HandleResponse();
            return Task.CompletedTask;
        };
    }

    private sealed class Validator : IValidateOptions<OrganisationOptions>
    {
        public ValidateOptionsResult Validate(string? name, OrganisationOptions options)
        {
            var problems = options.Problems().ToList();
            return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
        }
    }
}

/// <summary>The log messages of the organisation's door.</summary>
internal static partial class OrganisationLog
{
    [LoggerMessage(EventId = 3501, Level = LogLevel.Warning, Message = "Somebody could not sign in with their organisation")]
    public static partial void Failed(ILogger logger, Exception? exception);

    [LoggerMessage(EventId = 3502, Level = LogLevel.Warning, Message = "Somebody of issuer {Issuer} was not let in: no line of OpenIdConnect:Tenants lets them")]
    public static partial void NotLetIn(ILogger logger, string issuer);
}
