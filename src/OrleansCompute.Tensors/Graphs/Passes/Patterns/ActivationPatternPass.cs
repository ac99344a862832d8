using OrleansCompute.Tensors.Operators.Activations;
using OrleansCompute.Tensors.Operators.Elementwise;
using OrleansCompute.Tensors.Operators.Physical;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Graphs.Passes.Patterns;

/// <summary>
/// Finds Gelu (by erf and by tanh), SiLU, HardSwish, Mish, Softplus and Sigmoid that an exporter wrote out in simpler operators, in whatever
/// order of sums and products: a chain of a few smooth functions of one value is the activation when it agrees with it at
/// <see cref="Points"/>. Stateless.
/// </summary>
public sealed class ActivationPatternPass : IGraphPass
{
    /// <summary>The numbers in model files are float32: 1.4142135 for the root of two.</summary>
    private const double Tolerance = 2e-6;

    private static readonly (ActivationFunction Function, ElementOpcode Meaning)[] Known =
    [
        (ActivationFunction.Gelu, ElementOpcode.Gelu),
        (ActivationFunction.GeluTanh, ElementOpcode.GeluTanh),
        (ActivationFunction.Silu, ElementOpcode.Silu),
        (ActivationFunction.HardSwish, ElementOpcode.HardSwish),
        (ActivationFunction.Mish, ElementOpcode.Mish),
        (ActivationFunction.Softplus, ElementOpcode.Softplus),
        (ActivationFunction.Sigmoid, ElementOpcode.Sigmoid),
    ];

    /// <summary>Every twelfth between -12 and 12, where all of them bend, and points further out; the first few of all kinds.</summary>
    private static readonly double[] Points =
        [0.73, -1.31, 3.4, -5.2, 40, -40, .. Enumerable.Range(0, 289).Select(i => (i - 144) / 12.0), 15, -15, 25, -25, 60, -60, 75, -75];

    private static readonly double[][] Expected =
        [.. Known.Select(entry => Array.ConvertAll(Points, x => ElementSteps.Evaluate(new ElementStep(entry.Meaning, 0), x, x)))];

    /// <inheritdoc/>
    public string Name => "activation-patterns";

    /// <inheritdoc/>
    public Graph Run(Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var rewriter = new GraphRewriter(graph);
        foreach (var node in graph.Nodes)
        {
            var mayBe = node.Outputs is [{ Type.ElementType: ElementType.Float32 }]
                && node.Operator is MulOperator or DivOperator or AffineOperator or MathOperator { Function: MathFunction.Log or MathFunction.Reciprocal };
            if (!mayBe || !TryFind(rewriter, node))
            {
                rewriter.Keep(node);
            }
        }

        return rewriter.Finish();
    }

    private static bool TryFind(GraphRewriter rewriter, GraphNode node)
    {
        var expression = new ScalarExpression(rewriter, node);
        foreach (var argument in expression.Candidates)
        {
            // A few points first: nearly all products are none of these.
            if (expression.Evaluate(argument, Points[..4]) is not var (few, _, count) || count < 2 || Find(few) is not { } guess
                || expression.Evaluate(argument, Points) is not var (all, matched, _) || Find(all) != guess || !matched.IsClosed(node))
            {
                continue;
            }

            rewriter.Emit(node, new ActivationOperator(guess), argument);
            return true;
        }

        return false;
    }

    private static ActivationFunction? Find(double[] results)
    {
        for (var i = 0; i < Known.Length; i++)
        {
            if (Agrees(results, Expected[i]))
            {
                return Known[i].Function;
            }
        }

        return null;
    }

    private static bool Agrees(double[] results, double[] expected)
    {
        for (var i = 0; i < results.Length; i++)
        {
            if (!(Math.Abs(results[i] - expected[i]) <= Tolerance * Math.Max(1, Math.Abs(expected[i]))))
            {
                return false;
            }
        }

        return true;
    }
}
