namespace OrleansCompute.Training.Checkpoints;

/// <summary>
/// A checkpoint in a file. Written to a temporary file beside it, flushed to the disk and renamed, so that the path always has a whole
/// checkpoint: the last or the new one. Concurrent calls to <see cref="SaveAsync"/> are not allowed.
/// </summary>
public sealed class CheckpointFile : ICheckpointStore
{
    // What the codec's limits allow at most fits into one array; a larger file is none of ours.
    private static readonly long MaxBytes = Array.MaxLength;

    /// <summary>Names the file; nothing is read or written yet.</summary>
    /// <param name="path">Path of the file; its folder exists.</param>
    public CheckpointFile(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        Path = path;
    }

    /// <summary>Path of the file.</summary>
    public string Path { get; }

    /// <inheritdoc/>
    public async Task SaveAsync(Checkpoint checkpoint, CancellationToken cancellationToken) =>
        await WriteAtomicallyAsync(Path, CheckpointCodec.Encode(checkpoint), cancellationToken);

    /// <summary>Reads the checkpoint, or null if there is none yet.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="CheckpointFormatException">The file is not an intact checkpoint.</exception>
    public async Task<Checkpoint?> TryLoadAsync(CancellationToken cancellationToken)
    {
        var file = new FileInfo(Path);
        if (!file.Exists)
        {
            return null;
        }

        return file.Length <= MaxBytes
            ? CheckpointCodec.Decode(await File.ReadAllBytesAsync(Path, cancellationToken))
            : throw new CheckpointFormatException($"'{Path}' has {file.Length} bytes; a checkpoint has at most {MaxBytes}.");
    }

    /// <summary>Replaces a file's content as a whole: readers and a crash see the old or the new content, never a part.</summary>
    /// <param name="path">Path of the file; its folder exists.</param>
    /// <param name="content">The new content.</param>
    /// <param name="cancellationToken">Gives up and leaves the old content.</param>
    public static async Task WriteAtomicallyAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        var temporary = path + ".tmp";
        try
        {
            await using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0, useAsync: true))
            {
                await stream.WriteAsync(content, cancellationToken);
                stream.Flush(flushToDisk: true);
            }

            cancellationToken.ThrowIfCancellationRequested();
            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }
}
