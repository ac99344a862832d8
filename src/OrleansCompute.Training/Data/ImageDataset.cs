using System.Buffers.Binary;
using System.Security.Cryptography;

namespace OrleansCompute.Training.Data;

/// <summary>
/// Labelled grey-scale images in memory, one byte per pixel. Samples are copied out on demand as floats in 0 to 1,
/// in the layout [sample, 1, row, column]. Immutable; thread-safe.
/// </summary>
public sealed class ImageDataset
{
    // A table and not a division: exact value / 255f for each of the 256 bytes, and half the time of converting.
    private static readonly float[] UnitScale = [.. Enumerable.Range(0, 256).Select(value => value / 255f)];

    private readonly ReadOnlyMemory<byte> _pixels;
    private readonly ReadOnlyMemory<byte> _labels;
    private readonly Lazy<string> _contentHash;

    /// <summary>Wraps pixels and labels without copying; the caller must not change them afterwards.</summary>
    /// <param name="pixels">Images one after another, row by row.</param>
    /// <param name="labels">One class number per image, below <paramref name="classCount"/>.</param>
    /// <param name="rows">Height in pixels, 1 to 4096.</param>
    /// <param name="columns">Width in pixels, 1 to 4096.</param>
    /// <param name="classCount">Number of classes, 1 to 256.</param>
    /// <exception cref="ArgumentException">Sizes that do not fit together; the message has the values.</exception>
    public ImageDataset(ReadOnlyMemory<byte> pixels, ReadOnlyMemory<byte> labels, int rows, int columns, int classCount)
    {
        CheckRange(rows, 1, IdxImages.MaxSide, nameof(rows));
        CheckRange(columns, 1, IdxImages.MaxSide, nameof(columns));
        CheckRange(classCount, 1, 256, nameof(classCount));
        if (pixels.Length != (long)labels.Length * rows * columns)
        {
            throw new ArgumentException(
                $"pixels has {pixels.Length} bytes; {labels.Length} labels of {rows} x {columns} need {(long)labels.Length * rows * columns}.",
                nameof(pixels));
        }

        var tooLarge = classCount == 256 ? -1 : labels.Span.IndexOfAnyExceptInRange((byte)0, (byte)(classCount - 1));
        if (tooLarge >= 0)
        {
            throw new ArgumentException($"labels[{tooLarge}] is {labels.Span[tooLarge]}; allowed 0 to {classCount - 1}.", nameof(labels));
        }

        (_pixels, _labels, Rows, Columns, ClassCount) = (pixels, labels, rows, columns, classCount);
        _contentHash = new Lazy<string>(ComputeContentHash);
    }

    /// <summary>Number of samples.</summary>
    public int Count => _labels.Length;

    /// <summary>Height, pixels.</summary>
    public int Rows { get; }

    /// <summary>Width, pixels.</summary>
    public int Columns { get; }

    /// <summary>Number of classes.</summary>
    public int ClassCount { get; }

    /// <summary>Floats per sample: rows times columns.</summary>
    public int SampleLength => Rows * Columns;

    /// <summary>The class numbers in order.</summary>
    public ReadOnlyMemory<byte> Labels => _labels;

    /// <summary>SHA-256, lower-case hex, over count, rows, columns, classes (32-bit little endian each), pixels and labels. Computed at first use.</summary>
    public string ContentHash => _contentHash.Value;

    /// <summary>Reads a pair of IDX files.</summary>
    /// <param name="imagesPath">Image file, .gz or plain.</param>
    /// <param name="labelsPath">Label file, .gz or plain.</param>
    /// <param name="classCount">Number of classes, 1 to 256; default 10.</param>
    /// <exception cref="DatasetFormatException">A file is malformed, or the two hold different numbers of samples.</exception>
    public static ImageDataset Load(string imagesPath, string labelsPath, int classCount = 10)
    {
        var images = IdxImages.ReadFile(imagesPath);
        var labels = IdxLabels.ReadFile(labelsPath, classCount);
        return images.Count == labels.Count
            ? new ImageDataset(images.Pixels, labels.Values, images.Rows, images.Columns, classCount)
            : throw new DatasetFormatException(labelsPath, 4, $"{images.Count} labels, as many as images in '{imagesPath}'", $"{labels.Count}");
    }

    /// <summary>Consecutive samples as a data set of their own, without copying.</summary>
    /// <param name="start">First sample, 0 to <see cref="Count"/>.</param>
    /// <param name="count">Number of samples; start + count at most <see cref="Count"/>.</param>
    public ImageDataset Slice(int start, int count)
    {
        CheckRange(start, 0, Count, nameof(start));
        CheckRange(count, 0, Count - start, nameof(count));
        return new ImageDataset(
            _pixels.Slice(start * SampleLength, count * SampleLength), _labels.Slice(start, count), Rows, Columns, ClassCount);
    }

    /// <summary>The bytes of one image, row by row.</summary>
    /// <param name="index">0 to <see cref="Count"/> - 1.</param>
    public ReadOnlyMemory<byte> Image(int index)
    {
        CheckRange(index, 0, Count - 1, nameof(index));
        return _pixels.Slice(index * SampleLength, SampleLength);
    }

    /// <summary>Writes the chosen samples, pixel / 255 as float, and their labels into the caller's memory. Allocates nothing.</summary>
    /// <param name="indices">Sample indices, each 0 to <see cref="Count"/> - 1; any order, repeats allowed.</param>
    /// <param name="inputs">Receives indices.Length x <see cref="SampleLength"/> values; exactly that long.</param>
    /// <param name="labels">Receives indices.Length class numbers; exactly that long.</param>
    public void Copy(ReadOnlySpan<int> indices, Span<float> inputs, Span<int> labels)
    {
        if (inputs.Length != (long)indices.Length * SampleLength || labels.Length != indices.Length)
        {
            throw new ArgumentException(
                $"{indices.Length} samples need {(long)indices.Length * SampleLength} inputs and {indices.Length} labels; " +
                $"given were {inputs.Length} and {labels.Length}.");
        }

        var pixels = _pixels.Span;
        var classes = _labels.Span;
        for (var i = 0; i < indices.Length; i++)
        {
            var index = indices[i];
            CheckRange(index, 0, Count - 1, nameof(indices));
            Normalise(pixels.Slice(index * SampleLength, SampleLength), inputs.Slice(i * SampleLength, SampleLength));
            labels[i] = classes[index];
        }
    }

    /// <summary>Converts bytes to floats in 0 to 1: value / 255.</summary>
    /// <param name="pixels">Source bytes.</param>
    /// <param name="destination">At least as long as the source.</param>
    public static void Normalise(ReadOnlySpan<byte> pixels, Span<float> destination)
    {
        destination = destination[..pixels.Length];
        var table = UnitScale;
        for (var i = 0; i < pixels.Length; i++)
        {
            destination[i] = table[pixels[i]];
        }
    }

    private static void CheckRange(int value, int min, int max, string name)
    {
        if (value < min || value > max)
        {
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be from {min} to {max}.");
        }
    }

    private string ComputeContentHash()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> header = stackalloc byte[16];
        BinaryPrimitives.WriteInt32LittleEndian(header, Count);
        BinaryPrimitives.WriteInt32LittleEndian(header[4..], Rows);
        BinaryPrimitives.WriteInt32LittleEndian(header[8..], Columns);
        BinaryPrimitives.WriteInt32LittleEndian(header[12..], ClassCount);
        hash.AppendData(header);
        hash.AppendData(_pixels.Span);
        hash.AppendData(_labels.Span);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
