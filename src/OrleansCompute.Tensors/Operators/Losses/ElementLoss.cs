namespace OrleansCompute.Tensors.Operators.Losses;

/// <summary>Losses of one element, of a prediction x and a target t.</summary>
public enum ElementLoss
{
    /// <summary>(x - t)^2.</summary>
    SquaredError,

    /// <summary>|x - t|.</summary>
    AbsoluteError,

    /// <summary>(x - t)^2 / 2 up to |x - t| = delta, then delta (|x - t| - delta / 2) (Huber 1964).</summary>
    Huber,

    /// <summary>Huber divided by delta: (x - t)^2 / (2 delta), then |x - t| - delta / 2.</summary>
    SmoothAbsoluteError,

    /// <summary>-t log(x) - (1 - t) log(1 - x) of probabilities; logarithms are at least -100, as PyTorch has it.</summary>
    BinaryCrossEntropy,

    /// <summary>The same of sigmoid(x), computed without overflow.</summary>
    BinaryCrossEntropyWithLogits,

    /// <summary>t (log(t) - x) with x the logarithm of a probability and t a probability; 0 for t = 0.</summary>
    KullbackLeibler,
}
