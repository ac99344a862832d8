using System.Globalization;
using System.Text.RegularExpressions;

namespace OrleansCompute.Cli.Bench;

/// <summary>Sizes of a matrix product, and which operands are stored transposed.</summary>
internal sealed partial record ProductShape(int Rows, int Columns, int Depth, bool TransposesLeft, bool TransposesRight)
{
    private const int MaxSize = 16384;

    /// <summary>
    /// Squares from 256 to 2048 and odd ones, flat and tall ones, ten columns or steps, and what the layers of the benchmark models
    /// are in training with batches of 64 and 256: forward, the inputs' gradients (T on the right), the weights' (T on the left).
    /// </summary>
    public static IReadOnlyList<ProductShape> Defaults { get; } =
    [
        .. "256x256x256 384x384x384 512x512x512 768x768x768 1024x1024x1024 1536x1536x1536 2048x2048x2048".Split(' ').Select(Parse),
        .. "100x100x100 257x255x259 511x511x511 511x513x509 1000x1000x1000 1023x1023x1023 1023x1025x1021 2047x2047x2047".Split(' ').Select(Parse),
        .. "512x512x512TN 512x512x512NT 1024x1024x1024TN 1024x1024x1024NT 1024x1024x1024TT 1023x1023x1023TN 1023x1023x1023NT".Split(' ').Select(Parse),
        .. "1000x77x333 1000x333x77 77x1000x333 2048x256x256 256x2048x256 256x256x2048 2048x2048x64 64x2048x2048 2048x64x2048".Split(' ').Select(Parse),
        .. "256x128x10 256x10x128 1000x10x1000 1000x1000x10 10x1000x1000".Split(' ').Select(Parse),
        .. "64x256x784 784x256x64TN 64x128x256 256x128x64TN 64x256x128NT 64x10x128 128x10x64TN 64x128x10NT".Split(' ').Select(Parse),
        .. "256x256x784 784x256x256TN 128x10x256TN 256x128x10NT 64x128x1568 1568x128x64TN 64x1568x128NT".Split(' ').Select(Parse),
        .. "4096x384x128 128x384x4096TN 4096x128x384NT 4096x512x128 128x512x4096TN 4096x128x512 512x128x4096TN 4096x65x128 128x65x4096TN 4096x128x65NT".Split(' ').Select(Parse),
    ];

    /// <summary>Billions of floating-point operations.</summary>
    public double GigaFlops => 2e-9 * Rows * Columns * Depth;

    /// <summary>Reads ROWSxCOLUMNSxDEPTH, followed by NN, TN, NT or TT for operands that are stored transposed, or by nothing.</summary>
    /// <exception cref="FormatException">The text is not of this form; the message says how it should be.</exception>
    public static ProductShape Parse(string text)
    {
        var match = Form().Match(text);
        int[] sizes = match.Success
            ? [.. Enumerable.Range(1, 3).Select(i => int.Parse(match.Groups[i].ValueSpan, CultureInfo.InvariantCulture))]
            : [];
        return match.Success && sizes.All(size => size is >= 1 and <= MaxSize)
            ? new ProductShape(sizes[0], sizes[1], sizes[2], match.Groups[4].ValueSpan.StartsWith("T"), match.Groups[4].ValueSpan.EndsWith("T"))
            : throw new FormatException($"'{text}'; allowed ROWSxCOLUMNSxDEPTH of 1 to {MaxSize} each, with NN, TN, NT or TT behind for transposed operands, as in 256x10x128TN");
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Rows} x {Columns} x {Depth} {(TransposesLeft ? 'T' : 'N')}{(TransposesRight ? 'T' : 'N')}";

    [GeneratedRegex("^([0-9]{1,5})x([0-9]{1,5})x([0-9]{1,5})([NT]{2})?$", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
