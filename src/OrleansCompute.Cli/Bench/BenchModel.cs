using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Training.Models;
using OrleansCompute.Training.Models.Transformers;

namespace OrleansCompute.Cli.Bench;

/// <summary>The three models of the benchmarks; the peer has the same.</summary>
/// <param name="Name">Name for the peer and the table.</param>
/// <param name="Classes">Classes, or characters.</param>
/// <param name="IsText">Whether the inputs are characters.</param>
internal sealed record BenchModel(string Name, int Classes, bool IsText)
{
    /// <summary>784-256-128-10.</summary>
    public static readonly BenchModel Mlp = new("mlp", 10, false);

    /// <summary>Two convolutions of 5 x 5 and two dense layers: 215,370 parameters.</summary>
    public static readonly BenchModel Cnn = new("cnn", 10, false);

    /// <summary>Causal, over 65 characters: width 128, 2 layers, 4 heads, context 64.</summary>
    public static readonly BenchModel Transformer = new("transformer", 65, true);

    public static IReadOnlyList<BenchModel> All { get; } = [Mlp, Cnn, Transformer];

    /// <summary>The model.</summary>
    /// <param name="seed">Of the first values that the graph itself holds.</param>
    /// <param name="startsAsPeer">Whether it starts as PyTorch's model does, or as the fabric's own jobs do.</param>
    public Graph CreateGraph(int seed = 1, bool startsAsPeer = false)
    {
        var layers = startsAsPeer ? LayerInitialisation.Uniform : LayerInitialisation.He;
        return Name switch
        {
            "mlp" => new NetworkBuilder(1, 28, 28) { Initialisation = layers }.Flatten().Dense(256, Activation.Relu).Dense(128, Activation.Relu).Dense(10).Build(),
            "cnn" => NetworkBuilder.CreateReferenceCnn(initialisation: layers),
            _ => new TransformerModel(new TransformerOptions
            {
                Vocabulary = Classes,
                Initialisation = startsAsPeer ? TransformerInitialisation.PyTorch : TransformerInitialisation.Gpt2,
            }).CreateGraph(seed),
        };
    }
}
