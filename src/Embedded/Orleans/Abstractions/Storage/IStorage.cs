namespace Orleans.Core;

/// <summary>Reads and writes one state object of a grain.</summary>
public interface IStorage
{
    /// <summary>The version of the record that was last read or written; null when there is none.</summary>
    string? Etag { get; }

    /// <summary>Whether a record exists.</summary>
    bool RecordExists { get; }

    /// <summary>Removes the record and resets the state.</summary>
    Task ClearStateAsync();

    /// <summary>Stores the state.</summary>
    /// <exception cref="InconsistentStateException">Somebody else stored it since it was read.</exception>
    Task WriteStateAsync();

    /// <summary>Reads the record; changes in memory are lost.</summary>
    Task ReadStateAsync();

    /// <inheritdoc cref="ClearStateAsync()"/>
    Task ClearStateAsync(CancellationToken cancellationToken) => ClearStateAsync();

    /// <inheritdoc cref="WriteStateAsync()"/>
    Task WriteStateAsync(CancellationToken cancellationToken) => WriteStateAsync();

    /// <inheritdoc cref="ReadStateAsync()"/>
    Task ReadStateAsync(CancellationToken cancellationToken) => ReadStateAsync();
}
