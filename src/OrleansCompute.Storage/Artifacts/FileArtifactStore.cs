using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using OrleansCompute.Contracts;
using OrleansCompute.Contracts.Storage;

namespace OrleansCompute.Storage.Artifacts;

/// <summary>
/// Files named by their SHA-256, in folders by its first two digits (<c>ab/cdef…</c>). A file is written beside them, flushed, and renamed into
/// place, so it is there whole or not at all. One instance per folder. Thread-safe.
/// </summary>
internal sealed partial class FileArtifactStore : IArtifactStore
{
    private const string TemporaryFolderName = ".incoming";
    private const int HashHexLength = 64;

    // 128 KB: fewer system calls than the 80 KB of Stream.CopyTo, and no large-object allocation with the pooled stream buffers.
    private const int BufferBytes = 128 * 1024;

    private readonly string _root;
    private readonly string _incoming;
    private readonly ILogger _logger;

    // What a file looked like when its bytes were last checked against its name.
    private readonly ConcurrentDictionary<string, (long SizeBytes, DateTime WrittenAt)> _verified = new(StringComparer.Ordinal);

    /// <summary>Opens the folder, creating it; removes what an interrupted process left half written.</summary>
    public FileArtifactStore(string root, ILogger<FileArtifactStore> logger)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(root);
        _root = Path.GetFullPath(root);
        _incoming = Path.Combine(_root, TemporaryFolderName);
        _logger = logger;
        Directory.CreateDirectory(_incoming);
        foreach (var stale in Directory.EnumerateFiles(_incoming))
        {
            File.Delete(stale);
            LogStaleRemoved(stale);
        }
    }

    /// <inheritdoc/>
    public async Task<ArtifactInfo> PutAsync(Stream content, long maxBytes, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(content);
        ArgumentOutOfRangeException.ThrowIfNegative(maxBytes);
        if (content.CanSeek && content.Length - content.Position > maxBytes)
        {
            throw TooLong(content.Length - content.Position, maxBytes);
        }

        var temporary = Path.Combine(_incoming, Guid.NewGuid().ToString("N"));
        try
        {
            var info = await WriteAsync(temporary, content, maxBytes, cancellationToken);
            return await Task.Run(() => Publish(temporary, info), CancellationToken.None);
        }
        finally
        {
            File.Delete(temporary); // nothing is there any more after a rename
        }
    }

    /// <inheritdoc/>
    public ArtifactInfo? Find(string sha256)
    {
        var file = new FileInfo(PathOf(sha256));
        return file.Exists ? new ArtifactInfo(sha256, file.Length) : null;
    }

    /// <inheritdoc/>
    /// <exception cref="FabricStorageException">The bytes of the file are not those that its name promises. They are checked when a file is
    /// opened for the first time, and again when its size or time changed.</exception>
    public Stream OpenRead(string sha256)
    {
        var path = PathOf(sha256);
        FileStream stream;
        try
        {
            stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, BufferBytes, FileOptions.Asynchronous);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new FabricRefusedException($"There is no artifact {sha256}; upload it first.", exception);
        }

        try
        {
            Verify(sha256, path, stream);
            return stream;
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    private static async Task<ArtifactInfo> WriteAsync(string path, Stream content, long maxBytes, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[BufferBytes];
        var size = 0L;
        await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 0, FileOptions.Asynchronous);
        while (await content.ReadAsync(buffer, cancellationToken) is var read and > 0)
        {
            size += read;
            if (size > maxBytes)
            {
                throw TooLong(size, maxBytes);
            }

            hash.AppendData(buffer, 0, read);
            await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }

        await Task.Run(() => file.Flush(flushToDisk: true), cancellationToken);
        return new ArtifactInfo(Convert.ToHexStringLower(hash.GetHashAndReset()), size);
    }

    private static FabricRefusedException TooLong(long size, long maxBytes) =>
        new($"The content has {size} bytes or more; allowed: up to {maxBytes}.");

    private ArtifactInfo Publish(string temporary, ArtifactInfo info)
    {
        var path = PathOf(info.Sha256);
        var folder = Path.GetDirectoryName(path)!;
        if (!Directory.Exists(folder))
        {
            Directory.CreateDirectory(folder);
            DirectoryFlush.Flush(_root);
        }

        try
        {
            // Also over a file of that name: its bytes are the same, unless it was damaged, and then this mends it.
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException && File.Exists(path))
        {
            // Windows does not replace a file that is open; what is there has the same name, and OpenRead checks its bytes.
        }

        DirectoryFlush.Flush(folder);
        var file = new FileInfo(path);
        if (file.Length == info.SizeBytes)
        {
            _verified[info.Sha256] = (file.Length, file.LastWriteTimeUtc);
        }

        return info;
    }

    private void Verify(string sha256, string path, FileStream stream)
    {
        var now = (stream.Length, File.GetLastWriteTimeUtc(stream.SafeFileHandle));
        if (_verified.TryGetValue(sha256, out var then) && then == now)
        {
            return;
        }

        var actual = Convert.ToHexStringLower(SHA256.HashData(stream));
        stream.Position = 0;
        if (actual != sha256)
        {
            LogDamaged(path, actual);
            throw new FabricStorageException(
                $"The artifact '{path}' is damaged: its {stream.Length} bytes have the SHA-256 {actual}. Upload it again, which replaces the file.");
        }

        _verified[sha256] = now;
    }

    /// <summary>The only way from a name to a path: 64 hexadecimal digits hold no separator and no dot.</summary>
    private string PathOf(string sha256)
    {
        if (sha256 is not { Length: HashHexLength } || !sha256.All(char.IsAsciiHexDigitLower))
        {
            var shown = sha256 is { Length: > 80 } ? sha256[..80] + "…" : sha256;
            throw new FabricRefusedException($"The artifact name is '{shown}'; allowed: {HashHexLength} lower-case hexadecimal digits.");
        }

        return Path.Combine(_root, sha256[..2], sha256[2..]);
    }
}
