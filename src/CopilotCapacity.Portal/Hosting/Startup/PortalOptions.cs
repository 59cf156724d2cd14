using CopilotCapacity.Metering;
using Microsoft.Extensions.Options;

namespace CopilotCapacity.Portal.Hosting.Startup;

/// <summary>The first way in, section <c>Bootstrap</c>. Nothing is set by default.</summary>
public sealed class BootstrapOptions
{
    /// <summary>The name of the settings section.</summary>
    public const string Section = "Bootstrap";

    /// <summary>An API key with the scope <c>portal:admin</c>; null for none.</summary>
    public string? AdminApiKey { get; set; }

    /// <summary>The e-mail address of the first portal administrator; null for none.</summary>
    public string? AdminEmail { get; set; }

    /// <summary>Their password, used only while there is no such person yet.</summary>
    public string? AdminPassword { get; set; }
}

/// <summary>The demo, section <c>Demo</c>.</summary>
public sealed class DemoOptions
{
    /// <summary>The name of the settings section.</summary>
    public const string Section = "Demo";

    /// <summary>Whether an empty database is given a demo tenant with live traffic.</summary>
    public bool Enabled { get; set; }

    /// <summary>Whether the demo tenant's traffic goes on while the portal runs.</summary>
    public bool Traffic { get; set; } = true;

    /// <summary>How many months of past usage are made up. 0 to 12.</summary>
    public int Months { get; set; } = 3;
}

internal static class PortalOptionsExtensions
{
    public static void AddPortalOptions(this IServiceCollection services)
    {
        services.AddOptions<BootstrapOptions>().BindConfiguration(BootstrapOptions.Section);
        services.AddOptions<DemoOptions>().BindConfiguration(DemoOptions.Section)
            .Validate(options => options.Months is >= 0 and <= 12, "Demo:Months must be 0 to 12.")
            .ValidateOnStart();
        services.AddOptions<MeteringOptions>().BindConfiguration(MeteringOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<MeteringOptions>, MeteringOptionsValidator>();
    }

    private sealed class MeteringOptionsValidator : IValidateOptions<MeteringOptions>
    {
        public ValidateOptionsResult Validate(string? name, MeteringOptions options)
        {
            var problems = options.Problems().ToList();
            return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
        }
    }
}
