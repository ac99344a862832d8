using OrleansCompute.Tensors.Operators.Linear;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Training.Optimisers;

namespace OrleansCompute.Training.Compression;

/// <summary>
/// Replaces dense layers by two of lower rank, W = (U S) V, from the singular value decomposition (Denton et al., NeurIPS 2014), where that
/// has fewer parameters. Train a little afterwards to win back what was lost. Stateless; thread-safe.
/// </summary>
public static class LowRankFactoriser
{
    /// <summary>Factorises all dense layers for which it pays.</summary>
    /// <param name="model">A model with known weights.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="NotSupportedException">No layer becomes smaller.</exception>
    public static TrainedModel Factorise(TrainedModel model, LowRankOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        options ??= new LowRankOptions();
        OptionChecks.Throw(options.Validate(), nameof(options));
        var copy = new GraphCopy(model);
        var skipped = new HashSet<Tensors.Graphs.GraphNode>();
        var count = 0;
        foreach (var node in model.Graph.Nodes)
        {
            if (skipped.Contains(node))
            {
                continue;
            }

            if (DenseLayer.At(node, copy) is { } layer && TryReplace(copy, layer, options))
            {
                skipped.Add(layer.Last);
                count++;
            }
            else
            {
                copy.Keep(node);
            }
        }

        return count > 0
            ? copy.Finish()
            : throw new NotSupportedException(
                $"No dense layer becomes smaller at {options.EnergyFraction:P0} of the energy; lower EnergyFraction, or set MaxRank below inputs x units / (inputs + units).");
    }

    private static bool TryReplace(GraphCopy copy, DenseLayer layer, LowRankOptions options)
    {
        var (inputs, units) = (layer.Inputs, layer.Units);
        var pays = (((long)inputs * units) - 1) / (inputs + units);
        if (pays < 1)
        {
            return false;
        }

        var svd = SingularValues.Of(layer.Weights, inputs, units);
        var rank = Math.Min(Rank(svd, options.EnergyFraction), options.MaxRank ?? int.MaxValue);
        if (rank > pays)
        {
            return false;
        }

        // The root of a singular value goes to each side, so that both factors have weights of like size and train well.
        var (first, second) = (new float[inputs * rank], new float[rank * units]);
        for (var k = 0; k < rank; k++)
        {
            var root = Math.Sqrt(svd.Values[k]);
            for (var i = 0; i < inputs; i++)
            {
                first[(i * rank) + k] = (float)(svd.Left[(k * inputs) + i] * root);
            }

            for (var u = 0; u < units; u++)
            {
                second[(k * units) + u] = (float)(svd.Right[(k * units) + u] * root);
            }
        }

        var x = copy.Map(layer.Node.Inputs[0]!);
        var isMatrix = x.Type.Shape is { IsRankKnown: true, Rank: 2 };
        var left = copy.Parameter($"{layer.WeightName}.left", new Shape(inputs, rank), first);
        var right = copy.Parameter($"{layer.WeightName}.right", new Shape(rank, units), second);
        var bias = layer.Bias is null ? null : copy.Parameter(layer.BiasName!, new Shape(units), layer.Bias);
        var middle = copy.Apply(isMatrix ? new GemmOperator() : new MatMulOperator(), $"{layer.Node.Name}.left", x, left);
        copy.Set(layer.Output, isMatrix
            ? copy.Builder.Gemm(middle, right, bias)
            : bias is null ? copy.Builder.MatMul(middle, right)
            : copy.Apply(new Tensors.Operators.Elementwise.AddOperator(), layer.Last.Name, copy.Builder.MatMul(middle, right), bias));
        return true;
    }

    private static int Rank(SingularValues svd, double energy)
    {
        var wanted = energy * svd.Values.Sum(value => value * value);
        var sum = 0.0;
        var rank = 0;
        while (rank < svd.Values.Count && (rank == 0 || sum < wanted))
        {
            sum += svd.Values[rank] * svd.Values[rank];
            rank++;
        }

        return rank;
    }
}
