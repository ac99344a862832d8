namespace OrleansCompute.Tensors.Operators.Recurrent;

/// <summary>Which cell a <see cref="RecurrentOperator"/> runs.</summary>
public enum RecurrentKind
{
    /// <summary>h = f(W x + R h + b).</summary>
    Rnn,

    /// <summary>Long short-term memory (Hochreiter and Schmidhuber, 1997), with optional peepholes; gates in the order input, output, forget, cell.</summary>
    Lstm,

    /// <summary>Gated recurrent unit (Cho et al., 2014); gates in the order update, reset, hidden.</summary>
    Gru,
}
