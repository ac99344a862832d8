using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Recurrent;

/// <summary>
/// Gradients of a <see cref="RecurrentOperator"/> by back-propagation through time; the states are computed again. Inputs: the gradients of
/// all h, of the last h, and of the last c (LSTM), then the eight inputs of the layer. Outputs: gradients of x, w, r, bias, first h, and for
/// the LSTM first c and peepholes.
/// </summary>
/// <param name="Forward">The layer.</param>
public sealed record RecurrentGradientOperator(RecurrentOperator Forward) : Operator
{
    /// <inheritdoc/>
    public override string Name => $"{Forward.Name}Gradient";

    /// <inheritdoc/>
    public override string Domain => "oc";

    /// <inheritdoc/>
    public override int OutputCount => Forward.Kind == RecurrentKind.Lstm ? 7 : 5;

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => Forward.Attributes;

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        inputs.RequireCount(6, 11);
        var x = inputs[3];
        var state = x with { Shape = Forward.StateShape(Forward.Sizes(inputs.RequireRank(3, 3)).Batch) };
        TensorType[] types =
        [
            x, inputs[4], inputs[5],
            x with { Shape = new Shape(Forward.Directions, 2 * Forward.Gates * Forward.Hidden) },
            state, state,
            x with { Shape = new Shape(Forward.Directions, 3 * Forward.Hidden) },
        ];
        return types[..OutputCount];
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(IReadOnlyList<TensorType?> inputs, IReadOnlyList<TensorType> outputs)
    {
        var (steps, batch, features) = Forward.Sizes(inputs[3]!.Shape);
        return new OperatorCost(
            6L * steps * batch * Forward.Directions * Forward.Gates * Forward.Hidden * (features + (long)Forward.Hidden), Traffic(inputs, outputs));
    }
}
