using System.Buffers.Binary;
using System.IO.Compression;
using OrleansCompute.Contracts;

namespace OrleansCompute.Gateway.Datasets;

/// <summary>Reads the labels of an IDX file (unsigned bytes, one dimension), plain or gzip. Thread-safe.</summary>
internal static class IdxLabels
{
    /// <summary>Most labels: more than any image set in public use, and an array of 64 MiB.</summary>
    public const int MaxCount = 64 * 1024 * 1024;

    private const uint Magic = 0x00000801;
    private const int HeaderBytes = 8;
    private const int BlockBytes = 64 * 1024;

    /// <summary>Reads all labels. A header that promises more than the file has costs no memory.</summary>
    /// <exception cref="FabricRefusedException">It is no label file, or is damaged.</exception>
    public static async Task<byte[]> ReadAsync(Stream file, CancellationToken cancellationToken)
    {
        var start = new byte[2];
        var isGzip = await file.ReadAtLeastAsync(start, 2, throwOnEndOfStream: false, cancellationToken) == 2 && start is [0x1f, 0x8b];
        file.Position = 0;
        try
        {
            await using var content = isGzip ? new GZipStream(file, CompressionMode.Decompress, leaveOpen: true) : file;
            return await ReadContentAsync(content, cancellationToken);
        }
        catch (InvalidDataException error)
        {
            throw new FabricRefusedException($"The label artifact is damaged gzip: {error.Message}", error);
        }
    }

    private static async Task<byte[]> ReadContentAsync(Stream content, CancellationToken cancellationToken)
    {
        var header = new byte[HeaderBytes];
        var read = await content.ReadAtLeastAsync(header, HeaderBytes, throwOnEndOfStream: false, cancellationToken);
        if (read < HeaderBytes || BinaryPrimitives.ReadUInt32BigEndian(header) != Magic)
        {
            throw new FabricRefusedException(
                $"The label artifact begins with {Convert.ToHexStringLower(header.AsSpan(0, read))}; "
                + "allowed: an IDX file of labels, which begins with 00000801 and a count.");
        }

        var count = BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(4));
        if (count > MaxCount)
        {
            throw new FabricRefusedException($"The label artifact promises {count} labels; allowed: up to {MaxCount}.");
        }

        using var labels = new MemoryStream();
        var block = new byte[BlockBytes];
        while (labels.Length < count)
        {
            var wanted = (int)Math.Min(BlockBytes, count - labels.Length);
            read = await content.ReadAsync(block.AsMemory(0, wanted), cancellationToken);
            if (read == 0)
            {
                throw new FabricRefusedException($"The label artifact ends after {labels.Length} of {count} labels.");
            }

            labels.Write(block, 0, read);
        }

        return labels.ToArray();
    }
}
