using System.CommandLine;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using OrleansCompute.Cli.Bench;
using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Tensors.Execution;
using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Kernels;
using OrleansCompute.Tensors.Operators;
using OrleansCompute.Tensors.Operators.Activations;
using OrleansCompute.Tensors.Operators.Attention;
using OrleansCompute.Tensors.Operators.Convolutions;
using OrleansCompute.Tensors.Operators.Elementwise;
using OrleansCompute.Tensors.Operators.Linear;
using OrleansCompute.Tensors.Operators.Normalisations;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Cli.Commands.Bench;

/// <summary>`oc bench kernels`: matrix products beside OpenBLAS, other kernels beside PyTorch.</summary>
internal sealed class BenchKernelsCommand(CommandContext context)
    : PairedBenchCommand(context, "kernels", "Matrix products, convolution, attention and other kernels beside OpenBLAS and PyTorch.")
{
    /// <summary>Rows, columns and depth: squares from 256 to 2048, odd ones, and the shapes of the benchmark models' layers.</summary>
    private static readonly (int M, int N, int K)[] Products =
    [
        (256, 256, 256), (512, 512, 512), (1024, 1024, 1024), (2048, 2048, 2048),
        (257, 255, 259), (511, 513, 509), (1023, 1025, 1021), (1000, 333, 77), (4096, 64, 512), (64, 256, 784), (256, 128, 256), (4096, 512, 128),
    ];

    protected override async IAsyncEnumerable<PairedResult> MeasureAsync(
        ParseResult arguments, IReadOnlyList<int> threads, PairedRounds rounds, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var count in threads)
        {
            using var accelerator = new CpuAccelerator(SimdSupport.Best, count);
            foreach (var (m, n, k) in Products)
            {
                using var product = Compile(accelerator, [[m, k], [k, n]], (b, x) => b.MatMul(x[0], x[1]));
                var request = new JsonObject { ["do"] = "gemm", ["m"] = m, ["n"] = n, ["k"] = k };
                yield return await rounds.MeasureAsync($"gemm {m} x {n} x {k}", count, "GFLOP/s", 2e-9 * m * n * k, () => product.Run(), request, cancellationToken);
            }

            foreach (var kernel in Others(accelerator))
            {
                using var compiled = kernel.Graph;
                var request = new JsonObject { ["do"] = "kernel", ["name"] = kernel.Peer, ["sizes"] = new JsonArray([.. kernel.Sizes.Select(size => (JsonNode)size)]) };
                yield return await rounds.MeasureAsync(
                    $"{kernel.Peer} {string.Join(" x ", kernel.Sizes)}", count, kernel.Unit, kernel.UnitsPerCall, () => compiled.Run(), request, cancellationToken);
            }
        }
    }

    private static IEnumerable<Kernel> Others(IAccelerator accelerator)
    {
        foreach (var (batch, channels, side, filters, window) in new[] { (64, 16, 14, 32, 5), (16, 64, 56, 64, 3) })
        {
            yield return new Kernel(
                "conv",
                [batch, channels, side, filters, window],
                "GFLOP/s",
                2e-9 * batch * channels * side * side * filters * window * window,
                Compile(accelerator, [[batch, channels, side, side], [filters, channels, window, window]], (b, x) =>
                    b.Conv(x[0], x[1], null, new ConvolutionAttributes(new WindowAttributes(Pads: IntList.Repeat(window / 2, 4))))));
        }

        foreach (var (batch, heads, tokens, width) in new[] { (64, 4, 64, 32), (4, 8, 512, 64) })
        {
            int[] shape = [batch, heads, tokens, width];
            yield return new Kernel(
                "attention",
                shape,
                "GFLOP/s",
                4e-9 * batch * heads * tokens * tokens * width,
                Compile(accelerator, [shape, shape, shape], (b, x) => b.Attention(x[0], x[1], x[2], isCausal: true)));
        }

        // Bytes read and written, once each.
        yield return Rows("softmax", 4096, 65, (b, x) => b.Softmax(x[0]));
        yield return Rows("layer_norm", 4096, 128, (b, x) => b.LayerNormalization(x[0], x[1], x[2]));
        yield return Rows("gelu", 4096, 512, (b, x) => b.Gelu(x[0]));
        yield return Rows("add", 4096, 1024, (b, x) => b.Add(x[0], x[0]));

        Kernel Rows(string name, int rows, int columns, Func<GraphBuilder, GraphValue[], GraphValue> apply) => new(
            name, [rows, columns], "GB/s", 8e-9 * rows * columns, Compile(accelerator, [[rows, columns], [columns], [columns]], apply));
    }

    private static CompiledGraph Compile(IAccelerator accelerator, int[][] inputs, Func<GraphBuilder, GraphValue[], GraphValue> apply)
    {
        var builder = new GraphBuilder();
        GraphValue[] values = [.. inputs.Select((shape, i) => builder.AddInput($"x{i}", TensorType.Real(shape)))];
        var compiled = new CompiledGraph(builder.Build(apply(builder, values)), accelerator);
        var random = new Random(1);
        foreach (var input in compiled.Inputs)
        {
            foreach (ref var value in input.AsSpan<float>())
            {
                value = (2 * random.NextSingle()) - 1;
            }
        }

        return compiled;
    }

    private sealed record Kernel(string Peer, int[] Sizes, string Unit, double UnitsPerCall, CompiledGraph Graph);
}
