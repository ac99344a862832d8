using System.Collections.Frozen;

namespace OrleansCompute.Tensors.Operators;

/// <summary>All operators that a model file can name. Immutable and thread-safe.</summary>
public sealed class OperatorRegistry
{
    private readonly FrozenDictionary<(string Domain, string Name), OperatorDefinition> _definitions;

    /// <summary>Creates a registry, for example the default one with a plug-in's own operators.</summary>
    /// <exception cref="ArgumentException">Two entries have the same domain and name.</exception>
    public OperatorRegistry(IEnumerable<OperatorDefinition> definitions)
    {
        ArgumentNullException.ThrowIfNull(definitions);
        var table = new Dictionary<(string, string), OperatorDefinition>();
        foreach (var definition in definitions)
        {
            if (!table.TryAdd((definition.Domain, definition.Name), definition))
            {
                throw new ArgumentException($"Operator {definition.Domain}.{definition.Name} is defined twice.", nameof(definitions));
            }
        }

        _definitions = table.ToFrozenDictionary();
    }

    /// <summary>The operators of the fabric.</summary>
    public static OperatorRegistry Default { get; } = new(
    [
        .. Elementwise.ElementwiseOperators.Definitions,
        .. Activations.ActivationOperators.Definitions,
        .. Attention.AttentionOperators.Definitions,
        .. Linear.LinearOperators.Definitions,
        .. Losses.LossOperators.Definitions,
        .. Normalisations.NormalisationOperators.Definitions,
        .. Reductions.ReductionOperators.Definitions,
        .. Shaping.ShapingOperators.Definitions,
        .. Indexing.IndexingOperators.Definitions,
        .. Convolutions.ConvolutionOperators.Definitions,
        .. Pooling.PoolingOperators.Definitions,
        .. Quantisation.QuantisationOperators.Definitions,
        .. Generation.GenerationOperators.Definitions,
        .. Control.ControlOperators.Definitions,
        .. Recurrent.RecurrentOperators.Definitions,
        .. Sampling.SamplingOperators.Definitions,
        .. Optimisers.OptimiserOperators.Definitions,
    ]);

    /// <summary>All entries, by domain and name.</summary>
    public IEnumerable<OperatorDefinition> Definitions => _definitions.Values.OrderBy(d => d.Domain, StringComparer.Ordinal).ThenBy(d => d.Name, StringComparer.Ordinal);

    /// <summary>Finds an entry, or null.</summary>
    public OperatorDefinition? Find(string domain, string name) =>
        _definitions.GetValueOrDefault((domain is "ai.onnx" ? "" : domain, name));
}
