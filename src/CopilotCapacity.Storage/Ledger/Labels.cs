namespace CopilotCapacity.Storage.Ledger;

/// <summary>A tenant's texts by number. 0 stands for no text.</summary>
internal sealed class Labels
{
    private readonly Dictionary<string, int> _keys = new(StringComparer.Ordinal);
    private readonly List<(int Key, string Text)> _unwritten = [];
    private readonly Dictionary<(int Environment, int Agent), int> _names = [];

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

    /// <summary>True when an agent is told with another name than the last time; the new one is remembered.</summary>
    public bool IsNewName(int environment, int agent, int name)
    {
        if (_names.TryGetValue((environment, agent), out var known) && known == name)
        {
            return false;
        }

        _names[(environment, agent)] = name;
        return true;
    }

    public void MarkWritten() => _unwritten.Clear();
}
