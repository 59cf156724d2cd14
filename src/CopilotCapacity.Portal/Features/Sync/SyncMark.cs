using System.Security.Cryptography;
using System.Text.Json;

namespace CopilotCapacity.Portal.Features.Sync;

/// <summary>A short text that is another one as soon as anything it was made of is.</summary>
internal static class SyncMark
{
    /// <summary>What stands for nothing being there.</summary>
    public const string None = "";

    public static string Of<T>(T value) => Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(value, JsonSerializerOptions.Web)))[..32];
}
