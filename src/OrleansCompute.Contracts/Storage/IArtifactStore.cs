namespace OrleansCompute.Contracts.Storage;

/// <summary>Content-addressed files: models, datasets, checkpoints. An artifact appears whole or not at all. Thread-safe.</summary>
public interface IArtifactStore
{
    /// <summary>Stores a stream, durable when the task completes; the same bytes again are stored once.</summary>
    /// <param name="content">Read to its end.</param>
    /// <param name="maxBytes">Refused beyond this size.</param>
    /// <param name="cancellationToken">Stops; nothing is left behind.</param>
    /// <exception cref="FabricRefusedException">The content is longer than allowed.</exception>
    Task<ArtifactInfo> PutAsync(Stream content, long maxBytes, CancellationToken cancellationToken);

    /// <summary>Finds an artifact; null where there is none.</summary>
    /// <exception cref="FabricRefusedException">The name is not 64 lower-case hexadecimal digits.</exception>
    ArtifactInfo? Find(string sha256);

    /// <summary>Opens an artifact for reading from any position.</summary>
    /// <exception cref="FabricNotFoundException">There is no such artifact.</exception>
    Stream OpenRead(string sha256);
}
