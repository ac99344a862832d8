namespace OrleansCompute.Training.Data;

/// <summary>The content of an IDX image file (magic 2051): grey-scale images of one size. Immutable by convention; reads are thread-safe.</summary>
public sealed class IdxImages
{
    /// <summary>Magic number of image files: unsigned bytes, three dimensions.</summary>
    public const int Magic = 0x0803;

    /// <summary>Most images in a file: 10 million.</summary>
    public const int MaxCount = 10_000_000;

    /// <summary>Largest height and width, pixels.</summary>
    public const int MaxSide = 4096;

    /// <summary>Most bytes of pixels in one file: 1 GiB, so that one array holds them.</summary>
    public const long MaxPixelBytes = 1L << 30;

    private IdxImages(int count, int rows, int columns, byte[] pixels)
    {
        Count = count;
        Rows = rows;
        Columns = columns;
        Pixels = pixels;
    }

    /// <summary>Number of images.</summary>
    public int Count { get; }

    /// <summary>Height, pixels.</summary>
    public int Rows { get; }

    /// <summary>Width, pixels.</summary>
    public int Columns { get; }

    /// <summary>All images one after another, row by row, one byte per pixel (0 black).</summary>
    public ReadOnlyMemory<byte> Pixels { get; }

    /// <summary>Reads a file, gzip-compressed or plain.</summary>
    /// <param name="path">Path of the file.</param>
    /// <exception cref="DatasetFormatException">The content is not an IDX image file, is truncated or continues after its end.</exception>
    public static IdxImages ReadFile(string path)
    {
        using var stream = File.OpenRead(path);
        return Read(stream, path);
    }

    /// <summary>Reads to the end of a stream, gzip-compressed or plain; leaves it open.</summary>
    /// <param name="stream">Positioned at the first byte.</param>
    /// <param name="name">Names the source in errors.</param>
    /// <exception cref="DatasetFormatException">The content is not an IDX image file, is truncated or continues after its end.</exception>
    public static IdxImages Read(Stream stream, string name)
    {
        using var reader = IdxReader.Open(stream, name);
        reader.ReadMagic(Magic);
        var count = reader.ReadSize("a number of images", 0, MaxCount);
        var rows = reader.ReadSize("a number of rows", 1, MaxSide);
        var columns = reader.ReadSize("a number of columns", 1, MaxSide);
        var pixels = reader.ReadBytes((long)count * rows * columns, MaxPixelBytes, "pixels");
        reader.ExpectEnd();
        return new IdxImages(count, rows, columns, pixels);
    }
}
