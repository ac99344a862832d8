using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Operators.Generation;

/// <summary>The entries of this family in the registry.</summary>
internal static class GenerationOperators
{
    public static IReadOnlyList<OperatorDefinition> Definitions { get; } =
    [
        new("Bernoulli", 15, request => new BernoulliOperator(Type(request, "dtype", 0), Seed(request))),
        new("BlackmanWindow", 17, request => Window(request, WindowFunction.Blackman)),
        new("Constant", 1, Constant),
        new("ConstantOfShape", 9, request => new ConstantOfShapeOperator(request.Attributes.Get("value", Tensor.Vector(0f)))),
        new("EyeLike", 9, request => new EyeLikeOperator(Type(request, "dtype", 0), request.Attributes.Number("k", 0))),
        new("HammingWindow", 17, request => Window(request, WindowFunction.Hamming)),
        new("HannWindow", 17, request => Window(request, WindowFunction.Hann)),
        new("MelWeightMatrix", 17, request => new MelWeightMatrixOperator(Type(request, "output_datatype", ElementType.Float32))),
        new("Multinomial", 7, request => new MultinomialOperator(
            request.Attributes.Number("sample_size", 1), Type(request, "dtype", ElementType.Int32), Seed(request))),
        new("RandomNormal", 1, request => Normal(request, true)),
        new("RandomNormalLike", 1, request => Normal(request, false)),
        new("RandomUniform", 1, request => Uniform(request, true)),
        new("RandomUniformLike", 1, request => Uniform(request, false)),
        new("Range", 11, _ => new RangeOperator()),
    ];

    private static ElementType Type(OperatorRequest request, string name, ElementType fallback)
    {
        var type = (ElementType)request.Attributes.Number(name, (int)fallback);
        return Enum.IsDefined(type) && (type != ElementType.Undefined || fallback == ElementType.Undefined) ? type : throw new NotSupportedException($"Attribute {name} is {(int)type}, an element type that is not supported.");
    }

    private static float? Seed(OperatorRequest request) => request.Attributes.Has("seed") ? request.Attributes.Get("seed", 0f) : null;

    private static IntList? Sizes(OperatorRequest request, bool hasShape) => !hasShape ? null
        : IntList.From(request.Attributes.Numbers("shape")) ?? throw new FormatException("Attribute shape is missing.");

    private static RandomOperator Normal(OperatorRequest request, bool hasShape) => new(
        RandomDistribution.Normal, request.Attributes.Get("mean", 0f), request.Attributes.Get("scale", 1f),
        Type(request, "dtype", hasShape ? ElementType.Float32 : ElementType.Undefined), Sizes(request, hasShape), Seed(request));

    private static RandomOperator Uniform(OperatorRequest request, bool hasShape) => new(
        RandomDistribution.Uniform, request.Attributes.Get("low", 0f), request.Attributes.Get("high", 1f),
        Type(request, "dtype", hasShape ? ElementType.Float32 : ElementType.Undefined), Sizes(request, hasShape), Seed(request));

    private static WindowFunctionOperator Window(OperatorRequest request, WindowFunction function) =>
        new(function, request.Attributes.Number("periodic", 1) != 0, Type(request, "output_datatype", ElementType.Float32));

    private static ConstantOperator Constant(OperatorRequest request)
    {
        var attributes = request.Attributes;
        return new ConstantOperator(
            attributes.Get<Tensor?>("value", null)
            ?? (attributes.Has("value_float") ? Tensor.Scalar(attributes.Get("value_float", 0f)) : null)
            ?? (attributes.Has("value_int") ? Tensor.Scalar(attributes.Get("value_int", 0L)) : null)
            ?? (attributes.Has("value_floats") ? Tensor.Vector<float>(attributes.Get<float[]>("value_floats", [])) : null)
            ?? (attributes.Has("value_ints") ? Tensor.Vector<long>(attributes.Get<long[]>("value_ints", [])) : null)
            ?? throw new NotSupportedException("A Constant has a value, value_float, value_floats, value_int or value_ints; strings and sparse tensors are not supported."));
    }
}
