namespace CopilotCapacity.Portal.Features.Notices;

/// <summary>That a route may be asked with a banner token. Every other route does not know such a token.</summary>
internal sealed class BannerAccess;

/// <summary>Marks routes for banner tokens.</summary>
internal static class BannerAccessExtensions
{
    public static TBuilder AcceptsBannerToken<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new BannerAccess());
}
