using OrleansCompute.Tensors.Operators.Sampling;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;
using static OrleansCompute.Tensors.Tests.Operators.OperatorCase;

namespace OrleansCompute.Tensors.Tests.Operators;

internal static class SamplingCases
{
    public static IEnumerable<OperatorCase> All { get; } =
    [
        .. Enum.GetValues<GridSampleMode>().SelectMany(mode => Enum.GetValues<GridSamplePadding>().SelectMany(padding => Sampling(mode, padding))),
        new("GridSample_OnePixel", new GridSampleOperator(Padding: GridSamplePadding.Reflection, AlignsCorners: true), Normal(1, 1, 2, 1, 1), Uniform(2, -2, 2, 1, 2, 2, 2)),
        new("GridSample_ManyPlaces", new GridSampleOperator(), Normal(1, 2, 3, 31, 45), Uniform(2, -1.1, 1.1, 2, 37, 41, 2)) { ChecksGradient = false }, // Of so many places some lie at edges of pixels.
        new("GridSampleGradient_ManyPlaces", new GridSampleGradientOperator(new()), Normal(3, 2, 3, 27, 29), Normal(1, 2, 3, 31, 45), Uniform(2, -1.1, 1.1, 2, 27, 29, 2)) { Tolerance = 1e-4 },
        new("RoiAlign_Mean", new RoiAlignOperator(2, 3, 2, 0.5f), Normal(1, 2, 3, 6, 7), Uniform(2, 0, 12, 4, 4), Tensor.Vector(0L, 1, 1, 0)),
        new("RoiAlign_Max", new RoiAlignOperator(2, 2, 0, 1, false, true), Normal(1, 2, 3, 6, 7), Tensor.Of(new Shape(2, 4), [0f, 1, 5, 6, -2, -2, 9, 3]), Tensor.Vector(1L, 0)),
        new("RoiAlign_AsManySamplesAsPixels", new RoiAlignOperator(3, 2, 0, 0.7f), Normal(1, 2, 3, 9, 8), Uniform(2, 0, 12, 5, 4), Tensor.Vector(0, 1, 1, 0, 1)),
        new("RoiAlignGradient_Mean", new RoiAlignGradientOperator(new(2, 3, 2, 0.5f)), Normal(3, 4, 3, 2, 3), Normal(1, 2, 3, 6, 7), Uniform(2, 0, 12, 4, 4), Tensor.Vector(0L, 1, 1, 0)),
        new("RoiAlignGradient_Max", new RoiAlignGradientOperator(new(2, 2, 0, 1, false, true)), Normal(3, 2, 3, 2, 2), Normal(1, 2, 3, 6, 7), Tensor.Of(new Shape(2, 4), [0f, 1, 5, 6, -2, -2, 9, 3]), Tensor.Vector(1, 0)),
        new("Dft", new DftOperator(), Normal(1, 3, 12, 4, 1)),
        new("Dft_InverseComplex", new DftOperator(-2, true), Normal(1, 4, 3, 9, 2)),
        new("Dft_OneSidedLonger", new DftOperator(1, false, true), Normal(1, 3, 9, 1), Tensor.Scalar(16L)),
        new("Dft_OneSidedComplex", new DftOperator(1, false, true), Normal(1, 3, 9, 2)),
        new("Dft_Shorter", new DftOperator(0), Normal(1, 9, 2), Tensor.Scalar(5L)),
        .. new[] { 1, 2, 7, 30, 64, 37, 77, 128, 343, 1009 }.Select(length => new OperatorCase(
            $"Dft_{length}", new DftOperator(), Normal(length, 5, length, 2)) { Tolerance = 1e-4, ChecksGradient = length <= 64 }), // The others take the reference long.
        new("DftGradient", new DftGradientOperator(new()), Normal(1, 3, 12, 4, 2), Normal(2, 3, 12, 4, 1)),
        new("DftGradient_InverseOneSided", new DftGradientOperator(new(1, true, true)), Normal(1, 3, 9, 2), Normal(2, 3, 20, 2), Tensor.Scalar(16L)),
        new("DftGradient_Shorter", new DftGradientOperator(new()), Normal(1, 3, 30, 2), Normal(2, 3, 23, 1), Tensor.Scalar(30L)),
        new("Stft_Window", new StftOperator(), Normal(1, 3, 33, 1), Tensor.Scalar(4L), Uniform(2, 0, 1, 8)),
        new("Stft_Complex", new StftOperator(false), Normal(1, 3, 33, 2), Tensor.Scalar(5L), null, Tensor.Scalar(7L)),
        new("Stft_ManyFrames", new StftOperator(), Normal(1, 3, 700, 1), Tensor.Scalar(16L), Uniform(2, 0, 1, 48)) { ChecksGradient = false }, // Takes the reference long.
        new("StftGradient_Window", new StftGradientOperator(new(), true), Normal(3, 3, 7, 5, 2), Normal(1, 3, 33, 1), Tensor.Scalar(4L), Uniform(2, 0, 1, 8)),
        new("StftGradient_Complex", new StftGradientOperator(new(false), false), Normal(3, 3, 6, 7, 2), Normal(1, 3, 33, 2), Tensor.Scalar(5L), null, Tensor.Scalar(7L)),
    ];

    private static IEnumerable<OperatorCase> Sampling(GridSampleMode mode, GridSamplePadding padding)
    {
        var op = new GridSampleOperator(mode, padding, padding == GridSamplePadding.Border);
        Tensor image = Normal(1, 3, 4, 5, 6), grid = Uniform(2, -2, 2, 3, 3, 7, 2);
        return [new($"GridSample_{mode}{padding}", op, image, grid), new($"GridSampleGradient_{mode}{padding}", new GridSampleGradientOperator(op), Normal(3, 3, 4, 3, 7), image, grid)];
    }
}
