using OrleansCompute.Tensors.Operators.Sampling;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;
using static OrleansCompute.Tensors.Tests.Operators.OperatorCase;

namespace OrleansCompute.Tensors.Tests.Operators;

internal static class SamplingCases
{
    public static IEnumerable<OperatorCase> All { get; } =
    [
        .. Enum.GetValues<GridSampleMode>().SelectMany(mode => Enum.GetValues<GridSamplePadding>().Select(padding => new OperatorCase(
            $"GridSample_{mode}{padding}", new GridSampleOperator(mode, padding, padding == GridSamplePadding.Border), Normal(1, 2, 3, 5, 4), Uniform(2, -2, 2, 2, 3, 7, 2)))),
        new("GridSample_OnePixel", new GridSampleOperator(Padding: GridSamplePadding.Reflection, AlignsCorners: true), Normal(1, 1, 2, 1, 1), Uniform(2, -2, 2, 1, 2, 2, 2)),
        new("RoiAlign_Mean", new RoiAlignOperator(2, 3, 2, 0.5f), Normal(1, 2, 3, 6, 7), Uniform(2, 0, 12, 4, 4), Tensor.Vector(0L, 1, 1, 0)),
        new("RoiAlign_Max", new RoiAlignOperator(2, 2, 0, 1, false, true), Normal(1, 2, 3, 6, 7), Tensor.Of(new Shape(2, 4), [0f, 1, 5, 6, -2, -2, 9, 3]), Tensor.Vector(1L, 0)),
        new("Dft", new DftOperator(), Normal(1, 2, 12, 3, 1)),
        new("Dft_InverseComplex", new DftOperator(-2, true), Normal(1, 2, 3, 9, 2)),
        new("Dft_OneSidedLonger", new DftOperator(1, false, true), Normal(1, 2, 9, 1), Tensor.Scalar(16L)),
        new("Dft_Shorter", new DftOperator(0), Normal(1, 9, 2), Tensor.Scalar(5L)),
        new("Stft_Window", new StftOperator(), Normal(1, 2, 33, 1), Tensor.Scalar(4L), Uniform(2, 0, 1, 8)),
        new("Stft_Complex", new StftOperator(false), Normal(1, 2, 33, 2), Tensor.Scalar(5L), null, Tensor.Scalar(7L)),
    ];
}
