using OrleansCompute.Tensors.Operators.Shaping;
using OrleansCompute.Tensors.Values;
using static OrleansCompute.Tensors.Tests.Operators.OperatorCase;
using static OrleansCompute.Tensors.Tests.Operators.ShapingCases;

namespace OrleansCompute.Tensors.Tests.Operators;

internal static class ResizeCases
{
    private static readonly ResizeOptions Linear = new(ResizeMode.Linear);

    public static IEnumerable<OperatorCase> All { get; } =
    [
        Scales("Nearest", new ResizeOptions(), "1.5 2.6"),
        Scales("NearestCeil", new ResizeOptions(Coordinates: "asymmetric", Nearest: "ceil"), "0.6 2"),
        Scales("Linear", Linear, "2 0.7"),
        Scales("LinearAligned", Linear with { Coordinates = "align_corners" }, "2 0.7"),
        Scales("LinearSymmetric", Linear with { Coordinates = "half_pixel_symmetric" }, "1.3 0.7"),
        Scales("LinearAntialias", Linear with { Antialias = true }, "0.5 0.4"),
        Scales("Cubic", new ResizeOptions(ResizeMode.Cubic), "2 0.7"),
        Scales("CubicExcluding", new ResizeOptions(ResizeMode.Cubic, CubicCoefficient: -0.5f, ExcludesOutside: true), "2 0.7"),
        Scales("CubicAntialias", new ResizeOptions(ResizeMode.Cubic, Antialias: true), "0.5 1.4"),
        new("Resize_Sizes", new ResizeOperator(Linear), Normal(1, 2, 4, 5), null, null, Numbers(2, 7, 3)),
        new("Resize_KeepsRatio", new ResizeOperator(Linear with { Axes = [2, 1], KeepsRatio = "not_larger" }), Normal(1, 2, 4, 5), null, null, Numbers(7, 8)),
        new("Resize_Crop", new ResizeOperator(Linear with { Coordinates = "tf_crop_and_resize", Extrapolation = 9 }),
            Normal(1, 4, 5), Tensor.Vector(0.2, 0.3, 0.7, 1.2), null, Numbers(3, 4)) { ChecksGradient = false },
        new("Resize_ScalesOnly", new ResizeOperator(new ResizeOptions(Coordinates: "asymmetric", Nearest: "floor"), true), Normal(1, 2, 3), Tensor.Vector(2.0, 1.5)) { ChecksGradient = false },
        new("ResizeGradient", new ResizeGradientOperator(new ResizeOperator(Linear)), Normal(1, 7, 3), Normal(2, 4, 5), null, null, Numbers(7, 3)),
    ];

    /// <summary>The scales are in the operator: as an input they would be varied by the gradient check.</summary>
    private static OperatorCase Scales(string name, ResizeOptions options, string scales) => new(
        $"Resize_{name}", new ResizeOperator(options with { Axes = [1, 2] }, FixedScales: scales), Normal(1, 2, 4, 5));
}
