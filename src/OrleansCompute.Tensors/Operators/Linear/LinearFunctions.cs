namespace OrleansCompute.Tensors.Operators.Linear;

/// <summary>Linear algebra as functions, for eager and lazy models alike. Thread-safe if the target is.</summary>
public static class LinearFunctions
{
    /// <summary>Matrix product of the last two dimensions, those before broadcast: [..., M, K] x [..., K, N] gives [..., M, N].</summary>
    /// <param name="target">Where it is applied.</param>
    /// <param name="left">Left operand; [K] counts as a row.</param>
    /// <param name="right">Right operand; [K] counts as a column.</param>
    /// <param name="transposesLeft">Whether the left one is given as [..., K, M].</param>
    /// <param name="transposesRight">Whether the right one is given as [..., N, K].</param>
    public static TValue MatMul<TValue>(
        this IOperatorTarget<TValue> target, TValue left, TValue right, bool transposesLeft = false, bool transposesRight = false)
        where TValue : class
    {
        ArgumentNullException.ThrowIfNull(target);
        return target.Apply(new MatMulOperator(transposesLeft, transposesRight), left, right)[0];
    }

    /// <summary>alpha * A B + beta * C of matrices [M, K] and [K, N]; C is optional and broadcast.</summary>
    /// <param name="target">Where it is applied.</param>
    /// <param name="left">A.</param>
    /// <param name="right">B.</param>
    /// <param name="addend">C, or null.</param>
    /// <param name="alpha">Factor of the product.</param>
    /// <param name="beta">Factor of C.</param>
    /// <param name="transposesLeft">Whether A is given as [K, M].</param>
    /// <param name="transposesRight">Whether B is given as [N, K].</param>
    public static TValue Gemm<TValue>(
        this IOperatorTarget<TValue> target,
        TValue left,
        TValue right,
        TValue? addend = null,
        float alpha = 1,
        float beta = 1,
        bool transposesLeft = false,
        bool transposesRight = false)
        where TValue : class
    {
        ArgumentNullException.ThrowIfNull(target);
        var @operator = new GemmOperator(alpha, beta, transposesLeft, transposesRight);
        return (addend is null ? target.Apply(@operator, left, right) : target.Apply(@operator, left, right, addend))[0];
    }

    /// <summary>Sums of products by Einstein's convention.</summary>
    /// <param name="target">Where it is applied.</param>
    /// <param name="equation">For example bij,bjk->bik.</param>
    /// <param name="operands">One value per term.</param>
    public static TValue Einsum<TValue>(this IOperatorTarget<TValue> target, string equation, params IReadOnlyList<TValue> operands)
        where TValue : class
    {
        ArgumentNullException.ThrowIfNull(target);
        return target.Apply(new EinsumOperator(EinsumEquation.Parse(equation).ToString()), operands)[0];
    }

    /// <summary>Dropout in training: elements are set to 0 with a probability, the others scaled.</summary>
    /// <param name="target">Where it is applied.</param>
    /// <param name="value">Data.</param>
    /// <param name="ratio">Probability, 0 to below 1.</param>
    /// <param name="seed">Seed; a different one for each place in a model.</param>
    /// <param name="step">int64 scalar that changes with each step; null: always the same choice.</param>
    public static TValue Dropout<TValue>(this IOperatorTarget<TValue> target, TValue value, float ratio, long seed, TValue? step = null)
        where TValue : class
    {
        ArgumentNullException.ThrowIfNull(target);
        if (ratio is not (>= 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(ratio), ratio, $"ratio is {ratio}; allowed: 0 to below 1.");
        }

        return target.Apply(new DropoutOperator(ratio, seed, true), step is null ? [value] : [value, null, null, step])[0];
    }
}
