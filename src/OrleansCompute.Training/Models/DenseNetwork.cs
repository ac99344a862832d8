using System.Collections.Immutable;
using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Operators;
using OrleansCompute.Tensors.Operators.Elementwise;
using OrleansCompute.Tensors.Operators.Linear;
using OrleansCompute.Tensors.Operators.Shaping;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Training.Models;

/// <summary>
/// A multi-layer perceptron with ReLU between its layers, written once against <see cref="IOperatorTarget{TValue}"/>. First values are
/// those of PyTorch's nn.Linear: uniform within 1 / sqrt(inputs). Immutable; thread-safe if the target is.
/// </summary>
public sealed class DenseNetwork
{
    private readonly ImmutableArray<int> _sizes;

    /// <summary>Describes a network.</summary>
    /// <param name="sizes">Inputs, units of each layer, classes: 2 to 64 numbers from 1 to 65,536.</param>
    /// <exception cref="ArgumentException">A size is out of range.</exception>
    public DenseNetwork(params ReadOnlySpan<int> sizes)
    {
        if (sizes.Length is < 2 or > 64)
        {
            throw new ArgumentException($"There are {sizes.Length} sizes; allowed 2 to 64: inputs, units of each layer, classes.", nameof(sizes));
        }

        foreach (var size in sizes)
        {
            if (size is < 1 or > 65_536)
            {
                throw new ArgumentException($"A size is {size}; allowed 1 to 65536.", nameof(sizes));
            }
        }

        _sizes = [.. sizes];
        var parameters = new List<ParameterDefinition>();
        for (var i = 0; i + 1 < _sizes.Length; i++)
        {
            parameters.Add(new ParameterDefinition($"dense{i}.weight", new Shape(_sizes[i], _sizes[i + 1]), ParameterInitializer.FanIn));
            parameters.Add(new ParameterDefinition($"dense{i}.bias", new Shape(_sizes[i + 1]), ParameterInitializer.Zeros, BiasFanIn: _sizes[i]));
        }

        Parameters = parameters;
    }

    /// <summary>The parameters in the order of the flat vector.</summary>
    public IReadOnlyList<ParameterDefinition> Parameters { get; }

    /// <summary>The graph: float32 [N, sample shape] in, logits [N, classes] out.</summary>
    /// <param name="sampleShape">Shape of a sample; its product is the number of inputs. Default: one dimension.</param>
    /// <param name="seed">Of the first values of biases.</param>
    public Graph CreateGraph(IReadOnlyList<int>? sampleShape = null, int seed = 1)
    {
        var shape = sampleShape ?? [_sizes[0]];
        if (shape.Aggregate(1L, (product, size) => product * size) != _sizes[0])
        {
            throw new ArgumentException($"A sample is [{string.Join(", ", shape)}]; the network has {_sizes[0]} inputs.", nameof(sampleShape));
        }

        var builder = new GraphBuilder();
        var input = builder.AddInput("input", TensorType.Real([Shape.Any, .. shape]));
        return builder.Build(Forward(builder, input, ModelParameters.AddTo(builder, Parameters, new Random(seed))));
    }

    /// <summary>Logits [N, classes].</summary>
    /// <typeparam name="TValue">Tensor or graph value.</typeparam>
    /// <param name="target">Where operators are applied.</param>
    /// <param name="input">float32 [N, ...].</param>
    /// <param name="parameters">Values by the names of <see cref="Parameters"/>.</param>
    public TValue Forward<TValue>(IOperatorTarget<TValue> target, TValue input, IReadOnlyDictionary<string, TValue> parameters)
        where TValue : class
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(parameters);
        var x = target.Flatten(input);
        for (var i = 0; i + 1 < _sizes.Length; i++)
        {
            x = target.Gemm(x, parameters[$"dense{i}.weight"], parameters[$"dense{i}.bias"]);
            x = i + 2 < _sizes.Length ? target.Relu(x) : x;
        }

        return x;
    }
}
