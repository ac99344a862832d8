using OrleansCompute.Tensors.Operators.Recurrent;
using OrleansCompute.Tensors.Values;
using static OrleansCompute.Tensors.Tests.Operators.OperatorCase;

namespace OrleansCompute.Tensors.Tests.Operators;

internal static class RecurrentCases
{
    private const RecurrentDirection Both = RecurrentDirection.Bidirectional;

    public static IEnumerable<OperatorCase> All { get; } =
    [
        Case("Rnn", new(RecurrentKind.Rnn, 3)),
        Case("Rnn_Both", new(RecurrentKind.Rnn, 3, Both, "Softsign,ScaledTanh:0.5:1.5"), true),
        Case("Rnn_Reverse", new(RecurrentKind.Rnn, 3, RecurrentDirection.Reverse, "Softplus"), true),
        Case("Rnn_Clip", new(RecurrentKind.Rnn, 3, Activations: "Affine:0.5:0.1", Clip: 0.7f)),
        Case("Lstm", new(RecurrentKind.Lstm, 2)),
        Case("Lstm_BothPeepholes", new(RecurrentKind.Lstm, 2, Both), true),
        Case("Lstm_Coupled", new(RecurrentKind.Lstm, 2, CouplesForget: true), true),
        Case("Lstm_BatchFirst", new(RecurrentKind.Lstm, 2, Both, IsBatchFirst: true), true),
        Case("Gru", new(RecurrentKind.Gru, 3)),
        Case("Gru_Both", new(RecurrentKind.Gru, 2, Both), true),
        Case("Gru_ResetsAfter", new(RecurrentKind.Gru, 3, ResetsAfter: true), true),
        Case("Gru_BatchFirst", new(RecurrentKind.Gru, 2, RecurrentDirection.Reverse, "HardSigmoid,Elu", IsBatchFirst: true), true),
        GradientCase("Rnn", new(RecurrentKind.Rnn, 3)),
        GradientCase("Lstm", new(RecurrentKind.Lstm, 2, Both)),
        GradientCase("Gru", new(RecurrentKind.Gru, 2)),
    ];

    private static OperatorCase Case(string name, RecurrentOperator layer, bool hasAll = false) => new(name, layer, Inputs(layer, hasAll));

    private static OperatorCase GradientCase(string name, RecurrentOperator layer) => new(
        $"{name}Gradient", new RecurrentGradientOperator(layer),
        [
            Normal(11, 4, layer.Directions, 2, layer.Hidden), Normal(12, layer.Directions, 2, layer.Hidden),
            layer.Kind == RecurrentKind.Lstm ? Normal(13, layer.Directions, 2, layer.Hidden) : null,
            .. Inputs(layer, true),
        ]);

    /// <summary>Four steps, two sequences, three features.</summary>
    private static Tensor?[] Inputs(RecurrentOperator layer, bool hasAll)
    {
        int rows = layer.Gates * layer.Hidden, directions = layer.Directions;
        int[] state = layer.StateShape(2).ToArray();
        Tensor x = layer.IsBatchFirst ? Normal(1, 2, 4, 3) : Normal(1, 4, 2, 3), w = Normal(2, directions, rows, 3), r = Normal(3, directions, rows, layer.Hidden);
        if (!hasAll)
        {
            return [x, w, r];
        }

        Tensor?[] common = [x, w, r, Normal(4, directions, 2 * rows), Tensor.Vector(4, 2), Normal(5, state)];
        return layer.Kind == RecurrentKind.Lstm ? [.. common, Normal(6, state), Normal(7, directions, 3 * layer.Hidden)] : common;
    }
}
