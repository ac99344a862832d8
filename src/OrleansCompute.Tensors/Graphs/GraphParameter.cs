using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Graphs;

/// <summary>A trainable float32 tensor: a slice of the one flat parameter vector. Immutable.</summary>
/// <param name="Value">Its value in the graph.</param>
/// <param name="Offset">First element in the flat vector.</param>
/// <param name="Initializer">How it starts when there are no initial values.</param>
/// <param name="InitialValues">Values it starts with (host memory), such as those of a model file; null for the initializer.</param>
/// <param name="FanIn">
/// Inputs of the layer that the parameter belongs to, where its own shape does not tell, as that of a bias; 0 where it does.
/// </param>
public sealed record GraphParameter(GraphValue Value, int Offset, ParameterInitializer Initializer, Tensor? InitialValues = null, int FanIn = 0)
{
    /// <summary>Unique name.</summary>
    public string Name => Value.Name;

    /// <summary>Sizes, in ONNX order: [filters, channels, rows, columns] for convolutions, [inputs, outputs] for products.</summary>
    public Shape Shape => Value.Type.Shape;

    /// <summary>Elements.</summary>
    public int Length => Shape.Elements;

    /// <summary>Fills the parameter's slice with its starting values.</summary>
    internal void Initialize(Span<float> values, Random random)
    {
        if (InitialValues is { } initial)
        {
            initial.AsSpan<float>().CopyTo(values);
            return;
        }

        // Matrices are [inputs, outputs]; convolutions [filters, channels, sizes of the kernel …].
        var area = Shape.Rank > 2 ? Shape.Product(2, Shape.Rank) : 1;
        double fanIn = FanIn > 0 ? FanIn : Shape.Rank > 2 ? Shape[1] * area : Shape.Rank > 0 ? Shape[0] : 1;
        double fanOut = Shape.Rank > 2 ? Shape[0] * area : Shape.Rank == 2 ? Shape[1] : fanIn;
        switch (Initializer)
        {
            case ParameterInitializer.Ones:
                values.Fill(1);
                break;
            case ParameterInitializer.He:
                Normal(values, Math.Sqrt(2 / fanIn), random);
                break;
            case ParameterInitializer.Normal:
                Normal(values, 0.02, random);
                break;
            case ParameterInitializer.UnitNormal:
                Normal(values, 1, random);
                break;
            case ParameterInitializer.Glorot:
                Uniform(values, Math.Sqrt(6 / (fanIn + fanOut)), random);
                break;
            case ParameterInitializer.FanIn:
                Uniform(values, 1 / Math.Sqrt(fanIn), random);
                break;
            default:
                values.Clear();
                break;
        }
    }

    private static void Normal(Span<float> values, double deviation, Random random)
    {
        foreach (ref var value in values)
        {
            // Box and Muller 1958; 1 - u keeps the logarithm finite.
            var radius = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()));
            value = (float)(deviation * radius * Math.Cos(2 * Math.PI * random.NextDouble()));
        }
    }

    private static void Uniform(Span<float> values, double limit, Random random)
    {
        foreach (ref var value in values)
        {
            value = (float)(limit * ((2 * random.NextDouble()) - 1));
        }
    }
}
