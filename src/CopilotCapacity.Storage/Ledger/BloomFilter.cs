using System.Runtime.InteropServices;

namespace CopilotCapacity.Storage.Ledger;

/// <summary>
/// Says of a fingerprint that it is certainly not in a set, or that it may be. One key touches one cache line, with one bit in
/// each of its eight words, since a tenant's filters are asked one after the other for every new event.
/// </summary>
internal sealed class BloomFilter
{
    // With 20 bits about one new key in 2,500 is taken for a known one. Each mistake costs the read of a block, and many
    // filters are asked, so fewer bits would cost more in reads than they save in memory.
    private const int BitsPerKey = 20;
    private const int Words = 8;
    private const int WordBits = 64;
    private const ulong Mix = 0x9E37_79B9_7F4A_7C15;

    private readonly ulong[] _words;

    public BloomFilter(int keys) => _words = new ulong[(((keys * BitsPerKey) / (Words * WordBits)) + 1) * Words];

    /// <summary>Takes up what <see cref="Bytes"/> gave.</summary>
    public BloomFilter(ReadOnlySpan<byte> bytes) => _words = MemoryMarshal.Cast<byte, ulong>(bytes).ToArray();

    public ReadOnlySpan<byte> Bytes => MemoryMarshal.AsBytes(_words.AsSpan());

    public void Add(long fingerprint)
    {
        var bits = BitsOf(fingerprint);
        foreach (ref var word in LineOf(fingerprint))
        {
            word |= 1UL << (int)(bits % WordBits);
            bits /= WordBits;
        }
    }

    public bool MayHold(long fingerprint)
    {
        var bits = BitsOf(fingerprint);
        foreach (var word in LineOf(fingerprint))
        {
            if ((word & (1UL << (int)(bits % WordBits))) == 0)
            {
                return false;
            }

            bits /= WordBits;
        }

        return true;
    }

    private static ulong BitsOf(long fingerprint) => unchecked((ulong)fingerprint * Mix) >> (WordBits - (Words * 6));

    private Span<ulong> LineOf(long fingerprint)
    {
        // The high half of the product: a number below the count of lines, without a division.
        var line = (int)Math.BigMul(unchecked((ulong)fingerprint), (ulong)(_words.Length / Words), out _);
        return _words.AsSpan(line * Words, Words);
    }
}
