using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace CopilotCapacity.AzureStandIn.PowerPlatform;

/// <summary>Says what is wrong with a value at a path by the documented shape; null when nothing is.</summary>
internal delegate string? Shape(JsonNode? value, string path);

/// <summary>Shapes, as the service's own document words them: no field that is not named there, no other kind of value.</summary>
internal static class Shapes
{
    public static readonly Shape Text = (value, path) => value?.GetValueKind() is JsonValueKind.String ? null : $"{path} is a string.";

    public static readonly Shape Flag = (value, path) => value?.GetValueKind() is JsonValueKind.True or JsonValueKind.False ? null : $"{path} is a boolean.";

    public static readonly Shape Number = (value, path) => value?.GetValueKind() is JsonValueKind.Number ? null : $"{path} is a number.";

    public static readonly Shape Whole = (value, path) =>
        value?.GetValueKind() is JsonValueKind.Number && int.TryParse(value.ToJsonString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _) ? null : $"{path} is an int32.";

    public static readonly Shape Id = (value, path) => Guid.TryParse((value as JsonValue)?.ToString(), out _) ? null : $"{path} is a uuid.";

    public static Shape OneOf(params string[] words) => (value, path) =>
        value?.GetValueKind() is JsonValueKind.String && words.Contains((string?)value, StringComparer.Ordinal) ? null : $"{path} is one of {string.Join(", ", words)}.";

    public static Shape ListOf(Shape shape) => (value, path) => value is not JsonArray items
        ? $"{path} is an array."
        : items.Select((item, index) => shape(item, $"{path}[{index}]")).FirstOrDefault(problem => problem is not null);

    /// <summary>An object; a field whose name ends in ! has to be there.</summary>
    public static Shape Of(params (string Name, Shape Shape)[] fields) => (value, path) =>
    {
        if (value is not JsonObject given)
        {
            return $"{path} is an object.";
        }

        var known = fields.ToDictionary(field => field.Name.TrimEnd('!'), field => field.Shape, StringComparer.Ordinal);
        if (fields.FirstOrDefault(field => field.Name.EndsWith('!') && !given.ContainsKey(field.Name.TrimEnd('!'))) is { Name: { } missing })
        {
            return $"{path}.{missing.TrimEnd('!')} is required.";
        }

        return given.Select(field => known.TryGetValue(field.Key, out var shape) ? shape(field.Value, $"{path}.{field.Key}") : $"{path}.{field.Key} is not known.")
            .FirstOrDefault(problem => problem is not null);
    };
}
