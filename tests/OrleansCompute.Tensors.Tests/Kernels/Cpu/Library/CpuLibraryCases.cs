using OrleansCompute.Tensors.Operators;
using OrleansCompute.Tensors.Operators.Activations;
using OrleansCompute.Tensors.Operators.Attention;
using OrleansCompute.Tensors.Operators.Convolutions;
using OrleansCompute.Tensors.Operators.Elementwise;
using OrleansCompute.Tensors.Operators.Indexing;
using OrleansCompute.Tensors.Operators.Linear;
using OrleansCompute.Tensors.Operators.Losses;
using OrleansCompute.Tensors.Operators.Normalisations;
using OrleansCompute.Tensors.Operators.Pooling;
using OrleansCompute.Tensors.Operators.Recurrent;
using OrleansCompute.Tensors.Operators.Reductions;
using OrleansCompute.Tensors.Operators.Shaping;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Tests.Operators;
using OrleansCompute.Tensors.Values;
using static OrleansCompute.Tensors.Tests.Operators.OperatorCase;

namespace OrleansCompute.Tensors.Tests.Kernels.Cpu.Library;

/// <summary>Sizes that the common cases are too small for: over a vector with a tail, over a block, and enough elements for two threads.</summary>
internal static class CpuLibraryCases
{
    private static readonly WindowAttributes Window3 = new(Kernel: [3, 3], Strides: [2, 2], Pads: [1, 1, 1, 1]);
    private static readonly ConvolutionAttributes CubeGradient = new(new WindowAttributes(Strides: [1, 2, 1], Pads: [1, 0, 1, 1, 1, 1], Dilations: [1, 1, 2]), 2);
    private static readonly WindowAttributes Cube = new(Kernel: [2, 2, 2], Strides: [2, 1, 2]);

    public static IReadOnlyList<OperatorCase> All { get; } =
    [
        .. Enum.GetValues<Reduction>().SelectMany(reduction => new OperatorCase[]
        {
            new($"Reduce{reduction}_All", new ReduceOperator(reduction), Uniform(1, 0.9995, 1.0005, 37, 1031)) { Tolerance = 1e-4 },
            new($"Reduce{reduction}_Rows", new ReduceOperator(reduction, [-1], false), Uniform(2, 0.99, 1.01, 75, 517)),
            new($"Reduce{reduction}_Columns", new ReduceOperator(reduction, [0], false), Uniform(3, 0.99, 1.01, 517, 75)),
            new($"Reduce{reduction}_Outer", new ReduceOperator(reduction, [0, 2, 3]), Uniform(4, 0.99, 1.01, 17, 7, 19, 17)) { Tolerance = 1e-4 },
        }),
        new("SumToLike", new SumToLikeOperator(), Normal(1, 65, 7, 99), Normal(2, 7, 1)) { Tolerance = 1e-4 },
        new("TileGradient", new TileGradientOperator(), Normal(1, 66, 518), Normal(2, 33, 37)),
        new("ReduceMaxGradient", new ReduceGradientOperator(Reduction.Max, [1], false), Uniform(1, 0, 1, 40, 1000), Tensor.Of(new Shape(40), RowMaxima(Uniform(1, 0, 1, 40, 1000))), Normal(2, 40)),
        new("ArgMax_Rows", new ArgReduceOperator(true, -1), Normal(1, 70, 519)),
        new("ArgMin_Columns", new ArgReduceOperator(false, 1, false, true), Normal(1, 3, 101, 130)),
        new("Pow_Scalar", new PowOperator(), Uniform(1, 0.1, 3, 40, 1001), Tensor.Scalar(1.7f)),
        new("Pow_Rows", new PowOperator(), Uniform(1, 0.1, 3, 40, 1001), Uniform(2, -2, 2, 1001)),
        new("Less", new ComparisonOperator(Comparison.Less), Normal(1, 40, 1001), Normal(2, 1001)),
        new("Equal_Int32", new ComparisonOperator(Comparison.Equal), Ints(1, 7, 40, 1001), Ints(2, 7, 40, 1)),
        new("Where", new WhereOperator(), Bools(1, 40, 1001), Normal(2, 40, 1001), Normal(3, 1)),
        new("Where_Int64", new WhereOperator(), Bools(1, 40, 1001), Longs(2, 100, 1, 1001), Longs(3, 100, 40, 1001)),
        new("Clip", new ClipOperator(), Normal(1, 40, 1001), Tensor.Scalar(-0.5f), Tensor.Scalar(0.7f)),
        new("Sin", new MathOperator(MathFunction.Sin), Normal(1, 40, 1001)),
        new("Add_Int32", new AddOperator(), Ints(1, 1 << 30, 40, 1001), Ints(2, 1 << 30, 1001)),
        new("Mul_Int64", new MulOperator(), Longs(1, 1L << 40, 40, 1001), Longs(2, 1L << 40, 40, 1)),
        new("Max_Three", new VariadicOperator(VariadicFunction.Max), Normal(1, 40, 1001), Normal(2, 1001), Normal(3, 40, 1)),
        new("Cast_Int32", new CastOperator(ElementType.Int32), Uniform(1, -1000, 1000, 40, 1001)),
        new("Cast_BFloat16", new CastOperator(ElementType.BFloat16), Normal(1, 40, 1001)),
        new("Dropout", new DropoutOperator(0.3f, 5, true), Normal(1, 40, 1001)),
        new("SeluGradient", new ActivationGradientOperator(ActivationFunction.Selu, 1.6f, 1.05f), Normal(1, 40, 1001), Normal(2, 40, 1001)),
        new("PRelu", new PReluOperator(), Normal(1, 4, 10, 1001), Normal(2, 10, 1)),
        new("BatchNormalization", new BatchNormalizationOperator(), Normal(1, 5, 13, 23, 29), Normal(2, 13), Normal(3, 13), Normal(4, 13), Uniform(5, 0.5, 2, 13)),
        new("BatchNormalization_Training", new BatchNormalizationOperator(1e-5f, 0.9f, true), Normal(1, 5, 13, 23, 29), Normal(2, 13), Normal(3, 13), Normal(4, 13), Uniform(5, 0.5, 2, 13)),
        new("BatchNormalization_TrainingVectors", new BatchNormalizationOperator(1e-5f, 0.9f, true), Normal(1, 501, 77), Normal(2, 77), Normal(3, 77), Normal(4, 77), Uniform(5, 0.5, 2, 77)),
        new("BatchNormalizationGradient", new BatchNormalizationGradientOperator(true), Normal(1, 5, 13, 23, 29), Normal(2, 13), Normal(3, 13), Uniform(4, 0.5, 2, 13), Normal(5, 5, 13, 23, 29)) { Tolerance = 1e-4 },
        new("BatchNormalizationGradient_FixedVectors", new BatchNormalizationGradientOperator(false), Normal(1, 501, 77), Normal(2, 77), Normal(3, 77), Uniform(4, 0.5, 2, 77), Normal(5, 501, 77)) { Tolerance = 1e-4 },
        new("GroupNormalization", new GroupNormalizationOperator(3), Normal(1, 4, 12, 31, 27), Normal(2, 12), Normal(3, 12)),
        new("GroupNormalizationGradient", new GroupNormalizationGradientOperator(3), Normal(1, 4, 12, 31, 27), Normal(2, 12), Normal(3, 4, 3), Uniform(4, 0.5, 2, 4, 3), Normal(5, 4, 12, 31, 27)) { Tolerance = 1e-4 },
        new("RmsNormalization", new RmsNormalizationOperator(), Normal(1, 80, 515), Normal(2, 515)),
        new("RmsNormalizationGradient", new RmsNormalizationGradientOperator(-1), Normal(1, 80, 515), Normal(2, 515), Uniform(3, 0.5, 2, 80, 1), Normal(4, 80, 515)) { Tolerance = 1e-4 },
        new("LpNormalization_Columns", new LpNormalizationOperator(1), Normal(1, 4, 101, 99)),
        new("Lrn", new LrnOperator(5), Normal(1, 3, 16, 29, 29)),
        new("AveragePool", new AveragePoolOperator(new PoolAttributes(Window3), true), Normal(1, 3, 17, 31, 29)),
        new("AveragePool_Global", new AveragePoolOperator(PoolAttributes.Global), Normal(1, 5, 17, 23, 29)),
        new("AveragePoolGradient", new AveragePoolGradientOperator(new PoolAttributes(Window3)), Normal(1, 3, 17, 16, 15), Normal(2, 3, 17, 31, 29)),
        new("MaxPool_Cube", new MaxPoolOperator(new PoolAttributes(Cube)), Normal(1, 2, 5, 12, 17, 16)),
        new("MaxPool_Places", new MaxPoolOperator(new PoolAttributes(Window3), true), Normal(1, 3, 17, 31, 29)),
        new("LpPool", new LpPoolOperator(new PoolAttributes(Window3)), Normal(1, 3, 17, 31, 29)),
        new("ConvTranspose", new ConvTransposeOperator(new(new ConvolutionAttributes(new WindowAttributes(Strides: [2, 2], Pads: [1, 1, 1, 1])))), Normal(1, 2, 7, 9, 11), Normal(2, 7, 5, 4, 4), Normal(3, 5)) { Tolerance = 1e-4 },
        new("ConvInputGradient_Cube", new ConvInputGradientOperator(CubeGradient), Normal(1, 2, 6, 7, 6, 10), Normal(2, 6, 2, 2, 3, 3), Normal(3, 2, 4, 6, 13, 12)) { Tolerance = 1e-4 },
        new("ConvWeightGradient_Cube", new ConvWeightGradientOperator(CubeGradient), Normal(1, 2, 4, 6, 13, 12), Normal(2, 2, 6, 7, 6, 10), Normal(3, 6, 2, 2, 3, 3)) { Tolerance = 2e-4 },

        // So many windows that they are unfolded in two pieces, which meet within a row.
        new("ConvInputGradient_CubePieces", new ConvInputGradientOperator(new(new WindowAttributes(Pads: IntList.Repeat(1, 6)))), Normal(1, 1, 2, 20, 20, 20), Normal(2, 2, 5, 3, 3, 3), Normal(3, 1, 5, 20, 20, 20)) { Tolerance = 1e-4 },
        new("ConvWeightGradient_CubePieces", new ConvWeightGradientOperator(new(new WindowAttributes(Pads: IntList.Repeat(1, 6)))), Normal(1, 1, 5, 20, 20, 20), Normal(2, 1, 2, 20, 20, 20), Normal(3, 2, 5, 3, 3, 3)) { Tolerance = 5e-4 },
        new("Conv_CubeOneGroup", new ConvOperator(new(new WindowAttributes(Strides: [2, 1, 1], Pads: [1, 1, 2, 0, 1, 1], Dilations: [1, 2, 1]))), Normal(1, 3, 17, 7, 11, 12), Normal(2, 37, 17, 2, 3, 3), Normal(3, 37)) { Tolerance = 1e-4 },
        new("Conv_CubeGroups", new ConvOperator(new(new WindowAttributes(), 2)), Normal(1, 1, 6, 9, 13, 12), Normal(2, 18, 3, 3, 3, 3)) { Tolerance = 1e-4 },
        new("Conv_Cube", new ConvOperator(new(new WindowAttributes(Strides: [1, 2, 1], Pads: [1, 0, 1, 0, 1, 1]), 2)), Normal(1, 2, 4, 7, 9, 8), Normal(2, 6, 2, 3, 2, 3), Normal(3, 6)) { Tolerance = 1e-4 },
        new("Slice_Steps", new SliceOperator([3, 50], [40, 2], [0, 2]), Normal(1, 45, 31, 60), null, null, null, Tensor.Vector<long>(2, -3)),
        new("Expand", new ExpandOperator(), Normal(1, 33, 1, 7), Tensor.Vector<long>(33, 201, 7)),
        new("Tile", new TileOperator(), Normal(1, 3, 33, 37), Tensor.Vector<long>(2, 5, 3)),
        new("Pad_Reflect", new PadOperator(PadMode.Reflect, [0, 3, 2, 0, 4, 5]), Normal(1, 7, 61, 91)),
        new("Pad_Constant", new PadOperator(PadMode.Constant, [0, 3, 2, 1, -4, 5], 0.5f), Normal(1, 7, 61, 91)),
        new("DepthToSpace", new DepthToSpaceOperator(2, true), Normal(1, 2, 16, 33, 35)),
        new("Gather", new GatherOperator(1), Normal(1, 9, 41, 37), Longs(2, 41, 5, 23)),
        new("Gather_Elements", new GatherOperator(-1), Normal(1, 207, 41), Longs(2, 41, 211)),
        new("Gather_Vectors", new GatherOperator(1), Normal(1, 21, 41, 24), Longs(2, 41, 83)),
        new("GatherGradient", new GatherGradientOperator(1), Normal(1, 9, 5, 23, 37), Longs(2, 41, 5, 23), Normal(3, 9, 41, 37)),
        new("GatherElements", new GatherElementsOperator(1), Normal(1, 37, 41, 37), Longs(2, 41, 35, 57, 31)),
        new("ScatterElements_Add", new ScatterElementsOperator(1, ScatterReduction.Add), Normal(1, 37, 41), Longs(2, 41, 35, 999), Normal(3, 35, 999)) { Tolerance = 1e-4 },
        new("ScatterND", new ScatterNDOperator(ScatterReduction.Max), Normal(1, 37, 41, 33), Longs(2, 37, 300, 2), Normal(3, 300, 33)),
        new("CumSum", new CumSumOperator(true), Uniform(1, 0, 1, 7, 5001), Tensor.Scalar(1L)) { Tolerance = 1e-4 },
        new("TopK_Few", new TopKOperator(-1), Normal(1, 70, 519), Tensor.Vector(5L)),
        new("TopK_Many", new TopKOperator(0, false), Normal(1, 300, 130), Tensor.Vector(200L)),
        new("Resize_Linear", new ResizeOperator(new ResizeOptions(ResizeMode.Linear)), Normal(1, 2, 5, 31, 29), null, Tensor.Vector(1f, 1, 2, 1.7f)),
        new("Resize_Nearest", new ResizeOperator(new ResizeOptions()), Normal(1, 2, 5, 31, 29), null, null, Tensor.Vector<long>(2, 5, 62, 77)),
        new("Attention_Shared", new AttentionOperator(true), Normal(1, 1, 6, 70, 24), Normal(2, 1, 2, 95, 24), Normal(3, 1, 2, 95, 24)) { Tolerance = 1e-4 },
        AttentionGradient("Groups", 4),
        AttentionGradient("One", 1),
        new("Einsum_Attention", new EinsumOperator("bhqd,bhkd->bhqk"), Normal(1, 2, 3, 37, 17), Normal(2, 2, 3, 41, 17)) { Tolerance = 1e-4 },
        new("Einsum_Heads", new EinsumOperator("btd,dhk->bhtk"), Normal(1, 2, 31, 33), Normal(2, 33, 3, 11)) { Tolerance = 1e-4 },
        new("SoftmaxCrossEntropy", new SoftmaxCrossEntropyLossOperator(LossReduction.Mean, 3, 0.1f), Normal(1, 40, 1001), Longs(2, 1001, 40), Uniform(3, 0.5, 2, 1001)),
        new("SoftmaxCrossEntropyGradient", new SoftmaxCrossEntropyGradientOperator(LossReduction.Mean, 3, 0), Uniform(1, -9, -5, 3, 301, 40), Longs(2, 301, 3, 40), null, Tensor.Scalar(1.3f)),
        new("Huber", new ElementLossOperator(ElementLoss.Huber, LossReduction.Mean, 0.7f), Normal(1, 40, 1001), Normal(2, 40, 1001)),
        new("BinaryCrossEntropyGradient", new ElementLossGradientOperator(ElementLoss.BinaryCrossEntropyWithLogits, LossReduction.Mean), Normal(1, 40, 1001), Uniform(2, 0, 1, 40, 1001), Tensor.Scalar(3f)),
        Recurrent("Rnn", new RecurrentOperator(RecurrentKind.Rnn, 37)),
        Recurrent("Lstm", new RecurrentOperator(RecurrentKind.Lstm, 33, RecurrentDirection.Bidirectional)),
        Recurrent("Gru", new RecurrentOperator(RecurrentKind.Gru, 35)),
        Recurrent("Gru_ResetsAfter", new RecurrentOperator(RecurrentKind.Gru, 35, ResetsAfter: true)),
        RecurrentGradient("Lstm", new RecurrentOperator(RecurrentKind.Lstm, 33, RecurrentDirection.Bidirectional)),
        RecurrentGradient("Lstm_Coupled", new RecurrentOperator(RecurrentKind.Lstm, 19, CouplesForget: true)),
        RecurrentGradient("Gru", new RecurrentOperator(RecurrentKind.Gru, 35, RecurrentDirection.Reverse, IsBatchFirst: true)),
        RecurrentGradient("Gru_ResetsAfter", new RecurrentOperator(RecurrentKind.Gru, 35, ResetsAfter: true)),
    ];

    public static TheoryData<string> Names => [.. All.Select(test => test.Name)];

    public static OperatorCase Find(string name) => All.Single(test => test.Name == name);

    internal static Tensor Longs(int seed, long limit, params int[] sizes) => Make(sizes, new Random(seed), random => random.NextInt64(limit));

    private static Tensor Ints(int seed, int limit, params int[] sizes) => Make(sizes, new Random(seed), random => random.Next(-limit, limit));

    private static Tensor Bools(int seed, params int[] sizes) => Make(sizes, new Random(seed), random => random.Next(2) == 1);

    private static float[] RowMaxima(Tensor x) => [.. Enumerable.Range(0, x.Shape[0]).Select(row => x.AsSpan<float>().Slice(row * x.Shape[1], x.Shape[1]).ToArray().Max())];

    private static Tensor Make<T>(int[] sizes, Random random, Func<Random, T> next)
        where T : unmanaged
    {
        var shape = new Shape(sizes);
        return Tensor.Of<T>(shape, [.. Enumerable.Range(0, shape.Elements).Select(_ => next(random))]);
    }

    private static OperatorCase Recurrent(string name, RecurrentOperator layer) => new(name, layer, Inputs(layer)) { Tolerance = 1e-4 };

    private static OperatorCase AttentionGradient(string name, int keyHeads)
    {
        int[] queries = [1, 8, 70, 24], keys = [1, keyHeads, 75, 24];
        return new($"Attention{name}Gradient", new AttentionGradientOperator(true, null),
            Normal(1, queries), Normal(2, keys), Normal(3, keys), null, Normal(5, queries), Uniform(6, 5, 7, 1, 8, 70), Normal(7, queries)) { Tolerance = 2e-4 };
    }

    private static OperatorCase RecurrentGradient(string name, RecurrentOperator layer) => new(
        $"{name}Gradient", new RecurrentGradientOperator(layer),
        [
            Normal(11, layer.IsBatchFirst ? [5, 7, layer.Directions, layer.Hidden] : [7, layer.Directions, 5, layer.Hidden]), Normal(12, layer.StateShape(5).ToArray()),
            layer.Kind == RecurrentKind.Lstm ? Normal(13, layer.StateShape(5).ToArray()) : null,
            .. Inputs(layer),
        ]) { Tolerance = 5e-4 };

    /// <summary>Seven steps, five sequences of several lengths, 21 features.</summary>
    private static Tensor?[] Inputs(RecurrentOperator layer)
    {
        int rows = layer.Gates * layer.Hidden, directions = layer.Directions;
        Tensor Small(int seed, params int[] sizes) => Uniform(seed, -0.3, 0.3, sizes);
        Tensor?[] common =
        [
            layer.IsBatchFirst ? Normal(1, 5, 7, 21) : Normal(1, 7, 5, 21), Small(2, directions, rows, 21), Small(3, directions, rows, layer.Hidden),
            Small(4, directions, 2 * rows), Tensor.Vector(7, 3, 0, 6, 7), Small(5, layer.StateShape(5).ToArray()),
        ];
        return layer.Kind == RecurrentKind.Lstm ? [.. common, Small(6, layer.StateShape(5).ToArray()), Small(7, directions, 3 * layer.Hidden)] : common;
    }
}
