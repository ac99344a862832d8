using System.Globalization;
using System.Security.Cryptography;
using OrleansCompute.Edge.Agent.Configuration;
using OrleansCompute.Training.Data;

namespace OrleansCompute.Edge.Agent.Cameras;

/// <summary>The images that a camera sees, a part of a file. Immutable.</summary>
internal sealed class CameraImages
{
    private readonly IdxImages _file;
    private readonly int _start;
    private readonly int _stride;

    private CameraImages(IdxImages file, int start, int stride, int count)
    {
        (_file, _start, _stride, Count) = (file, start, stride, count);
        Identity = $"{Convert.ToHexStringLower(SHA256.HashData(file.Pixels.Span).AsSpan(0, 8))}-{start}-{stride}-{count}";
    }

    /// <summary>Tells these images from others: a hash of the file's pixels, and which of them it is.</summary>
    public string Identity { get; }

    /// <summary>How many images.</summary>
    public int Count { get; }

    /// <summary>Pixels of each.</summary>
    public int PixelsPerImage => _file.Rows * _file.Columns;

    /// <summary>Reads the file.</summary>
    /// <exception cref="DatasetFormatException">It is no IDX image file, or damaged.</exception>
    /// <exception cref="AgentConfigException">It does not have the images asked for.</exception>
    public static CameraImages Open(CameraOptions options)
    {
        var file = IdxImages.ReadFile(options.ImagesPath);
        var available = options.Start >= file.Count ? 0 : ((file.Count - 1 - options.Start) / options.Stride) + 1;
        var count = options.Count ?? available;
        return available > 0 && count <= available
            ? new CameraImages(file, options.Start, options.Stride, count)
            : throw new AgentConfigException(
                $"camera: start {options.Start}, stride {options.Stride}, "
                + $"count {options.Count?.ToString(CultureInfo.InvariantCulture) ?? "all"}; "
                + $"'{options.ImagesPath}' has {file.Count} images, of which these settings allow a count of 1 to {available}.");
    }

    /// <summary>Place in the file of an image, from 0; it identifies the image to those who have its label.</summary>
    public int FileIndex(int image) => _start + (image * _stride);

    /// <summary>The pixels of an image.</summary>
    /// <param name="image">0 to Count - 1.</param>
    public ReadOnlyMemory<byte> Pixels(int image) => _file.Pixels.Slice(FileIndex(image) * PixelsPerImage, PixelsPerImage);
}
