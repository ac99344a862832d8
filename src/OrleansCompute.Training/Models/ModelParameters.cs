using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Training.Models;

/// <summary>Makes the parameters of models that are written as functions. Stateless; thread-safe.</summary>
public static class ModelParameters
{
    /// <summary>Adds parameters to a graph.</summary>
    /// <param name="builder">The graph.</param>
    /// <param name="definitions">What the model needs, in the order of the flat vector.</param>
    /// <param name="random">Seeded generator of first values that the graph holds itself; the others come from the graph's initialisers.</param>
    public static IReadOnlyDictionary<string, GraphValue> AddTo(GraphBuilder builder, IReadOnlyList<ParameterDefinition> definitions, Random random)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(definitions);
        ArgumentNullException.ThrowIfNull(random);
        return definitions.ToDictionary(
            definition => definition.Name,
            definition => builder.AddParameter(definition.Name, definition.Shape, definition.Initializer, Values(definition, random)));
    }

    /// <summary>The same parameters as tensors for eager runs, cut from a flat vector.</summary>
    /// <param name="definitions">What the model needs.</param>
    /// <param name="values">The flat vector in the order of the definitions.</param>
    /// <exception cref="ArgumentException">The vector is not as long as the definitions say.</exception>
    public static IReadOnlyDictionary<string, Tensor> Cut(IReadOnlyList<ParameterDefinition> definitions, ReadOnlySpan<float> values)
    {
        ArgumentNullException.ThrowIfNull(definitions);
        var count = definitions.Sum(definition => (long)definition.Shape.Elements);
        if (values.Length != count)
        {
            throw new ArgumentException($"The vector has {values.Length} values; the model has {count} parameters.", nameof(values));
        }

        var tensors = new Dictionary<string, Tensor>();
        foreach (var definition in definitions)
        {
            tensors[definition.Name] = Tensor.Of(definition.Shape, values[..definition.Shape.Elements]);
            values = values[definition.Shape.Elements..];
        }

        return tensors;
    }

    private static Tensor? Values(ParameterDefinition definition, Random random)
    {
        if (definition.BiasFanIn <= 0 && definition.Deviation <= 0)
        {
            return null;
        }

        var values = new float[definition.Shape.Elements];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (float)(definition.Deviation > 0
                ? definition.Deviation * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble())
                : ((2 * random.NextDouble()) - 1) / Math.Sqrt(definition.BiasFanIn));
        }

        return Tensor.Of<float>(definition.Shape, values);
    }
}
