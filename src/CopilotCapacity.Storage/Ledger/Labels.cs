namespace CopilotCapacity.Storage.Ledger;

/// <summary>A tenant's texts by number. 0 stands for no text.</summary>
internal sealed class Labels
{
    private readonly Dictionary<string, int> _keys = new(StringComparer.Ordinal);
    private readonly List<(int Key, string Text)> _unwritten = [];

    public IReadOnlyList<(int Key, string Text)> Unwritten => _unwritten;

    public void Restore(int key, string text) => _keys.Add(text, key);

    public int KeyOf(string? text)
    {
        if (text is null)
        {
            return 0;
        }

        if (!_keys.TryGetValue(text, out var key))
        {
            key = _keys.Count + 1;
            _keys.Add(text, key);
            _unwritten.Add((key, text));
        }

        return key;
    }

    public void MarkWritten() => _unwritten.Clear();
}
