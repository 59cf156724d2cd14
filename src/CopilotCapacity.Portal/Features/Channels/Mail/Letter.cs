using System.Text.Json;

namespace CopilotCapacity.Portal.Features.Channels.Mail;

/// <summary>A mail as it is kept until it has come through.</summary>
/// <param name="Title">What the log calls it.</param>
/// <param name="Subject">Its subject.</param>
/// <param name="Text">What it says, plain.</param>
/// <param name="Html">What it says, with a little shape.</param>
/// <param name="Story">What it is about, so that mail programs show together what belongs together; null for a mail of its own.</param>
internal sealed record Letter(string Title, string Subject, string Text, string Html, string? Story)
{
    public string ToJson() => JsonSerializer.Serialize(this, JsonSerializerOptions.Web);

    public static Letter FromJson(string json) => JsonSerializer.Deserialize<Letter>(json, JsonSerializerOptions.Web)!;
}
