using System.Text.Json;

namespace CopilotCapacity.Azure.Http;

/// <summary>
/// What a service says of a failure. Azure says <c>{error: {code, message}}</c>; Power Platform also a bare <c>{code, message}</c>, a
/// problem with title and detail, or a list of what is wrong with the request.
/// </summary>
/// <param name="Code">Its own code.</param>
/// <param name="Message">Its own words.</param>
internal sealed record ServiceError(string? Code, string? Message)
{
    public static ServiceError? Of(JsonElement body) => body.ValueKind switch
    {
        JsonValueKind.Object when body.TryGetProperty("error", out var error) => Of(error),
        JsonValueKind.Object when body.TryGetProperty("errorMessage", out var error) && error.ValueKind is JsonValueKind.Object => Of(error),
        JsonValueKind.Object => new ServiceError(Text(body, "code"), Text(body, "message") ?? Text(body, "detail") ?? Text(body, "title")),
        JsonValueKind.Array when body.GetArrayLength() > 0 => Of(body[0]),
        _ => null,
    };

    private static string? Text(JsonElement body, string name) =>
        body.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;
}
