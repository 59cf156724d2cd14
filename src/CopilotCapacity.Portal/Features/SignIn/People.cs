using System.Security.Claims;
using CopilotCapacity.Portal.Hosting.Security;
using CopilotCapacity.Portal.Hosting.Startup;
using CopilotCapacity.Storage;
using CopilotCapacity.Storage.Sqlite;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace CopilotCapacity.Portal.Features.SignIn;

/// <summary>Wires who may use the pages: people of the portal's own database, signed in by a cookie.</summary>
internal static class PeopleExtensions
{
    public static void AddPeople(this IServiceCollection services)
    {
        services.AddAuthentication(IdentityConstants.ApplicationScheme).AddIdentityCookies();
        services.AddIdentityCore<PortalUser>(options =>
            {
                // People are unique by the name they sign in with; an address an organisation gives says nothing.
                options.User.RequireUniqueEmail = false;
                options.Password.RequiredLength = 12;
                options.Password.RequireDigit = false;
                options.Password.RequireLowercase = false;
                options.Password.RequireUppercase = false;
                options.Password.RequireNonAlphanumeric = false;
                options.Lockout.MaxFailedAccessAttempts = 10;
                options.Stores.SchemaVersion = IdentitySchemaVersions.Version3;
            })
            .AddEntityFrameworkStores<PortalDbContext>()
            .AddSignInManager()
            .AddPasswordValidator<StrongPasswords>()
            .AddClaimsPrincipalFactory<PortalClaimsFactory>();
        services.ConfigureApplicationCookie(options =>
        {
            options.LoginPath = "/sign-in";
            options.ReturnUrlParameter = "returnUrl";
            options.Cookie.HttpOnly = true;
            options.Cookie.SameSite = SameSiteMode.Lax;
            options.SlidingExpiration = true;
            options.ExpireTimeSpan = Sessions.Idle;
        });
        services.AddSingleton<Sessions>();
        services.AddOptions<CookieAuthenticationOptions>(IdentityConstants.ApplicationScheme)
            .Configure<Sessions>((options, sessions) =>
            {
                options.SessionStore = sessions;
                options.CookieManager = new DoorCookies();
            });
        services.Configure<PasswordHasherOptions>(options => options.IterationCount = 210_000);
        services.AddAuthorization();
        services.AddCookies();
        services.Configure<SecurityStampValidatorOptions>(options => options.ValidationInterval = TimeSpan.FromSeconds(30));
        services.Configure<IdentityPasskeyOptions>(options => options.UserVerificationRequirement = "required");
        services.AddSingleton<PersonAudit>();
        services.AddScoped<AccountPages>();
        services.AddDataProtection().SetApplicationName("CopilotCapacity");
        services.AddOptions<Microsoft.AspNetCore.DataProtection.KeyManagement.KeyManagementOptions>()
            .Configure<SqliteDatabase, ILoggerFactory>((options, database, loggers) =>
                options.XmlRepository = new Microsoft.AspNetCore.DataProtection.Repositories.FileSystemXmlRepository(
                    Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(database.File)!, "keys")), loggers));
        services.AddSingleton<OneTimeLinks>();
        services.AddHostedService<FirstAdministrator>();
    }
}

/// <summary>Puts the display name and the role into the cookie's claims.</summary>
internal sealed class PortalClaimsFactory(UserManager<PortalUser> users, IOptions<IdentityOptions> options)
    : UserClaimsPrincipalFactory<PortalUser>(users, options)
{
    protected override async Task<ClaimsIdentity> GenerateClaimsAsync(PortalUser user)
    {
        var identity = await base.GenerateClaimsAsync(user);

        // People are shown by their name, not by the e-mail address they sign in with.
        identity.TryRemoveClaim(identity.FindFirst(identity.NameClaimType));
        identity.AddClaim(new Claim(identity.NameClaimType, user.DisplayName));
        if (user.IsPortalAdministrator)
        {
            identity.AddClaim(new Claim(PortalClaims.PortalAdministrator, "true"));
        }

        return identity;
    }
}

/// <summary>The portal's own claims.</summary>
internal static class PortalClaims
{
    public const string PortalAdministrator = "portal_administrator";

    /// <summary>Which of a person's sessions it is.</summary>
    public const string Session = "portal_session";
}

/// <summary>
/// Sees to it that somebody can sign in: makes the administrator named in the settings, or prints a one-time link while there
/// is none.
/// </summary>
internal sealed class FirstAdministrator(
    IServiceScopeFactory scopes,
    IOptions<BootstrapOptions> bootstrap,
    IOptions<DemoOptions> demo,
    OneTimeLinks links,
    IHostApplicationLifetime lifetime,
    IConfiguration configuration) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<PortalUser>>();
        var settings = bootstrap.Value;
        if (settings.AdminEmail is { Length: > 0 } email && settings.AdminPassword is { Length: > 0 } password)
        {
            await EnsureAsync(users, email, password);
            return;
        }

        var somebody = await users.Users.Where(user => user.IsPortalAdministrator).OrderBy(user => user.Id).FirstOrDefaultAsync(cancellationToken);
        if (somebody is null && demo.Value.Enabled)
        {
            somebody = new PortalUser
            {
                UserName = "demo@contoso.example",
                Email = "demo@contoso.example",
                DisplayName = "Amira Vogel",
                IsPortalAdministrator = true,
            };
            Require(await users.CreateAsync(somebody));
        }

        var (path, purpose) = somebody is null
            ? ("/set-up?token=" + links.Create(null), "Set up the first administrator")
            : ("/sign-in/link?token=" + links.Create(somebody.Id), "Sign in once");
        if (somebody is null || demo.Value.Enabled)
        {
            lifetime.ApplicationStarted.Register(() =>
                Console.WriteLine($"{purpose}: {FirstAddress()}{path}"));
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static async Task EnsureAsync(UserManager<PortalUser> users, string email, string password)
    {
        if (await users.FindByNameAsync(email) is not null)
        {
            return;
        }

        var administrator = new PortalUser
        {
            UserName = email,
            Email = email,
            DisplayName = email,
            IsPortalAdministrator = true,
        };
        Require(await users.CreateAsync(administrator, password));
    }

    private static void Require(IdentityResult result)
    {
        if (!result.Succeeded)
        {
            var reasons = string.Join(' ', result.Errors.Select(error => error.Description));
            throw new OptionsValidationException("Bootstrap", typeof(BootstrapOptions), [$"Bootstrap: {reasons}"]);
        }
    }

    private string FirstAddress() =>
        (configuration["Urls"] ?? "http://localhost:5080").Split(';')[0].TrimEnd('/');
}
