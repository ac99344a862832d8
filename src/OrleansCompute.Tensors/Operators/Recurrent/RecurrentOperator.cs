using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Recurrent;

/// <summary>
/// A recurrent layer over whole sequences. With D directions, G gates (1, 4 or 3), H hidden units: x [T, N, I], w [D, G H, I], r [D, G H, H],
/// and optional: bias [D, 2 G H] (of w, then of r), lengths [N] (int32), first h [D, N, H], and for the LSTM first c [D, N, H] and peepholes
/// [D, 3 H] (input, output, forget). Outputs: all h [T, D, N, H] (zeros beyond a sequence's length), the last h [D, N, H], and for the LSTM
/// the last c. With <paramref name="IsBatchFirst"/> x is [N, T, I], all h [N, T, D, H], and states are [N, D, H].
/// </summary>
/// <param name="Kind">The cell.</param>
/// <param name="Hidden">H, 1 or more.</param>
/// <param name="Direction">In which order sequences are read.</param>
/// <param name="Activations">Functions of ONNX, for each direction one after another, separated by commas, with alpha and beta behind colons where they are not the default, for example <c>Sigmoid,LeakyRelu:0.1,Tanh</c>; empty: the cell's own.</param>
/// <param name="Clip">What goes into the functions is cut to ±Clip; 0: it is not.</param>
/// <param name="IsBatchFirst">Whether the batch is the first dimension.</param>
/// <param name="CouplesForget">LSTM: whether the forget gate is 1 - input gate.</param>
/// <param name="ResetsAfter">GRU: whether the reset gate is applied after the product with r (linear_before_reset).</param>
public sealed record RecurrentOperator(
    RecurrentKind Kind,
    int Hidden,
    RecurrentDirection Direction = RecurrentDirection.Forward,
    string Activations = "",
    float Clip = 0,
    bool IsBatchFirst = false,
    bool CouplesForget = false,
    bool ResetsAfter = false) : Operator
{
    /// <inheritdoc/>
    public override string Name => Kind switch
    {
        RecurrentKind.Rnn => "RNN",
        RecurrentKind.Lstm => "LSTM",
        _ => "GRU",
    };

    /// <inheritdoc/>
    public override int OutputCount => Kind == RecurrentKind.Lstm ? 3 : 2;

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <summary>D: 1 or 2.</summary>
    public int Directions => Direction == RecurrentDirection.Bidirectional ? 2 : 1;

    /// <summary>G: 1, 4 or 3.</summary>
    public int Gates => Kind switch
    {
        RecurrentKind.Rnn => 1,
        RecurrentKind.Lstm => 4,
        _ => 3,
    };

    /// <summary>Functions of one direction: 1, 3 or 2.</summary>
    public int ActivationsPerDirection => Kind switch
    {
        RecurrentKind.Rnn => 1,
        RecurrentKind.Lstm => 3,
        _ => 2,
    };

    /// <inheritdoc/>
    public override OperatorAttributes Attributes
    {
        get
        {
            var attributes = OperatorAttributes.Empty.With("hidden_size", Hidden)
                .With("direction", Direction switch
                {
                    RecurrentDirection.Reverse => "reverse",
                    RecurrentDirection.Bidirectional => "bidirectional",
                    _ => "forward",
                })
                .With("layout", IsBatchFirst)
                .With("clip", Clip > 0 ? Clip : null);
            attributes = CouplesForget ? attributes.With("input_forget", true) : attributes;
            attributes = ResetsAfter ? attributes.With("linear_before_reset", true) : attributes;
            return Activations.Length == 0 ? attributes : RecurrentActivation.Write(attributes, Activations);
        }
    }

    /// <summary>T, N and I of the first input.</summary>
    public (int Steps, int Batch, int Features) Sizes(Shape x)
    {
        ArgumentNullException.ThrowIfNull(x);
        return IsBatchFirst ? (x[1], x[0], x[2]) : (x[0], x[1], x[2]);
    }

    /// <summary>Shape of the first and last states.</summary>
    public Shape StateShape(int batch) => IsBatchFirst ? new Shape(batch, Directions, Hidden) : new Shape(Directions, batch, Hidden);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        inputs.RequireCount(3, Kind == RecurrentKind.Lstm ? 8 : 6).RequireSameElementType(0, 1, 2);
        var type = inputs[0].ElementType;
        inputs.RequireElementType(3, type).RequireElementType(4, ElementType.Int32).RequireElementType(5, type).RequireElementType(6, type).RequireElementType(7, type);
        var (steps, batch, features) = Sizes(inputs.RequireRank(0, 3));
        if (Hidden < 1)
        {
            throw new ShapeMismatchException($"{Name}: hidden_size is {Hidden}; allowed 1 or more.");
        }

        RecurrentActivation.Parse(Activations, this);
        var rows = checked(Gates * Hidden);
        Require(inputs, 1, new Shape(Directions, rows, features));
        Require(inputs, 2, new Shape(Directions, rows, Hidden));
        Require(inputs, 3, new Shape(Directions, checked(2 * rows)));
        Require(inputs, 4, new Shape(batch));
        var state = StateShape(batch);
        Require(inputs, 5, state);
        Require(inputs, 6, state);
        Require(inputs, 7, new Shape(Directions, 3 * Hidden));
        var all = IsBatchFirst ? new Shape(batch, steps, Directions, Hidden) : new Shape(steps, Directions, batch, Hidden);
        TensorType[] types = [inputs[0] with { Shape = all }, inputs[0] with { Shape = state }, inputs[0] with { Shape = state }];
        return types[..OutputCount];
    }

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context)
    {
        var isLstm = Kind == RecurrentKind.Lstm;
        var gradients = context.Apply(
            new RecurrentGradientOperator(this),
            [context.Gradient(0), context.Gradient(1), isLstm ? context.Gradient(2) : null, .. Enumerable.Range(0, 8).Select(context.OptionalInput)]);

        // The lengths have none; the gradient's outputs leave them out.
        int[] inputs = [0, 1, 2, 3, 5, 6, 7];
        for (var i = 0; i < gradients.Count; i++)
        {
            context.Give(inputs[i], gradients[i]);
        }
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(IReadOnlyList<TensorType?> inputs, IReadOnlyList<TensorType> outputs)
    {
        var (steps, batch, features) = Sizes(inputs[0]!.Shape);
        return new OperatorCost(2L * steps * batch * Directions * Gates * Hidden * (features + (long)Hidden), Traffic(inputs, outputs));
    }

    private void Require(OperatorInputs inputs, int index, Shape shape)
    {
        if (inputs.Has(index) && !inputs[index].Shape.Equals(shape))
        {
            throw new ShapeMismatchException($"{Name}: input {index} is {inputs[index].Shape}; for x {inputs[0].Shape} and {Hidden} hidden units it must be {shape}.");
        }
    }
}
