namespace Orleans;

/// <summary>A state on its way to or from a storage.</summary>
/// <typeparam name="T">The state.</typeparam>
public interface IGrainState<T>
{
    /// <summary>The state.</summary>
    T? State { get; set; }

    /// <summary>The record's version; the storage sets it.</summary>
    string? ETag { get; set; }

    /// <summary>Whether a record exists; the storage sets it.</summary>
    bool RecordExists { get; set; }
}
