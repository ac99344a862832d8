using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Sampling;

/// <summary>
/// Reads an image [N, C, H, W] at the places of a grid [N, H', W', 2] of (x, y) from -1 (the left, the top) to 1: the result is
/// [N, C, H', W'] (spatial transformers, Jaderberg et al. 2015).
/// </summary>
/// <param name="Mode">How it reads between pixels.</param>
/// <param name="Padding">What it reads outside.</param>
/// <param name="AlignsCorners">Whether -1 and 1 mean the centres of the outer pixels, not their outer edges.</param>
public sealed record GridSampleOperator(
    GridSampleMode Mode = GridSampleMode.Bilinear, GridSamplePadding Padding = GridSamplePadding.Zeros, bool AlignsCorners = false) : Operator
{
    /// <inheritdoc/>
    public override string Name => "GridSample";

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => OperatorAttributes.Empty
        .With("mode", Mode.ToString().ToLowerInvariant()).With("padding_mode", Padding.ToString().ToLowerInvariant()).With("align_corners", AlignsCorners);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        Shape image = inputs.RequireCount(2).RequireRank(0, 4), grid = inputs.RequireRank(1, 4);
        return grid[0] == image[0] && grid[3] == 2 && image[2] > 0 && image[3] > 0 && inputs[0].ElementType.IsFloatingPoint()
            ? [inputs[0] with { Shape = new Shape(image[0], image[1], grid[1], grid[2]) }]
            : throw new ShapeMismatchException($"{Name}: image {inputs[0]} and grid {inputs[1]}; they must be [N, C, H, W] in floating point and [N, H', W', 2].");
    }

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context)
    {
        var gradients = context.Apply(new GridSampleGradientOperator(this), context.OutputGradient, context.Input(0), context.Input(1));
        context.Give(0, gradients[0]);
        context.Give(1, gradients[1]);
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(IReadOnlyList<TensorType?> inputs, IReadOnlyList<TensorType> outputs) =>
        new(outputs[0].Shape.Elements * (Mode == GridSampleMode.Nearest ? 1L : Mode == GridSampleMode.Bilinear ? 8 : 32), Traffic(inputs, outputs));

    /// <summary>Place on a line of pixels for a coordinate from -1 to 1.</summary>
    internal double Place(double coordinate, int size)
    {
        var place = AlignsCorners ? (coordinate + 1) / 2 * (size - 1) : (((coordinate + 1) * size) - 1) / 2;
        place = Mode == GridSampleMode.Nearest ? Math.Round(place, MidpointRounding.ToEven) : place;
        var (low, high) = Bounds(size);
        return place >= low && place <= high ? place : Padding switch
        {
            GridSamplePadding.Border => Math.Clamp(place, 0, size - 1),
            GridSamplePadding.Reflection => Reflect(place, low, high),
            _ => place,
        };
    }

    /// <summary>How much <see cref="Place"/> changes with the coordinate.</summary>
    internal double Slope(double coordinate, int size)
    {
        var (low, high) = Bounds(size);
        var slope = (high - low) / 2;
        var place = AlignsCorners ? (coordinate + 1) / 2 * (size - 1) : (((coordinate + 1) * size) - 1) / 2;
        if (Mode == GridSampleMode.Nearest)
        {
            return 0;
        }

        if (Padding == GridSamplePadding.Zeros || (place >= low && place <= high))
        {
            return slope;
        }

        // Reflected once it runs backwards, twice forwards again.
        var beyond = place < low ? low - place : place - high;
        return Padding == GridSamplePadding.Border || !(high > low) ? 0 : Math.Floor(beyond / (high - low)) % 2 == 0 ? -slope : slope;
    }

    /// <summary>The pixel that is read at a whole place, or -1 for zero.</summary>
    internal int Pixel(int place, int size)
    {
        if (place >= 0 && place < size)
        {
            return place;
        }

        var (low, high) = Bounds(size);
        return Padding switch
        {
            GridSamplePadding.Border => Math.Clamp(place, 0, size - 1),
            GridSamplePadding.Reflection => Math.Clamp((int)Reflect(place, low, high), 0, size - 1),
            _ => -1,
        };
    }

    private static double Reflect(double place, double low, double high)
    {
        if (!(high > low) || !double.IsFinite(place))
        {
            return Math.Max(low, 0);
        }

        var beyond = place < low ? low - place : Math.Max(0, place - high);
        if (beyond == 0)
        {
            return place;
        }

        var times = Math.Floor(beyond / (high - low));
        var rest = beyond - (times * (high - low));
        return (place < low) == (times % 2 == 0) ? low + rest : high - rest;
    }

    private (double Low, double High) Bounds(int size) => AlignsCorners ? (0, size - 1) : (-0.5, size - 0.5);
}
