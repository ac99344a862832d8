using OrleansCompute.Tensors.Operators.Shaping;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Graphs;

/// <summary>
/// The gradient of an operator that has a form in operators with gradients, such as a fused gradient: the form is appended and
/// differentiated in the operator's place. What it computes forward is the second time, as in recomputation; common sub-expressions and
/// dead code go with the passes.
/// </summary>
internal static class ComposedGradient
{
    /// <summary>Appends the gradient of a form.</summary>
    /// <param name="builder">The graph under construction.</param>
    /// <param name="inputs">Inputs of the operator; null where one is left out.</param>
    /// <param name="compose">The form: outputs from inputs. Null for an output that has none.</param>
    /// <param name="seeds">Gradient of each output; null where it is not used.</param>
    /// <returns>The gradients of each input; null where no output depends on it.</returns>
    public static GraphValue?[] Append(
        GraphBuilder builder, IReadOnlyList<GraphValue?> inputs, Func<GraphValue?[], IReadOnlyList<GraphValue?>> compose, IReadOnlyList<GraphValue?> seeds)
    {
        // Copies: where one input was computed from another, the way between them belongs to the nodes outside.
        GraphValue?[] own = [.. inputs.Select(input => input is null || !IsReal(input) ? input : builder.Apply(new IdentityOperator(), input)[0])];
        var outputs = compose(own);
        var gradients = new GraphValue?[inputs.Count];
        int[] real = [.. Enumerable.Range(0, own.Length).Where(i => own[i] is { } value && IsReal(value))];
        for (var output = 0; output < outputs.Count; output++)
        {
            if (outputs[output] is not { } value || seeds[output] is not { } seed)
            {
                continue;
            }

            var parts = Autograd.Append(builder, value, [.. real.Select(i => own[i]!)], seed);
            for (var i = 0; i < real.Length; i++)
            {
                if (parts[i] is { } part)
                {
                    gradients[real[i]] = gradients[real[i]] is { } before ? builder.Apply(new Operators.Elementwise.AddOperator(), before, part)[0] : part;
                }
            }
        }

        return gradients;
    }

    private static bool IsReal(GraphValue value) => value.Type.ElementType.IsFloatingPoint();
}
