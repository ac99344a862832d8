namespace OrleansCompute.Tensors.Operators.Recurrent;

/// <summary>The entries of this family in the registry.</summary>
internal static class RecurrentOperators
{
    public static IReadOnlyList<OperatorDefinition> Definitions { get; } =
    [
        new("GRU", 7, request => Create(request, RecurrentKind.Gru)),
        new("LSTM", 7, request => Create(request, RecurrentKind.Lstm)),
        new("RNN", 7, request => Create(request, RecurrentKind.Rnn)),
    ];

    private static RecurrentOperator Create(OperatorRequest request, RecurrentKind kind) => new(
        kind,
        checked((int)request.Attributes.Require<long>("hidden_size")),
        request.Attributes.Get("direction", "forward") switch
        {
            "forward" => RecurrentDirection.Forward,
            "reverse" => RecurrentDirection.Reverse,
            "bidirectional" => RecurrentDirection.Bidirectional,
            var other => throw new FormatException($"Attribute direction is '{other}'; allowed: forward, reverse, bidirectional."),
        },
        RecurrentActivation.Read(request.Attributes),
        request.Attributes.Get("clip", 0f),
        request.Attributes.Number("layout", 0) != 0,
        request.Attributes.Number("input_forget", 0) != 0,
        request.Attributes.Number("linear_before_reset", 0) != 0);
}
