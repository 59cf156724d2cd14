using System.Text.Json;
using System.Text.Unicode;
using CopilotCapacity.Portal.Hosting.Http;
using Microsoft.Net.Http.Headers;

namespace CopilotCapacity.Portal.Features.Usage.CloudEvents;

/// <summary>
/// A request with events, in one of the modes of CloudEvents over HTTP: one structured event, a batch, plain JSON of either
/// shape, or binary, where the attributes are headers and the body is the data.
/// </summary>
/// <param name="Events">The events in their order.</param>
/// <param name="IsArray">True when the request was an array, whose refused events do not hold up the others.</param>
/// <param name="Problem">Why the request as a whole cannot be read; null when it can.</param>
internal sealed record CloudEventRequest(IReadOnlyList<ParsedEvent> Events, bool IsArray, IResult? Problem)
{
    /// <summary>The most events one request may hold.</summary>
    public const int EventsMax = 5_000;

    private const string Structured = "application/cloudevents+json";
    private const string Batch = "application/cloudevents-batch+json";
    private const string Plain = "application/json";

    private static readonly JsonDocumentOptions s_json = new() { MaxDepth = 32, AllowDuplicateProperties = false };

    public static async Task<CloudEventRequest> ReadAsync(HttpRequest request, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (await request.ReadBytesAsync(cancellationToken) is not { } body)
        {
            return Failed(StatusCodes.Status413PayloadTooLarge, "too_large", "The body is larger than 4 MiB.");
        }

        var isBinary = request.Headers.ContainsKey("ce-type") || request.Headers.ContainsKey("ce-id")
            || request.Headers.ContainsKey("ce-specversion");
        var mediaType = MediaTypeOf(request, isBinary);
        if (mediaType is null && !(isBinary && body.Length == 0))
        {
            return Failed(
                StatusCodes.Status415UnsupportedMediaType,
                "unsupported_media_type",
                $"Send {Structured}, {Batch} or {Plain}, in UTF-8.");
        }

        if (!Utf8.IsValid(body))
        {
            return NotJson("The body is not UTF-8.");
        }

        try
        {
            return isBinary && (mediaType is null or Plain)
                ? ReadBinary(request, body, now)
                : ReadJson(body, mediaType!, now);
        }
        catch (InvalidOperationException)
        {
            // A lone surrogate in a member's name is legal JSON, but no text.
            return NotJson("A name in the body is not Unicode.");
        }
        catch (JsonException exception)
        {
            return NotJson($"The body is not JSON that can be read, at line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}.");
        }
    }

    private static CloudEventRequest ReadJson(byte[] body, string mediaType, DateTimeOffset now)
    {
        using var document = JsonDocument.Parse(body, s_json);
        var root = document.RootElement;
        var mayBeObject = mediaType is Structured or Plain;
        var mayBeArray = mediaType is Batch or Plain;
        if (root.ValueKind == JsonValueKind.Object && mayBeObject)
        {
            return new CloudEventRequest([CloudEventReader.Read(root, now)], false, null);
        }

        if (root.ValueKind != JsonValueKind.Array || !mayBeArray)
        {
            return NotJson($"The body of {mediaType} is {(mayBeArray ? "an array of events" : "one event")}.");
        }

        if (root.GetArrayLength() > EventsMax)
        {
            return Failed(StatusCodes.Status413PayloadTooLarge, "too_many_events", $"A request holds at most {EventsMax} events.");
        }

        var events = new List<ParsedEvent>(root.GetArrayLength());
        foreach (var element in root.EnumerateArray())
        {
            events.Add(CloudEventReader.Read(element, now));
        }

        return new CloudEventRequest(events, true, null);
    }

    private static CloudEventRequest ReadBinary(HttpRequest request, byte[] body, DateTimeOffset now)
    {
        const string prefix = "ce-";
        var attributes = new EventAttributes();
        foreach (var (header, value) in request.Headers.Where(header => header.Key.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)))
        {
            attributes.Add(
                header[prefix.Length..].ToLowerInvariant(),
                Uri.UnescapeDataString(HeaderUtilities.UnescapeAsQuotedString(value.ToString()).ToString()));
        }

        if (body.Length == 0)
        {
            return new CloudEventRequest([CloudEventReader.Read(attributes, default, now)], false, null);
        }

        using var document = JsonDocument.Parse(body, s_json);
        return new CloudEventRequest([CloudEventReader.Read(attributes, document.RootElement, now)], false, null);
    }

    // Null for what is not understood: another type, or another charset than UTF-8.
    private static string? MediaTypeOf(HttpRequest request, bool isBinary)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type))
        {
            return null;
        }

        var isUtf8 = !type.Charset.HasValue
            || HeaderUtilities.RemoveQuotes(type.Charset).Equals("utf-8", StringComparison.OrdinalIgnoreCase);
        var name = type.MediaType.Value?.ToLowerInvariant();
        if (!isUtf8 || name is Structured or Batch or Plain)
        {
            return isUtf8 ? name : null;
        }

        // In binary mode the type is that of the data, and any JSON will do.
        return isBinary && type.Suffix.Equals("json", StringComparison.OrdinalIgnoreCase) ? Plain : null;
    }

    private static CloudEventRequest NotJson(string detail) => Failed(StatusCodes.Status400BadRequest, "invalid_json", detail);

    private static CloudEventRequest Failed(int status, string code, string detail) =>
        new([], false, Problems.Of(status, code, detail));
}
