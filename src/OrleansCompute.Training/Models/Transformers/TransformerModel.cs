using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Operators;
using OrleansCompute.Tensors.Operators.Activations;
using OrleansCompute.Tensors.Operators.Attention;
using OrleansCompute.Tensors.Operators.Elementwise;
using OrleansCompute.Tensors.Operators.Indexing;
using OrleansCompute.Tensors.Operators.Linear;
using OrleansCompute.Tensors.Operators.Normalisations;
using OrleansCompute.Tensors.Operators.Shaping;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Training.Models.Transformers;

/// <summary>
/// A causal language model: token and learned position embeddings, blocks of attention and a hidden layer with GELU, layer normalisation
/// before each (Radford et al. 2019, GPT-2; Xiong et al. 2020) and at the end. Written once against <see cref="IOperatorTarget{TValue}"/>:
/// it runs eager and as a graph. <see cref="TransformerOptions.Initialisation"/> says how it starts. Immutable; thread-safe if the target is.
/// </summary>
public sealed class TransformerModel
{
    private readonly TransformerOptions _options;

    /// <summary>Describes a model.</summary>
    /// <param name="options">Its sizes.</param>
    /// <exception cref="ArgumentException">A size is out of range.</exception>
    public TransformerModel(TransformerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Validate() is { Count: > 0 } errors)
        {
            throw new ArgumentException(string.Join(" ", errors), nameof(options));
        }

        _options = options;
        Parameters = [.. Define()];
    }

    /// <summary>The sizes.</summary>
    public TransformerOptions Options => _options;

    /// <summary>The parameters in the order of the flat vector.</summary>
    public IReadOnlyList<ParameterDefinition> Parameters { get; }

    /// <summary>The graph: tokens int32 [N, Context] in, logits [N, Context, Vocabulary] out.</summary>
    /// <param name="seed">Of the first values that the graph holds itself; the others come with <see cref="Graph.CreateParameters"/>.</param>
    public Graph CreateGraph(int seed = 1)
    {
        var builder = new GraphBuilder();
        var tokens = builder.AddInput("tokens", new TensorType(ElementType.Int32, new Shape(Shape.Any, _options.Context)));
        return builder.Build(Forward(builder, tokens, ModelParameters.AddTo(builder, Parameters, new Random(seed))));
    }

    /// <summary>Logits of the next token, [N, Context, Vocabulary].</summary>
    /// <typeparam name="TValue">Tensor or graph value.</typeparam>
    /// <param name="target">Where operators are applied.</param>
    /// <param name="tokens">int32 or int64 [N, Context], 0 to Vocabulary - 1.</param>
    /// <param name="parameters">Values by the names of <see cref="Parameters"/>.</param>
    public TValue Forward<TValue>(IOperatorTarget<TValue> target, TValue tokens, IReadOnlyDictionary<string, TValue> parameters)
        where TValue : class
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(parameters);
        var x = target.Apply(new GatherOperator(), parameters["tokens.weight"], tokens)[0];
        x = target.Add(x, parameters["positions.weight"]);
        for (var layer = 0; layer < _options.Layers; layer++)
        {
            var name = $"block{layer}.";
            x = target.Add(x, Attention(target, Norm(target, x, parameters, name + "norm1"), parameters, name));
            var hidden = target.Gelu(Linear(target, Norm(target, x, parameters, name + "norm2"), parameters, name + "hidden"));
            x = target.Add(x, Linear(target, hidden, parameters, name + "back"));
        }

        return Linear(target, Norm(target, x, parameters, "norm"), parameters, "out");
    }

    private static TValue Norm<TValue>(IOperatorTarget<TValue> target, TValue x, IReadOnlyDictionary<string, TValue> parameters, string name)
        where TValue : class => target.LayerNormalization(x, parameters[name + ".weight"], parameters[name + ".bias"]);

    private static TValue Linear<TValue>(IOperatorTarget<TValue> target, TValue x, IReadOnlyDictionary<string, TValue> parameters, string name)
        where TValue : class => target.Add(target.MatMul(x, parameters[name + ".weight"]), parameters[name + ".bias"]);

    private TValue Attention<TValue>(IOperatorTarget<TValue> target, TValue x, IReadOnlyDictionary<string, TValue> parameters, string name)
        where TValue : class
    {
        var (heads, width) = (_options.Heads, _options.Width);
        var parts = target.Split(Linear(target, x, parameters, name + "attention.in"), 2, width, width, width);
        var turned = parts.Select(part => target.Transpose(target.Reshape(part, 0, 0, heads, width / heads), 0, 2, 1, 3)).ToArray();
        var result = target.Apply(new AttentionOperator(IsCausal: true), turned)[0];
        return Linear(target, target.Reshape(target.Transpose(result, 0, 2, 1, 3), 0, 0, width), parameters, name + "attention.out");
    }

    private IEnumerable<ParameterDefinition> Define()
    {
        int d = _options.Width, f = _options.Hidden;
        var isPeer = _options.Initialisation == TransformerInitialisation.PyTorch;
        var embedding = isPeer ? ParameterInitializer.UnitNormal : ParameterInitializer.Normal;
        yield return new ParameterDefinition("tokens.weight", new Shape(_options.Vocabulary, d), embedding);
        yield return new ParameterDefinition("positions.weight", new Shape(_options.Context, d), embedding);
        for (var layer = 0; layer < _options.Layers; layer++)
        {
            // PyTorch's nn.MultiheadAttention: Glorot for the joint input projection, whose biases, like that of the output, start at zero.
            var name = $"block{layer}.";
            foreach (var part in Norm(name + "norm1", d))
            {
                yield return part;
            }

            yield return new ParameterDefinition(name + "attention.in.weight", new Shape(d, 3 * d), isPeer ? ParameterInitializer.Glorot : ParameterInitializer.Normal);
            yield return new ParameterDefinition(name + "attention.in.bias", new Shape(3 * d), ParameterInitializer.Zeros);
            yield return Linear(name + "attention.out", d, d, isResidual: true)[0];
            yield return new ParameterDefinition(name + "attention.out.bias", new Shape(d), ParameterInitializer.Zeros);
            foreach (var part in (IEnumerable<ParameterDefinition>)[.. Norm(name + "norm2", d), .. Linear(name + "hidden", d, f), .. Linear(name + "back", f, d, isResidual: true)])
            {
                yield return part;
            }
        }

        foreach (var part in (IEnumerable<ParameterDefinition>)[.. Norm("norm", d), .. Linear("out", d, _options.Vocabulary)])
        {
            yield return part;
        }
    }

    private static ParameterDefinition[] Norm(string name, int width) =>
    [
        new(name + ".weight", new Shape(width), ParameterInitializer.Ones),
        new(name + ".bias", new Shape(width), ParameterInitializer.Zeros),
    ];

    private ParameterDefinition[] Linear(string name, int inputs, int outputs, bool isResidual = false)
    {
        var shape = new Shape(inputs, outputs);
        return _options.Initialisation == TransformerInitialisation.PyTorch
            ? [new(name + ".weight", shape, ParameterInitializer.FanIn), new(name + ".bias", new Shape(outputs), ParameterInitializer.Zeros, BiasFanIn: inputs)]
            : [
                new(name + ".weight", shape, ParameterInitializer.Normal, Deviation: isResidual ? 0.02 / Math.Sqrt(2 * _options.Layers) : 0),
                new(name + ".bias", new Shape(outputs), ParameterInitializer.Zeros),
            ];
    }
}
