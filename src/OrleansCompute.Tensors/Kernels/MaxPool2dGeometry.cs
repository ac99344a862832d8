using OrleansCompute.Tensors.Legacy.Shapes;

namespace OrleansCompute.Tensors.Kernels;

/// <summary>Sizes of a two-dimensional max-pooling of one image, without padding; incomplete windows are dropped. Immutable.</summary>
/// <param name="Channels">Channels, 1 or more.</param>
/// <param name="Height">Input rows, 1 or more.</param>
/// <param name="Width">Input columns, 1 or more.</param>
/// <param name="Size">Side of the square window, 1 to the smaller of Height and Width.</param>
/// <param name="Stride">Step in both directions, 1 or more.</param>
public readonly record struct MaxPool2dGeometry(int Channels, int Height, int Width, int Size, int Stride)
{
    /// <summary>Output rows.</summary>
    public int OutputHeight => ((Height - Size) / Stride) + 1;

    /// <summary>Output columns.</summary>
    public int OutputWidth => ((Width - Size) / Stride) + 1;

    /// <summary>Floats in one input image.</summary>
    public int InputLength => Height * Width * Channels;

    /// <summary>Floats in one output image.</summary>
    public int OutputLength => OutputHeight * OutputWidth * Channels;

    /// <summary>Checks every range; the message names input and window.</summary>
    /// <exception cref="ShapeMismatchException">A size is outside its range.</exception>
    public void Validate()
    {
        // Called with every pooling, so nothing may be allocated unless it fails.
        if (Channels < 1 || Height < 1 || Width < 1 || Stride < 1)
        {
            throw new ShapeMismatchException($"MaxPool: input [N, {Channels}, {Height}, {Width}] with stride {Stride}: every size must be at least 1.");
        }

        if (Size < 1 || Size > Height || Size > Width)
        {
            throw new ShapeMismatchException(
                $"MaxPool: window [{Size}, {Size}] on input [N, {Channels}, {Height}, {Width}];"
                + $" allowed 1 to {Math.Min(Height, Width)}.");
        }
    }
}
