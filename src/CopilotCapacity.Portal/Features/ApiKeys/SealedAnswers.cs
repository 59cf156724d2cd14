using System.Security.Cryptography;
using System.Text;
using CopilotCapacity.Portal.Hosting.Http;
using CopilotCapacity.Storage;
using CopilotCapacity.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace CopilotCapacity.Portal.Features.ApiKeys;

/// <summary>
/// Remembers the answer that shows a new secret, for a repeated request. The secret in it must not lie readable in the database, so
/// the answer is sealed with the key of whoever asked, of which only a hash is kept there: nobody else can have it again.
/// </summary>
internal sealed class SealedAnswers(PortalDbContext context, HttpRequest request)
{
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    /// <summary>The answer to the same request before; null when there was none.</summary>
    public async Task<IResult?> FindAsync(Repeatable repeatable, CancellationToken cancellationToken)
    {
        if (repeatable.Key is not { } key)
        {
            return null;
        }

        var row = await context.Answers.AsNoTracking()
            .SingleOrDefaultAsync(row => row.Tenant == key.Tenant.Value && row.Key == key.Key, cancellationToken);
        if (row is null)
        {
            return null;
        }

        var isSame = string.Equals(row.RequestHash, repeatable.RequestHash, StringComparison.Ordinal);
        return isSame && Open(row.Body) is { } body
            ? new ApiAnswer(row.Status, body) { ETag = row.ETag, Location = row.Location }
            : Problems.Invalid("Idempotency-Key", "This key was used for another request.", "idempotency_key_reused");
    }

    /// <summary>Adds the answer to what is saved next.</summary>
    public void Add(Repeatable repeatable, string body, DateTimeOffset now, string? etag = null, string? location = null)
    {
        if (repeatable.Key is { } key)
        {
            context.Answers.Add(new AnswerRow
            {
                Tenant = key.Tenant.Value,
                Key = key.Key,
                RequestHash = repeatable.RequestHash,
                Status = StatusCodes.Status201Created,
                Body = Seal(body),
                ETag = etag,
                Location = location,
                At = now,
            });
        }
    }

    private string Seal(string body)
    {
        var plain = Encoding.UTF8.GetBytes(body);
        var sealedBytes = new byte[NonceBytes + TagBytes + plain.Length];
        RandomNumberGenerator.Fill(sealedBytes.AsSpan(0, NonceBytes));
        using var cipher = CreateCipher();
        cipher.Encrypt(
            sealedBytes.AsSpan(0, NonceBytes), plain, sealedBytes.AsSpan(NonceBytes + TagBytes), sealedBytes.AsSpan(NonceBytes, TagBytes));
        return Convert.ToBase64String(sealedBytes);
    }

    // Null when it was sealed for somebody else.
    private string? Open(string body)
    {
        try
        {
            var sealedBytes = Convert.FromBase64String(body);
            var plain = new byte[sealedBytes.Length - NonceBytes - TagBytes];
            using var cipher = CreateCipher();
            cipher.Decrypt(
                sealedBytes.AsSpan(0, NonceBytes), sealedBytes.AsSpan(NonceBytes + TagBytes), sealedBytes.AsSpan(NonceBytes, TagBytes), plain);
            return Encoding.UTF8.GetString(plain);
        }
        catch (Exception exception) when (exception is CryptographicException or FormatException)
        {
            return null;
        }
    }

    private AesGcm CreateCipher()
    {
        var secret = Encoding.UTF8.GetBytes(request.Headers.Authorization.ToString()["Bearer ".Length..].Trim());
        return new AesGcm(HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, 32, info: "api-key answers"u8.ToArray()), TagBytes);
    }
}
