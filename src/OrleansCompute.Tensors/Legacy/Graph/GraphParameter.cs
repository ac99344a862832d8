using OrleansCompute.Tensors.Legacy.Shapes;

namespace OrleansCompute.Tensors.Legacy.Graph;

/// <summary>A trainable tensor: a slice of the one flat parameter vector. Immutable.</summary>
/// <param name="Value">Its value in the graph.</param>
/// <param name="Offset">First element in the flat vector.</param>
/// <param name="Initializer">How it starts.</param>
public sealed record GraphParameter(GraphValue Value, int Offset, ParameterInitializer Initializer)
{
    /// <summary>Unique name.</summary>
    public string Name => Value.Name;

    /// <summary>Sizes, in ONNX order: [filters, channels, rows, columns] for convolutions.</summary>
    public Shape Shape => Value.Type.Shape;

    /// <summary>Elements.</summary>
    public int Length => Shape.Elements;

    /// <summary>Fills the parameter's slice with its starting values.</summary>
    internal void Initialize(Span<float> values, Random random)
    {
        // Matrices are [inputs, outputs]; convolutions [filters, channels, rows, columns].
        var area = Shape.Rank == 4 ? Shape[2] * Shape[3] : 1;
        double fanIn = Shape.Rank == 4 ? Shape[1] * area : Shape[0];
        double fanOut = Shape.Rank == 4 ? Shape[0] * area : Shape.Rank == 2 ? Shape[1] : Shape[0];
        switch (Initializer)
        {
            case ParameterInitializer.He:
                var deviation = Math.Sqrt(2 / fanIn);
                foreach (ref var value in values)
                {
                    // Box and Muller 1958; 1 - u keeps the logarithm finite.
                    var radius = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()));
                    value = (float)(deviation * radius * Math.Cos(2 * Math.PI * random.NextDouble()));
                }

                break;
            case ParameterInitializer.Glorot:
                var limit = Math.Sqrt(6 / (fanIn + fanOut));
                foreach (ref var value in values)
                {
                    value = (float)(limit * ((2 * random.NextDouble()) - 1));
                }

                break;
            default:
                values.Clear();
                break;
        }
    }
}
