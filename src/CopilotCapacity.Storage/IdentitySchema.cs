using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace CopilotCapacity.Storage;

/// <summary>
/// Tells a context which schema of people it has. ASP.NET Core Identity asks the program's services for it, which are not there
/// wherever a context is made, and two models of one database must not be.
/// </summary>
internal static class IdentitySchema
{
    private static readonly ServiceProvider s_services = new ServiceCollection()
        .Configure<IdentityOptions>(options => options.Stores.SchemaVersion = IdentitySchemaVersions.Version3)
        .BuildServiceProvider();

    /// <summary>The schema with passkeys.</summary>
    public static DbContextOptionsBuilder UsePasskeys(this DbContextOptionsBuilder options) => options.UseApplicationServiceProvider(s_services);
}
