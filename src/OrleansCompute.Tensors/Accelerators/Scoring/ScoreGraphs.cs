using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Operators.Activations;
using OrleansCompute.Tensors.Operators.Convolutions;
using OrleansCompute.Tensors.Operators.Elementwise;
using OrleansCompute.Tensors.Operators.Linear;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Accelerators.Scoring;

/// <summary>What is measured, as graphs, so that each accelerator runs it as it runs models. Stateless.</summary>
internal static class ScoreGraphs
{
    /// <summary>Nodes of <see cref="Chain"/>.</summary>
    public const int ChainLength = 64;

    // The second convolution of the reference CNN, for 8 images.
    private static readonly Shape Image = new(8, 16, 14, 14);
    private static readonly Shape Weights = new(32, 16, 5, 5);
    private static readonly Shape Map = new(8, 32, 14, 14);
    private static readonly ConvolutionAttributes Window = new(new WindowAttributes(Pads: Operators.IntList.Repeat(2, 4)));

    /// <summary>Operations of each pass of the convolution.</summary>
    public static double ConvolutionFlops => 2.0 * Map.Elements * 16 * 25;

    /// <summary>A square product; of 8-bit numbers by a constant matrix, as in models whose weights were quantised.</summary>
    public static Graph Product(int size, ElementType type)
    {
        var builder = new GraphBuilder();
        if (type == ElementType.Int8)
        {
            var weights = Tensor.Zeros(new TensorType(type, new Shape(size, size)));
            var values = weights.AsSpan<sbyte>();
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = (sbyte)((i % 13) - 6);
            }

            return builder.Build(builder.Apply(new MatMulIntegerOperator(), Input(builder, "a", type, size, size), builder.AddConstant("b", weights))[0]);
        }

        var (a, b) = (Input(builder, "a", type, size, size), Input(builder, "b", type, size, size));
        return builder.Build(builder.Apply(new MatMulOperator(), a, b)[0]);
    }

    public static Graph Convolution()
    {
        var builder = new GraphBuilder();
        return builder.Build(builder.Apply(new ConvOperator(Window), Input(builder, "x", Image), Input(builder, "w", Weights))[0]);
    }

    public static Graph ConvolutionInputGradient()
    {
        var builder = new GraphBuilder();
        return builder.Build(builder.Apply(
            new ConvInputGradientOperator(Window), Input(builder, "dy", Map), Input(builder, "w", Weights), Input(builder, "x", Image))[0]);
    }

    public static Graph ConvolutionWeightGradient()
    {
        var builder = new GraphBuilder();
        return builder.Build(builder.Apply(
            new ConvWeightGradientOperator(Window), Input(builder, "x", Image), Input(builder, "dy", Map), Input(builder, "w", Weights))[0]);
    }

    /// <summary>softmax(Q K^T / sqrt(d)) V for [batch * heads, T, d].</summary>
    public static Graph Attention(int heads, int length, int depth)
    {
        var builder = new GraphBuilder();
        var (q, k, v) = (Input(builder, "q", new Shape(heads, length, depth)), Input(builder, "k", new Shape(heads, length, depth)), Input(builder, "v", new Shape(heads, length, depth)));
        var scores = builder.Apply(new AffineOperator((float)(1 / Math.Sqrt(depth))), builder.Apply(new MatMulOperator(false, true), q, k)[0])[0];
        return builder.Build(builder.Apply(new MatMulOperator(), builder.Apply(new SoftmaxOperator(), scores)[0], v)[0]);
    }

    public static Graph Sum(int elements)
    {
        var builder = new GraphBuilder();
        return builder.Build(builder.Apply(new AddOperator(), Input(builder, "a", new Shape(elements)), Input(builder, "b", new Shape(elements)))[0]);
    }

    /// <summary>Additions of single numbers, each of which waits for the one before.</summary>
    public static Graph Chain()
    {
        var builder = new GraphBuilder();
        var (value, b) = (Input(builder, "a", new Shape(1)), Input(builder, "b", new Shape(1)));
        for (var i = 0; i < ChainLength; i++)
        {
            value = builder.Apply(new AddOperator(), value, b)[0];
        }

        return builder.Build(value);
    }

    private static GraphValue Input(GraphBuilder builder, string name, Shape shape) => builder.AddInput(name, new TensorType(ElementType.Float32, shape));

    private static GraphValue Input(GraphBuilder builder, string name, ElementType type, params ReadOnlySpan<int> sizes) =>
        builder.AddInput(name, new TensorType(type, new Shape(sizes)));
}
