using OrleansCompute.Tensors.Legacy.Shapes;

namespace OrleansCompute.Tensors.Kernels;

/// <summary>Sizes of a two-dimensional convolution of one image; the batch is given per call. Immutable.</summary>
/// <param name="Channels">Input channels, 1 or more.</param>
/// <param name="Height">Input rows, 1 or more.</param>
/// <param name="Width">Input columns, 1 or more.</param>
/// <param name="Filters">Output channels, 1 or more.</param>
/// <param name="KernelHeight">Filter rows, 1 or more.</param>
/// <param name="KernelWidth">Filter columns, 1 or more.</param>
/// <param name="Stride">Step in both directions, 1 or more.</param>
/// <param name="Padding">Zeros added on each of the four sides, 0 to the smaller filter side - 1.</param>
public readonly record struct Conv2dGeometry(
    int Channels, int Height, int Width, int Filters, int KernelHeight, int KernelWidth, int Stride, int Padding)
{
    /// <summary>Output rows.</summary>
    public int OutputHeight => ((Height + (2 * Padding) - KernelHeight) / Stride) + 1;

    /// <summary>Output columns.</summary>
    public int OutputWidth => ((Width + (2 * Padding) - KernelWidth) / Stride) + 1;

    /// <summary>Rows of the input with its padding.</summary>
    public int PaddedHeight => Height + (2 * Padding);

    /// <summary>Columns of the input with its padding.</summary>
    public int PaddedWidth => Width + (2 * Padding);

    /// <summary>Weights of one filter: KernelHeight * KernelWidth * Channels.</summary>
    public int Depth => KernelHeight * KernelWidth * Channels;

    /// <summary>Floats in one input image.</summary>
    public int InputLength => Height * Width * Channels;

    /// <summary>Floats in one output image.</summary>
    public int OutputLength => OutputHeight * OutputWidth * Filters;

    /// <summary>Floats in the weights.</summary>
    public int WeightLength => Filters * Depth;

    /// <summary>Checks every range; the message names input and filter shape.</summary>
    /// <exception cref="ShapeMismatchException">A size is outside its range, or the filter is larger than the padded input.</exception>
    public void Validate()
    {
        var input = $"[N, {Channels}, {Height}, {Width}]";
        var weights = $"[{Filters}, {Channels}, {KernelHeight}, {KernelWidth}]";
        if (Channels < 1 || Height < 1 || Width < 1 || Filters < 1 || KernelHeight < 1 || KernelWidth < 1)
        {
            throw new ShapeMismatchException($"Conv: input {input} with weights {weights}: every size must be at least 1.");
        }

        if (Stride < 1)
        {
            throw new ShapeMismatchException($"Conv: stride is {Stride} for input {input} with weights {weights}; it must be at least 1.");
        }

        if (Padding < 0 || Padding >= KernelHeight || Padding >= KernelWidth)
        {
            throw new ShapeMismatchException(
                $"Conv: padding is {Padding} for input {input} with weights {weights}; allowed 0 to {Math.Min(KernelHeight, KernelWidth) - 1}.");
        }

        if (KernelHeight > PaddedHeight || KernelWidth > PaddedWidth)
        {
            throw new ShapeMismatchException(
                $"Conv: weights {weights} are larger than input {input} with padding {Padding}; use a smaller filter or more padding.");
        }
    }
}
