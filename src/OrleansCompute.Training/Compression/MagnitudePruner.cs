using OrleansCompute.Training.Optimisers;

namespace OrleansCompute.Training.Compression;

/// <summary>
/// Unstructured pruning: the weights with the smallest absolute values of all layers together become zero (Han et al., NeurIPS 2015).
/// Biases and the scales of normalisations stay. Stateless; thread-safe.
/// </summary>
public static class MagnitudePruner
{
    /// <summary>Sets weights to zero.</summary>
    /// <param name="model">A model with parameters.</param>
    /// <param name="sparsity">Part of the weights, 0 to 0.999.</param>
    public static TrainedModel Prune(TrainedModel model, double sparsity)
    {
        ArgumentNullException.ThrowIfNull(model);
        var parameters = (float[])model.Parameters.Clone();
        Apply(parameters, ParameterSlices.Of(model.Graph), sparsity);
        return model with { Parameters = parameters };
    }

    /// <summary>Sets weights of a flat vector to zero; zeros that are there already count.</summary>
    internal static void Apply(Span<float> parameters, IReadOnlyList<ParameterSlice> slices, double sparsity)
    {
        if (sparsity is not (>= 0 and <= 0.999))
        {
            throw new ArgumentOutOfRangeException(nameof(sparsity), sparsity, $"sparsity is {sparsity}; allowed 0 to 0.999.");
        }

        var weights = slices.Where(slice => slice.IsWeight).ToArray();
        var sizes = new float[weights.Sum(slice => slice.Length)];
        var count = 0;
        foreach (var slice in weights)
        {
            foreach (var value in parameters.Slice(slice.Offset, slice.Length))
            {
                sizes[count++] = Math.Abs(value);
            }
        }

        var pruned = (int)(sparsity * count);
        if (pruned == 0)
        {
            return;
        }

        Array.Sort(sizes);
        var threshold = sizes[pruned - 1];
        // Of weights as large as the threshold only as many go as are needed: equal weights must not all vanish.
        var ties = pruned - sizes.AsSpan().IndexOf(threshold);
        foreach (var slice in weights)
        {
            foreach (ref var value in parameters.Slice(slice.Offset, slice.Length))
            {
                var size = Math.Abs(value);
                if (size < threshold || (size == threshold && ties-- > 0))
                {
                    value = 0;
                }
            }
        }
    }
}
