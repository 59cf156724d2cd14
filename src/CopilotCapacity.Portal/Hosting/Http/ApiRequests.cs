using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CopilotCapacity.Domain.Ledger;
using CopilotCapacity.Domain.Tenancy;
using CopilotCapacity.Metering.Store;
using CopilotCapacity.Portal.Hosting.Json;

namespace CopilotCapacity.Portal.Hosting.Http;

/// <summary>What every call reads from its request: the body, the version it saw, the key it may be repeated with.</summary>
internal static class ApiRequests
{
    /// <summary>The largest body that is read.</summary>
    public const int BodyBytesMax = 4 * 1024 * 1024;

    private static readonly JsonDocumentOptions s_json = new() { MaxDepth = 32, AllowDuplicateProperties = false };

    /// <summary>Reads the whole body; null when it is too large.</summary>
    public static async Task<byte[]?> ReadBytesAsync(this HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentLength > BodyBytesMax)
        {
            return null;
        }

        if (request.ContentLength is { } length)
        {
            // The server refuses a body of another length.
            var body = GC.AllocateUninitializedArray<byte>((int)length);
            await request.Body.ReadExactlyAsync(body, cancellationToken);
            return body;
        }

        using var buffer = new MemoryStream(4096);
        var chunk = new byte[16 * 1024];
        int read;
        while ((read = await request.Body.ReadAsync(chunk, cancellationToken)) > 0)
        {
            if (buffer.Length + read > BodyBytesMax)
            {
                return null;
            }

            buffer.Write(chunk, 0, read);
        }

        return buffer.ToArray();
    }

    /// <summary>Reads the body as JSON. The second result is the problem when that fails.</summary>
    public static async Task<Body<T>> ReadBodyAsync<T>(this HttpRequest request, CancellationToken cancellationToken)
        where T : class
    {
        if (await request.ReadBytesAsync(cancellationToken) is not { } bytes)
        {
            return new Body<T>(null, [], Problems.Of(
                StatusCodes.Status413PayloadTooLarge, "too_large", "The body is larger than 4 MiB."));
        }

        try
        {
            // Parsed as a whole first, so that what is broken further down is no fault of the field before it.
            using var document = JsonDocument.Parse(bytes, s_json);
            return document.Deserialize<T>(ApiJson.ReadOptions) is { } value
                ? new Body<T>(value, bytes, null)
                : new Body<T>(null, bytes, NotJson("The body is empty."));
        }
        catch (JsonException exception) when (exception.Path is { Length: > 2 } path)
        {
            return new Body<T>(null, bytes, Problems.Invalid(path[2..], ReasonOf(exception)));
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // The latter is a lone surrogate in a name: legal JSON, but no text.
            return new Body<T>(null, bytes, NotJson("The body is not the JSON that is expected here."));
        }
    }

    /// <summary>
    /// Checks <c>If-Match</c> against the present version: null when it holds, else 428 when it is missing and 412 when it
    /// is another's.
    /// </summary>
    public static IResult? CheckIfMatch(this HttpRequest request, int version, out int? expected)
    {
        expected = null;
        var header = request.Headers.IfMatch;
        if (header.Count == 0)
        {
            return Problems.Of(
                StatusCodes.Status428PreconditionRequired, "precondition_required", "Send If-Match with the ETag you read, or *.");
        }

        var tags = header.SelectMany(value => (value ?? "").Split(',', StringSplitOptions.TrimEntries)).ToList();
        if (tags.Contains("*", StringComparer.Ordinal))
        {
            return null;
        }

        if (!tags.Contains(ETag(version), StringComparer.Ordinal))
        {
            return Problems.Of(
                StatusCodes.Status412PreconditionFailed, "precondition_failed", "The resource has changed since you read it.");
        }

        expected = version;
        return null;
    }

    /// <summary>A version as an ETag.</summary>
    public static string ETag(int version) => string.Create(CultureInfo.InvariantCulture, $"\"{version}\"");

    /// <summary>
    /// Reads <c>Idempotency-Key</c>. False when it is not usable; the key is null when there is none.
    /// </summary>
    public static bool TryReadIdempotencyKey(
        this HttpRequest request,
        TenantId tenant,
        byte[] body,
        [NotNullWhen(true)] out Repeatable? repeatable)
    {
        repeatable = new Repeatable(null, "");
        if (!request.Headers.TryGetValue("Idempotency-Key", out var header))
        {
            return true;
        }

        var key = header.ToString();
        if (key.Length is < 1 or > 255 || !key.All(character => character is >= ' ' and <= '~'))
        {
            return false;
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{request.Method} {request.Path}\n"));
        hash.AppendData(Canonical(body));
        repeatable = new Repeatable(new RequestKey(tenant, key), Convert.ToHexString(hash.GetHashAndReset()));
        return true;
    }

    // Two bodies that differ in white space only are the same request. The tokens are taken as they are written, since a
    // text that is not Unicode cannot be read and written again.
    private static byte[] Canonical(byte[] body)
    {
        using var tokens = new MemoryStream(body.Length);
        var reader = new Utf8JsonReader(body);
        while (reader.Read())
        {
            tokens.WriteByte((byte)reader.TokenType);
            tokens.Write(reader.ValueSpan);
            tokens.WriteByte(0);
        }

        return tokens.ToArray();
    }

    private static IResult NotJson(string detail) => Problems.Of(StatusCodes.Status400BadRequest, "invalid_json", detail);

    private static string ReasonOf(JsonException exception)
    {
        // The serializer adds where it stopped; the field is named beside the reason already.
        var end = exception.Message.IndexOf(" Path: ", StringComparison.Ordinal);
        return end < 0 ? exception.Message : exception.Message[..end];
    }
}

/// <summary>A body that was read, or the problem with it.</summary>
internal readonly record struct Body<T>(T? Value, byte[] Bytes, IResult? Problem)
    where T : class;

/// <summary>Whether a request may be repeated under a key.</summary>
/// <param name="Key">The key; null when the caller sent none.</param>
/// <param name="RequestHash">Stands for the request.</param>
internal sealed record Repeatable(RequestKey? Key, string RequestHash);
