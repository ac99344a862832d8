using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Kernels.Cpu;

/// <summary>
/// Sizes of a convolution of one image; the batch is given per call. One-dimensional signals have height and kernel height 1. A
/// transposed convolution is the input gradient of the convolution whose input has the size of its result. Immutable.
/// </summary>
/// <param name="Channels">Input channels, 1 or more, a multiple of Groups.</param>
/// <param name="Height">Input rows, 1 or more.</param>
/// <param name="Width">Input columns, 1 or more.</param>
/// <param name="Filters">Output channels, 1 or more, a multiple of Groups.</param>
/// <param name="KernelHeight">Filter rows, 1 or more.</param>
/// <param name="KernelWidth">Filter columns, 1 or more.</param>
internal readonly record struct ConvGeometry(int Channels, int Height, int Width, int Filters, int KernelHeight, int KernelWidth)
{
    /// <summary>Rows from one window to the next, 1 or more.</summary>
    public int StrideY { get; init; } = 1;

    /// <summary>Columns from one window to the next, 1 or more.</summary>
    public int StrideX { get; init; } = 1;

    /// <summary>Zeros added above, 0 or more.</summary>
    public int PadTop { get; init; }

    /// <summary>Zeros added on the left, 0 or more.</summary>
    public int PadLeft { get; init; }

    /// <summary>Zeros added below, 0 or more.</summary>
    public int PadBottom { get; init; }

    /// <summary>Zeros added on the right, 0 or more.</summary>
    public int PadRight { get; init; }

    /// <summary>Rows from one filter row to the next, 1 or more.</summary>
    public int DilationY { get; init; } = 1;

    /// <summary>Columns from one filter column to the next, 1 or more.</summary>
    public int DilationX { get; init; } = 1;

    /// <summary>Independent convolutions side by side, 1 or more.</summary>
    public int Groups { get; init; } = 1;

    /// <summary>Whether images are [channels, rows, columns], as in ONNX, instead of [rows, columns, channels]. The latter is faster.</summary>
    public bool ChannelsFirst { get; init; }

    /// <summary>Output rows.</summary>
    public int OutputHeight => ((PaddedHeight - ((KernelHeight - 1) * DilationY) - 1) / StrideY) + 1;

    /// <summary>Output columns.</summary>
    public int OutputWidth => ((PaddedWidth - ((KernelWidth - 1) * DilationX) - 1) / StrideX) + 1;

    /// <summary>Rows of the input with its padding.</summary>
    public int PaddedHeight => Height + PadTop + PadBottom;

    /// <summary>Columns of the input with its padding.</summary>
    public int PaddedWidth => Width + PadLeft + PadRight;

    /// <summary>Input channels of one group.</summary>
    public int GroupChannels => Channels / Groups;

    /// <summary>Output channels of one group.</summary>
    public int GroupFilters => Filters / Groups;

    /// <summary>Positions of a filter.</summary>
    public int Area => KernelHeight * KernelWidth;

    /// <summary>Floats in one input image.</summary>
    public int InputLength => checked(Height * Width * Channels);

    /// <summary>Floats in one output image.</summary>
    public int OutputLength => checked(OutputHeight * OutputWidth * Filters);

    /// <summary>Floats in the weights: [Filters, GroupChannels, KernelHeight, KernelWidth].</summary>
    public int WeightLength => checked(Filters * GroupChannels * Area);

    /// <summary>Whether every channel has one filter of its own.</summary>
    public bool IsDepthwise => Groups == Channels && Filters == Channels && Channels > 1;

    /// <summary>Whether the image must be copied before it can be read with offsets.</summary>
    public bool NeedsCopy => ChannelsFirst || PaddedHeight != Height || PaddedWidth != Width;

    /// <summary>Checks every range; the message names input and filter shape.</summary>
    /// <exception cref="ShapeMismatchException">A size is outside its range, or the filter is larger than the padded input.</exception>
    public void Validate()
    {
        var what = $"Conv: input [N, {Channels}, {Height}, {Width}] with weights [{Filters}, {Channels / Math.Max(1, Groups)}, {KernelHeight}, {KernelWidth}]";
        Require(Channels >= 1 && Height >= 1 && Width >= 1 && Filters >= 1 && KernelHeight >= 1 && KernelWidth >= 1, $"{what}: every size must be at least 1.");
        Require(
            Groups >= 1 && Channels % Groups == 0 && Filters % Groups == 0,
            $"{what}: groups is {Groups}; it must divide {Channels} channels and {Filters} filters.");
        Require(StrideY >= 1 && StrideX >= 1, $"{what}: strides are [{StrideY}, {StrideX}]; they must be at least 1.");
        Require(DilationY >= 1 && DilationX >= 1, $"{what}: dilations are [{DilationY}, {DilationX}]; they must be at least 1.");
        Require(
            Math.Min(Math.Min(PadTop, PadBottom), Math.Min(PadLeft, PadRight)) >= 0,
            $"{what}: paddings are [{PadTop}, {PadLeft}, {PadBottom}, {PadRight}]; they must be at least 0.");
        Require(
            (long)Height + PadTop + PadBottom <= int.MaxValue && (long)Width + PadLeft + PadRight <= int.MaxValue,
            $"{what}: with paddings [{PadTop}, {PadLeft}, {PadBottom}, {PadRight}] a side is longer than {int.MaxValue}.");
        Require(
            ((KernelHeight - 1L) * DilationY) + 1 <= PaddedHeight && ((KernelWidth - 1L) * DilationX) + 1 <= PaddedWidth,
            $"{what}: the filter is larger than the input with paddings [{PadTop}, {PadLeft}, {PadBottom}, {PadRight}]; use a smaller filter or more padding.");
        Require(
            (long)PaddedHeight * PaddedWidth * Channels <= int.MaxValue / 8 && (long)OutputHeight * OutputWidth * Filters <= int.MaxValue / 8
                && (long)Filters * GroupChannels * Area <= int.MaxValue / 8,
            $"{what}: an image or the weights are larger than {int.MaxValue / 8} floats.");
    }

    private static void Require(bool fits, string message)
    {
        if (!fits)
        {
            throw new ShapeMismatchException(message);
        }
    }
}
