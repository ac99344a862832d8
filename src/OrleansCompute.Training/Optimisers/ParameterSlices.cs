using OrleansCompute.Tensors.Graphs;

namespace OrleansCompute.Training.Optimisers;

/// <summary>Tells optimisers where the layers are. Stateless; thread-safe.</summary>
public static class ParameterSlices
{
    /// <summary>One slice per parameter of a graph; those of rank 2 and more are weights.</summary>
    /// <param name="graph">A graph with parameters.</param>
    public static IReadOnlyList<ParameterSlice> Of(Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        return [.. graph.Parameters.Where(parameter => parameter.Length > 0)
            .Select(parameter => new ParameterSlice(parameter.Offset, parameter.Length, parameter.Shape.Rank >= 2))];
    }

    /// <summary>Checks that the slices lie side by side and cover the vector; null is one slice of weights.</summary>
    internal static ParameterSlice[] Checked(IReadOnlyList<ParameterSlice>? slices, int parameterCount)
    {
        if (slices is null)
        {
            return [new ParameterSlice(0, parameterCount)];
        }

        var sorted = slices.OrderBy(slice => slice.Offset).ToArray();
        var next = 0L;
        foreach (var slice in sorted)
        {
            if (slice.Offset != next || slice.Length < 1)
            {
                throw new ArgumentException(
                    $"A slice has {slice.Length} values from {slice.Offset}; expected 1 or more from {next}: slices lie side by side.", nameof(slices));
            }

            next += slice.Length;
        }

        return next == parameterCount
            ? sorted
            : throw new ArgumentException($"The slices have {next} values together; the optimiser was made for {parameterCount}.", nameof(slices));
    }

    /// <summary>Joins neighbours that are treated alike: fewer calls where there is no rate per layer.</summary>
    internal static ParameterSlice[] Joined(ParameterSlice[] slices)
    {
        var joined = new List<ParameterSlice>();
        foreach (var slice in slices)
        {
            if (joined.Count > 0 && joined[^1].IsWeight == slice.IsWeight)
            {
                joined[^1] = joined[^1] with { Length = joined[^1].Length + slice.Length };
            }
            else
            {
                joined.Add(slice);
            }
        }

        return [.. joined];
    }
}
