using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Tensors.Eager;
using OrleansCompute.Tensors.Execution;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;
using OrleansCompute.Training.Models;
using OrleansCompute.Training.Models.Transformers;

namespace OrleansCompute.Training.Tests.Models.Transformers;

public sealed class TransformerModelTests
{
    private static readonly TransformerOptions Tiny = new() { Vocabulary = 7, Context = 5, Width = 8, Layers = 2, Heads = 2, Hidden = 12 };

    [Fact]
    public void Parameters_OfTheReferenceModel_AreAsManyAsPyTorchs()
    {
        // nn.Embedding(65, 128) and (64, 128), two nn.TransformerEncoderLayer(128, 4, 512), nn.LayerNorm(128), nn.Linear(128, 65).
        const int Layer = (3 * 128 * 128) + (3 * 128) + (128 * 128) + 128 + (128 * 512) + 512 + (512 * 128) + 128 + (4 * 128);
        var options = new TransformerOptions { Vocabulary = 65 };
        var expected = (65 * 128) + (64 * 128) + (2 * Layer) + (2 * 128) + (128 * 65) + 65;
        Assert.Equal(expected, options.ParameterCount);
        Assert.Equal(expected, new TransformerModel(options).CreateGraph().ParameterCount);
    }

    [Fact]
    public void Forward_EagerAndAsGraph_GivesTheSame()
    {
        var model = new TransformerModel(Tiny);
        var graph = model.CreateGraph();
        var values = graph.CreateParameters(new Random(3));
        using var accelerator = new ReferenceAccelerator();
        using var tokens = Tensor.Of<int>(new Shape(2, 5), [0, 1, 2, 3, 4, 6, 5, 4, 3, 2]);
        using var flat = Tensor.Of<float>(new Shape(values.Length), values);
        var lazy = new GraphInterpreter(accelerator).Run(graph, [tokens], flat)[0];
        var eager = model.Forward(new EagerContext(accelerator), tokens, ModelParameters.Cut(model.Parameters, values));
        Assert.Equal(new Shape(2, 5, 7), eager.Shape);
        Assert.Equal(eager.ToDoubles(), lazy.ToDoubles());
    }

    [Fact]
    public void Forward_WhenALaterTokenChanges_KeepsEarlierScores()
    {
        var model = new TransformerModel(Tiny);
        var values = model.CreateGraph().CreateParameters(new Random(3));
        using var accelerator = new ReferenceAccelerator();
        double[] Scores(params int[] tokens) =>
            model.Forward(new EagerContext(accelerator), Tensor.Of<int>(new Shape(1, 5), tokens), ModelParameters.Cut(model.Parameters, values)).ToDoubles();
        var (first, second) = (Scores(1, 2, 3, 4, 5), Scores(1, 2, 3, 6, 5));
        Assert.Equal(first[..21], second[..21]);
        Assert.NotEqual(first[21..], second[21..]);
    }

    [Fact]
    public void CreateParameters_AsGpt2_HasItsDeviationsAndNoBiases()
    {
        var graph = new TransformerModel(Tiny with { Vocabulary = 50, Width = 64, Hidden = 256 }).CreateGraph();
        var values = graph.CreateParameters(new Random(1));
        double Deviation(string name)
        {
            var parameter = graph.Parameters.Single(item => item.Name == name);
            return Math.Sqrt(values.AsSpan(parameter.Offset, parameter.Length).ToArray().Average(value => (double)value * value));
        }

        // 3,200 to 16,384 values each: the deviation's own error is below 2 %.
        foreach (var name in (string[])["tokens.weight", "block0.hidden.weight", "block1.attention.in.weight", "out.weight"])
        {
            Assert.InRange(Deviation(name), 0.019, 0.021);
        }

        Assert.InRange(Deviation("block0.attention.out.weight"), 0.0095, 0.0105);
        Assert.InRange(Deviation("block1.back.weight"), 0.0095, 0.0105);
        Assert.Equal(0, Deviation("block0.hidden.bias"));
        Assert.Equal(0, Deviation("out.bias"));
        Assert.Equal(1, Deviation("block1.norm2.weight"));
    }

    [Fact]
    public void CreateParameters_OfLinearLayers_StartAsPyTorchDoes()
    {
        var graph = new TransformerModel(Tiny with { Width = 64, Hidden = 256, Initialisation = TransformerInitialisation.PyTorch }).CreateGraph();
        var values = graph.CreateParameters(new Random(1));
        float Largest(string name)
        {
            var parameter = graph.Parameters.Single(item => item.Name == name);
            return values.AsSpan(parameter.Offset, parameter.Length).ToArray().Max(Math.Abs);
        }

        Assert.InRange(Largest("block0.hidden.weight"), 0.12f, 0.125f);
        Assert.InRange(Largest("block0.hidden.bias"), 0.11f, 0.125f);
        Assert.InRange(Largest("block1.attention.in.weight"), 0.15f, (float)Math.Sqrt(6.0 / 256));
        Assert.Equal(0, Largest("block1.attention.in.bias"));
        Assert.Equal(1, Largest("norm.weight"));
    }

    [Fact]
    public void Create_WithSizesOutOfRange_NamesThem()
    {
        Assert.Contains("Width is 10; it must be a multiple of Heads, 4", Assert.Throws<ArgumentException>(() => new TransformerModel(new() { Vocabulary = 5, Width = 10 })).Message, StringComparison.Ordinal);
        Assert.Equal(3, new TransformerOptions { Vocabulary = 1, Context = 0, Layers = 257 }.Validate().Count);
    }
}
