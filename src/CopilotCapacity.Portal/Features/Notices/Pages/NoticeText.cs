using CopilotCapacity.Domain.Quota;
using CopilotCapacity.Portal.Components.Shared;
using CopilotCapacity.Portal.Features.Quota;

namespace CopilotCapacity.Portal.Features.Notices.Pages;

/// <summary>The words of the page of the in-app notice.</summary>
internal static class NoticeText
{
    public static string Seen(QuotaStatus status) => status switch
    {
        QuotaStatus.Available => "No notice: AI features work, and nobody is bothered.",
        QuotaStatus.Low => "Users are told politely, and can put the notice away until it gets worse.",
        _ => "Users are told at once, and screen readers say it.",
    };

    public static string Left(QuotaDto quota) =>
        quota.Remaining is { } left ? $"{Formats.Credits(left)} credits left of all it can reach" : "nothing limits it";

    public static string Origins(int count) => count switch
    {
        0 => "no page of another site may show it yet",
        1 => "pages of 1 site may show it",
        _ => $"pages of {count} sites may show it",
    };

    public static string Snippet(string portal, Guid environment) => $"""
        <script type="module" src="{portal}banner.js"></script>
        <copilot-credits-banner environment="{environment}"
          src="{portal.TrimEnd('/')}" token-src="/your-server/banner-token"></copilot-credits-banner>
        """;
}

/// <summary>The words of what clients do while the portal cannot be reached.</summary>
internal static class UnreachableText
{
    public static string Short(UnreachableRule rule) => rule.Limit switch
    {
        null => "AI features go on",
        { IsPositive: true } some => $"Up to {Formats.Credits(some)} credits",
        _ => "AI features wait",
    };

    public static string Sentence(UnreachableRule rule) => rule.Limit switch
    {
        null => "Clients let every AI action run, and tell the portal afterwards. Nobody waits; what is used may be more than there is.",
        { IsPositive: true } some => $"Each client lets AI actions run for up to {Formats.Credits(some)} credits, and tells the portal afterwards. Then it waits.",
        _ => "Clients let no AI action run until the portal answers again. Nothing is used that nobody has approved.",
    };
}
