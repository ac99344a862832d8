using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Tensors.Execution;
using OrleansCompute.Tensors.Graphs;

namespace OrleansCompute.Training.Models;

/// <summary>Scores samples with a copy of a graph's parameters. Not thread-safe.</summary>
public sealed class GraphEvaluator : IBatchEvaluator
{
    private readonly InferencePlan _plan;
    private readonly float[] _probabilities;

    /// <summary>Copies the parameters.</summary>
    /// <param name="graph">One input with the batch first; logits [N, classes] as its output.</param>
    /// <param name="parameters">The flat vector, as long as the graph says.</param>
    /// <param name="accelerator">Where it runs; must outlive the evaluator.</param>
    /// <param name="maxBatchSize">Most samples per call, 1 or more.</param>
    public GraphEvaluator(Graph graph, ReadOnlySpan<float> parameters, IAccelerator accelerator, int maxBatchSize)
    {
        _plan = new InferencePlan(graph, parameters, accelerator, maxBatchSize);
        _probabilities = new float[maxBatchSize * _plan.Classes];
    }

    /// <inheritdoc/>
    public BatchScore Evaluate(ReadOnlySpan<float> inputs, ReadOnlySpan<int> labels)
    {
        _plan.Run(inputs, labels.Length, _probabilities);
        var score = default(BatchScore);
        for (var n = 0; n < labels.Length; n++)
        {
            var row = _probabilities.AsSpan(n * _plan.Classes, _plan.Classes);
            var best = 0;
            for (var c = 1; c < row.Length; c++)
            {
                best = row[c] > row[best] ? c : best;
            }

            // A probability that underflowed to zero counts as the smallest normal float: a large loss, but a finite one.
            const double Smallest = 1.1754944e-38;
            score += new BatchScore(-Math.Log(Math.Max(row[labels[n]], Smallest)), best == labels[n] ? 1 : 0, 1);
        }

        return score;
    }

    /// <summary>Ends the use of the plan; the accelerator stays as it is.</summary>
    public void Dispose() => _plan.Dispose();
}
