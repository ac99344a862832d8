using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Kernels.Cpu;

/// <summary>Sizes of a pooling of one image. One-dimensional signals have height and kernel height 1. Immutable.</summary>
/// <param name="Channels">Channels, 1 or more.</param>
/// <param name="Height">Input rows, 1 or more.</param>
/// <param name="Width">Input columns, 1 or more.</param>
/// <param name="KernelHeight">Window rows, 1 or more.</param>
/// <param name="KernelWidth">Window columns, 1 or more.</param>
internal readonly record struct PoolGeometry(int Channels, int Height, int Width, int KernelHeight, int KernelWidth)
{
    /// <summary>Rows from one window to the next, 1 or more.</summary>
    public int StrideY { get; init; } = 1;

    /// <summary>Columns from one window to the next, 1 or more.</summary>
    public int StrideX { get; init; } = 1;

    /// <summary>Rows above that no maximum sees, 0 to KernelHeight - 1.</summary>
    public int PadTop { get; init; }

    /// <summary>Columns on the left, 0 to KernelWidth - 1.</summary>
    public int PadLeft { get; init; }

    /// <summary>Rows below, 0 to KernelHeight - 1.</summary>
    public int PadBottom { get; init; }

    /// <summary>Columns on the right, 0 to KernelWidth - 1.</summary>
    public int PadRight { get; init; }

    /// <summary>Rows from one window row to the next, 1 or more.</summary>
    public int DilationY { get; init; } = 1;

    /// <summary>Columns from one window column to the next, 1 or more.</summary>
    public int DilationX { get; init; } = 1;

    /// <summary>Whether a last window that is not whole counts (ONNX ceil_mode), unless it would begin in the padding.</summary>
    public bool Ceiling { get; init; }

    /// <summary>Whether averages divide by the padding as well (ONNX count_include_pad).</summary>
    public bool CountsPadding { get; init; }

    /// <summary>Whether images are [channels, rows, columns], as in ONNX, instead of [rows, columns, channels]. The latter is faster.</summary>
    public bool ChannelsFirst { get; init; }

    /// <summary>Output rows.</summary>
    public int OutputHeight => Windows(Height, PadTop, PadBottom, KernelHeight, DilationY, StrideY);

    /// <summary>Output columns.</summary>
    public int OutputWidth => Windows(Width, PadLeft, PadRight, KernelWidth, DilationX, StrideX);

    /// <summary>Floats in one input image.</summary>
    public int InputLength => checked(Height * Width * Channels);

    /// <summary>Floats in one output image.</summary>
    public int OutputLength => checked(OutputHeight * OutputWidth * Channels);

    /// <summary>Whether the windows cover every position exactly once.</summary>
    public bool Tiles => StrideY == KernelHeight && StrideX == KernelWidth && DilationY == 1 && DilationX == 1
        && (PadTop | PadLeft | PadBottom | PadRight) == 0 && Height % KernelHeight == 0 && Width % KernelWidth == 0;

    /// <summary>Checks every range; the message names input and window.</summary>
    /// <exception cref="ShapeMismatchException">A size is outside its range.</exception>
    public void Validate()
    {
        var what = $"Pool: window [{KernelHeight}, {KernelWidth}] on input [N, {Channels}, {Height}, {Width}]";
        Require(Channels >= 1 && Height >= 1 && Width >= 1 && KernelHeight >= 1 && KernelWidth >= 1, $"{what}: every size must be at least 1.");
        Require(StrideY >= 1 && StrideX >= 1, $"{what}: strides are [{StrideY}, {StrideX}]; they must be at least 1.");
        Require(DilationY >= 1 && DilationX >= 1, $"{what}: dilations are [{DilationY}, {DilationX}]; they must be at least 1.");
        long tall = ((KernelHeight - 1L) * DilationY) + 1, wide = ((KernelWidth - 1L) * DilationX) + 1;
        Require(
            PadTop >= 0 && PadBottom >= 0 && PadTop < tall && PadBottom < tall && PadLeft >= 0 && PadRight >= 0 && PadLeft < wide && PadRight < wide,
            $"{what}: paddings are [{PadTop}, {PadLeft}, {PadBottom}, {PadRight}]; allowed 0 to the window's size - 1.");
        Require(
            tall <= Height + PadTop + PadBottom && wide <= Width + PadLeft + PadRight,
            $"{what}: the window is larger than the input with paddings [{PadTop}, {PadLeft}, {PadBottom}, {PadRight}].");
        Require((long)Channels * Height * Width <= int.MaxValue / 8, $"{what}: an image is larger than {int.MaxValue / 8} floats.");
    }

    private int Windows(int size, int before, int after, int kernel, int dilation, int stride)
    {
        var room = size + before + after - ((kernel - 1) * dilation) - 1;
        var count = (room / stride) + 1;
        return Ceiling && room % stride > 0 && count * stride < size + before ? count + 1 : count;
    }

    private static void Require(bool fits, string message)
    {
        if (!fits)
        {
            throw new ShapeMismatchException(message);
        }
    }
}
