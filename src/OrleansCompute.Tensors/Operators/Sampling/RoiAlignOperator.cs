using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Sampling;

/// <summary>
/// Pools regions of an image [N, C, H, W] to one size by samples between pixels (He et al. 2017): regions [R, 4] are (x1, y1, x2, y2), each of
/// the image that the int64 input 2 [R] names; the result is [R, C, height, width].
/// </summary>
/// <param name="Height">Rows of the result, 1 or more.</param>
/// <param name="Width">Columns of the result, 1 or more.</param>
/// <param name="Samples">Samples of a cell along each side; 0: as many as it has pixels; up to 1024.</param>
/// <param name="Scale">Factor from coordinates of regions to pixels.</param>
/// <param name="IsHalfPixel">Whether pixels' centres lie at halves: half a pixel is taken from coordinates.</param>
/// <param name="IsMax">Whether the largest of the samples' four weighted pixels counts, not the mean of the samples.</param>
public sealed record RoiAlignOperator(int Height = 1, int Width = 1, int Samples = 0, float Scale = 1, bool IsHalfPixel = true, bool IsMax = false) : Operator
{
    // Detectors take 2 to 4.
    private const int MaxSamples = 1024;

    // Of a cell along a side where its size decides: larger ones are read with gaps.
    private const int MaxAdaptiveSamples = 1 << 12;

    // Kernels keep where all of them lie, 20 bytes each.
    private const int MaxSideSamples = 1 << 20;

    /// <inheritdoc/>
    public override string Name => "RoiAlign";

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => OperatorAttributes.Empty
        .With("output_height", Height).With("output_width", Width).With("sampling_ratio", Samples).With("spatial_scale", Scale)
        .With("coordinate_transformation_mode", IsHalfPixel ? "half_pixel" : "output_half_pixel").With("mode", IsMax ? "max" : "avg");

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        Shape image = inputs.RequireCount(3).RequireRank(0, 4), regions = inputs.RequireRank(1, 2);
        if (Height < 1 || Width < 1 || Samples is < 0 or > MaxSamples || image[2] < 1 || image[3] < 1)
        {
            throw new ShapeMismatchException($"{Name}: output size {Height} x {Width} and {Samples} samples of {image}; sizes must be 1 or more, samples 0 to {MaxSamples}.");
        }

        long most = Samples > 0 ? Samples : MaxAdaptiveSamples;
        if (Math.Max(Height, Width) * most > MaxSideSamples)
        {
            throw new ShapeMismatchException(
                $"{Name}: output size {Height} x {Width} with up to {most} samples of a cell along each side; size times samples may be up to {MaxSideSamples}: allowed are sizes up to {MaxSideSamples / most}.");
        }

        return regions[1] == 4 && inputs[2].Shape.Equals(new Shape(regions[0])) && inputs[2].ElementType is ElementType.Int64 or ElementType.Int32
            ? [inputs[0] with { Shape = new Shape(regions[0], image[1], Height, Width) }]
            : throw new ShapeMismatchException($"{Name}: regions {inputs[1]} and images {inputs[2]}; they must be [R, 4] and Int64 [R].");
    }

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context)
    {
        var gradients = context.Apply(new RoiAlignGradientOperator(this), context.OutputGradient, context.Input(0), context.Input(1), context.Input(2));
        context.Give(0, gradients[0]);
        context.Give(1, gradients[1]);
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(IReadOnlyList<TensorType?> inputs, IReadOnlyList<TensorType> outputs) =>
        new(8L * outputs[0].Shape.Elements * Math.Max(1, Samples * Samples), Traffic(inputs, outputs));

    internal static RoiAlignOperator Create(OperatorRequest request) => new(
        request.Attributes.Number("output_height", 1),
        request.Attributes.Number("output_width", 1),
        request.Attributes.Number("sampling_ratio", 0),
        request.Attributes.Get("spatial_scale", 1f),
        request.Opset >= 16 && request.Attributes.Get("coordinate_transformation_mode", "half_pixel") == "half_pixel",
        request.Attributes.Get("mode", "avg") == "max");

    /// <summary>Where the cells of a region start along one side, their size, and samples of each.</summary>
    internal (double Start, double Cell, int Samples) Side(double from, double to, int cells)
    {
        var shift = IsHalfPixel ? 0.5 : 0;
        var start = (from * Scale) - shift;
        var size = (to * Scale) - shift - start;
        size = IsHalfPixel ? size : Math.Max(size, 1);
        var samples = Samples > 0 ? Samples : (int)Math.Clamp(Math.Ceiling(size / cells), 0, MaxAdaptiveSamples);
        return (start, size / cells, samples);
    }

    /// <summary>Samples of all cells of regions, in one channel.</summary>
    /// <param name="regions">Four corners of each.</param>
    internal long CountSamples(ReadOnlySpan<float> regions)
    {
        var count = 0L;
        for (; regions.Length >= 4; regions = regions[4..])
        {
            count += (long)Side(regions[1], regions[3], Height).Samples * Side(regions[0], regions[2], Width).Samples;
        }

        return count * Height * Width;
    }

    /// <summary>How a place at a share of the side, 0 to 1, changes with where the region starts and ends.</summary>
    internal (double From, double To) SideSlopes(double from, double to, double share) =>
        IsHalfPixel || (to - from) * Scale > 1 ? (Scale * (1 - share), Scale * share) : (Scale, 0);

    /// <summary>The two pixels of a sample, the weight of the second and its slope; weights of 0 outside.</summary>
    internal static (int Low, int High, double Weight, int Slope, bool IsInside) Between(double place, int size)
    {
        if (!(place >= -1 && place <= size))
        {
            return (0, 0, 0, 0, false);
        }

        var low = (int)Math.Max(place, 0);
        return low >= size - 1 ? (size - 1, size - 1, 0, 0, true) : (low, low + 1, Math.Max(place, 0) - low, place > 0 ? 1 : 0, true);
    }

    /// <summary>Checks the number of a region's image.</summary>
    /// <exception cref="ShapeMismatchException">There is no such image.</exception>
    internal static int Image(long image, int region, int images) => image >= 0 && image < images
        ? (int)image
        : throw new ShapeMismatchException($"RoiAlign: region {region} is of image {image}; allowed 0 to {images - 1}.");
}
