using System.Runtime.InteropServices;

namespace CopilotCapacity.Storage.Ledger;

/// <summary>
/// Says of a fingerprint that it is certainly not in a set, or that it may be. One key touches one cache line, with one bit in
/// each of its eight words, since filters of many megabytes are asked for every new event.
/// </summary>
internal sealed class BloomFilter
{
    private const int Words = 8;
    private const int WordBits = 64;
    private const ulong Mix = 0x9E37_79B9_7F4A_7C15;

    private readonly ulong[] _words;

    /// <summary>An empty filter.</summary>
    /// <param name="keys">How many keys it is to hold.</param>
    /// <param name="bitsPerKey">With 20 about one new key in 2,500 is taken for a known one, with 10 one in 60.</param>
    public BloomFilter(int keys, int bitsPerKey) => _words = new ulong[(((keys * bitsPerKey) / (Words * WordBits)) + 1) * Words];

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

    // Without a branch within: what it is asked for is nearly always not there, and so the processor can begin the next look
    // while the memory of this one is on its way.
    public bool MayHold(long fingerprint)
    {
        var bits = BitsOf(fingerprint);
        var all = 1UL;
        foreach (var word in LineOf(fingerprint))
        {
            all &= word >> (int)(bits % WordBits);
            bits /= WordBits;
        }

        return all != 0;
    }

    private static ulong BitsOf(long fingerprint) => unchecked((ulong)fingerprint * Mix) >> (WordBits - (Words * 6));

    private Span<ulong> LineOf(long fingerprint)
    {
        // The high half of the product: a number below the count of lines, without a division.
        var line = (int)Math.BigMul(unchecked((ulong)fingerprint), (ulong)(_words.Length / Words), out _);
        return _words.AsSpan(line * Words, Words);
    }
}
