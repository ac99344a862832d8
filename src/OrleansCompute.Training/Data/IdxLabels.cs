namespace OrleansCompute.Training.Data;

/// <summary>The content of an IDX label file (magic 2049): one class number per sample. Immutable by convention; reads are thread-safe.</summary>
public sealed class IdxLabels
{
    /// <summary>Magic number of label files: unsigned bytes, one dimension.</summary>
    public const int Magic = 0x0801;

    private const int HeaderBytes = 8;

    private IdxLabels(byte[] values) => Values = values;

    /// <summary>Number of labels.</summary>
    public int Count => Values.Length;

    /// <summary>Class numbers, 0 to 255, in the order of the images.</summary>
    public ReadOnlyMemory<byte> Values { get; }

    /// <summary>Reads a file, gzip-compressed or plain.</summary>
    /// <param name="path">Path of the file.</param>
    /// <param name="classCount">Number of classes, 1 to 256; a label outside them is an error. Default 256: any byte.</param>
    /// <exception cref="DatasetFormatException">The content is not an IDX label file, is truncated, continues after its end or has a label too large.</exception>
    public static IdxLabels ReadFile(string path, int classCount = 256)
    {
        using var stream = File.OpenRead(path);
        return Read(stream, path, classCount);
    }

    /// <summary>Reads to the end of a stream, gzip-compressed or plain; leaves it open.</summary>
    /// <param name="stream">Positioned at the first byte.</param>
    /// <param name="name">Names the source in errors.</param>
    /// <param name="classCount">Number of classes, 1 to 256; a label outside them is an error. Default 256: any byte.</param>
    /// <exception cref="DatasetFormatException">The content is not an IDX label file, is truncated, continues after its end or has a label too large.</exception>
    public static IdxLabels Read(Stream stream, string name, int classCount = 256)
    {
        if (classCount is < 1 or > 256)
        {
            throw new ArgumentOutOfRangeException(nameof(classCount), classCount, "classCount must be from 1 to 256.");
        }

        using var reader = IdxReader.Open(stream, name);
        reader.ReadMagic(Magic);
        var count = reader.ReadSize("a number of labels", 0, IdxImages.MaxCount);
        var values = reader.ReadBytes(count, IdxImages.MaxCount, "labels");
        reader.ExpectEnd();
        var tooLarge = classCount == 256 ? -1 : values.AsSpan().IndexOfAnyExceptInRange((byte)0, (byte)(classCount - 1));
        return tooLarge < 0
            ? new IdxLabels(values)
            : throw reader.Unexpected(HeaderBytes + tooLarge, $"a label from 0 to {classCount - 1}", $"{values[tooLarge]}");
    }
}
