using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Operators.Elementwise;

namespace OrleansCompute.Tensors.Operators.Indexing;

/// <summary>Gradients of scattering whose updates meet in a product, a minimum or a maximum.</summary>
internal static class ScatterGradient
{
    /// <summary>Appends them.</summary>
    /// <param name="context">The node: (x, indices, updates).</param>
    /// <param name="reduction">How the updates meet.</param>
    /// <param name="scatter">The same scattering with another reduction.</param>
    /// <param name="gather">Reads for each update the element that it changes.</param>
    public static void Append(GradientContext context, ScatterReduction reduction, Func<ScatterReduction, Operator> scatter, Operator gather)
    {
        GraphValue x = context.Input(0), indices = context.Input(1), updates = context.Input(2), dy = context.OutputGradient;
        GraphValue Gather(GraphValue value) => context.Apply(gather, value, indices)[0];
        GraphValue Scatter(ScatterReduction how, GraphValue own, GraphValue changes) => context.Apply(scatter(how), own, indices, changes)[0];
        GraphValue Mark(GraphValue like, GraphValue mask) => context.Where(mask, context.OnesLike(like), context.ZerosLike(like));
        if (reduction != ScatterReduction.Mul)
        {
            // Those that are equal share it, as in PyTorch.
            GraphValue own = Mark(x, context.Equal(x, context.Output(0))), changes = Mark(updates, context.Equal(updates, Gather(context.Output(0))));
            var share = context.Div(dy, Scatter(ScatterReduction.Add, own, changes));
            context.Give(0, context.Mul(share, own));
            context.Give(2, context.Mul(Gather(share), changes));
            return;
        }

        // The product of the others: that of all that are not zero, by the factor itself; 0 when another one is zero.
        GraphValue IsZero(GraphValue value) => context.Equal(value, context.ZerosLike(value));
        GraphValue Full(GraphValue value) => context.Where(IsZero(value), context.OnesLike(value), value);
        GraphValue zeroOwn = Mark(x, IsZero(x)), zeroChanges = Mark(updates, IsZero(updates));
        var product = context.Mul(dy, Scatter(ScatterReduction.Mul, Full(x), Full(updates)));
        var zeros = Scatter(ScatterReduction.Add, zeroOwn, zeroChanges);
        GraphValue Others(GraphValue value, GraphValue all, GraphValue allZeros, GraphValue isZero) =>
            context.Where(context.Equal(allZeros, isZero), context.Div(all, Full(value)), context.ZerosLike(value));
        context.Give(0, Others(x, product, zeros, zeroOwn));
        context.Give(2, Others(updates, Gather(product), Gather(zeros), zeroChanges));
    }
}
