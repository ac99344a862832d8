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
using OrleansCompute.Tensors.Operators.Indexing;
using OrleansCompute.Tensors.Operators.Normalisations;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Cli.Commands.Bench;

/// <summary>`oc bench kernels`: matrix products beside OpenBLAS, other kernels beside PyTorch.</summary>
internal sealed class BenchKernelsCommand : PairedBenchCommand
{
    // Small products take turns of milliseconds: this part of the rounds' time gives hundreds of them.
    private const double PartForProduct = 0.2;

    private static readonly string[] Names =
        ["conv", "attention", "shared_attention", "shared_attention_gradient", "softmax", "layer_norm", "gelu", "add", "add2", "pow", "gather", "conv3d"];

    private readonly Option<string[]> _products = new("--product")
    {
        Description = "Products, ROWSxCOLUMNSxDEPTH with NN, TN, NT or TT behind for transposed operands. Default: some 60.",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string> _only = new("--only")
    {
        Description = "What to measure: all, products, others, or one of the others by its name.",
        DefaultValueFactory = _ => "all",
    };

    public BenchKernelsCommand(CommandContext context)
        : base(context, "kernels", "Matrix products, convolution, attention and other kernels beside OpenBLAS and PyTorch.")
    {
        Command.Options.Add(_products);
        Command.Options.Add(_only);
    }

    protected override bool NeedsPeer(ParseResult arguments) => arguments.GetValue(_only) != "products";

    protected override async IAsyncEnumerable<PairedResult> MeasureAsync(
        ParseResult arguments, IReadOnlyList<int> threads, PairedRounds rounds, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var only = arguments.GetValue(_only)!;
        Require(only is "all" or "products" or "others" || Names.Contains(only), "--only", $"'{only}'", $"all, products, others, {string.Join(", ", Names)}");
        var products = only is "all" or "products" ? Products(arguments.GetValue(_products)) : [];
        var blas = products.Count == 0 || IsAlone(arguments) ? null : OpenBlas.TryLoad();
        if (products.Count > 0)
        {
            Context.Line(blas is null ? "products: without OpenBLAS" : $"products: in turns of milliseconds beside {blas.Configuration}");
        }

        var pairs = new ProductRounds(blas, Context.Clock, rounds.TotalSeconds * PartForProduct);
        foreach (var count in threads)
        {
            using var accelerator = new CpuAccelerator(SimdSupport.Best, count);
            foreach (var shape in products)
            {
                yield return await pairs.MeasureAsync(shape, accelerator, count, cancellationToken);
            }

            foreach (var kernel in only == "products" ? [] : Others(accelerator))
            {
                using var compiled = kernel.Graph;
                if (Names.Contains(only) && kernel.Peer != only)
                {
                    continue;
                }

                var request = new JsonObject { ["do"] = "kernel", ["name"] = kernel.Peer, ["sizes"] = new JsonArray([.. kernel.Sizes.Select(size => (JsonNode)size)]) };
                yield return await rounds.MeasureAsync(
                    $"{kernel.Peer} {string.Join(" x ", kernel.Sizes)}", count, kernel.Unit, kernel.UnitsPerCall, () => compiled.Run(), request, cancellationToken);
            }
        }
    }

    private static IReadOnlyList<ProductShape> Products(string[]? given)
    {
        try
        {
            return given is { Length: > 0 } ? [.. given.Select(ProductShape.Parse)] : ProductShape.Defaults;
        }
        catch (FormatException exception)
        {
            throw new CommandException($"--product is {exception.Message}.");
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

        // Grouped queries, one head of keys for all, and a step of generation. Counted are whole squares, although what lies ahead is hidden.
        foreach (var (batch, heads, queries, keys, width, few) in new[] { (4, 8, 512, 512, 64, 2), (1, 8, 512, 512, 64, 1), (8, 8, 1, 1024, 64, 2) })
        {
            int[] sizes = [batch, heads, queries, keys, width, few], many = [batch, heads, queries, width], shared = [batch, few, keys, width];
            var product = 2e-9 * batch * heads * queries * keys * width;
            yield return new Kernel(
                "shared_attention", sizes, "GFLOP/s", 2 * product, Compile(accelerator, [many, shared, shared], (b, x) => b.Attention(x[0], x[1], x[2], isCausal: true)));
            if (queries > 1)
            {
                yield return new Kernel("shared_attention_gradient", sizes, "GFLOP/s", 7 * product, Compile(accelerator, [many, shared, shared, many], AttentionGradient));
            }
        }

        // Bytes read and written, once each.
        yield return Rows("softmax", 4096, 65, (b, x) => b.Softmax(x[0]));
        yield return Rows("layer_norm", 4096, 128, (b, x) => b.LayerNormalization(x[0], x[1], x[2]));
        yield return Rows("gelu", 4096, 512, (b, x) => b.Gelu(x[0]));
        yield return Rows("add", 4096, 1024, (b, x) => b.Add(x[0], x[0]));

        // Of two tensors that do not fit the caches together with the sum.
        yield return new Kernel("add2", [8192, 1024], "GB/s", 12e-9 * 8192 * 1024, Compile(accelerator, [[8192, 1024], [8192, 1024]], (b, x) => b.Add(x[0], x[1])));
        var powers = Compile(accelerator, [[1024, 1024], [1024, 1024]], (b, x) => b.Pow(x[0], x[1]));
        foreach (ref var value in powers.Inputs[0].AsSpan<float>())
        {
            // From 0.05 to 5: powers of negative numbers are no numbers.
            value = (2.5f * (value + 1)) + 0.05f;
        }

        yield return new Kernel("pow", [1024, 1024], "GB/s", 12e-9 * 1024 * 1024, powers);
        using var indices = Tensor.Vector<long>([.. Enumerable.Range(0, 512).Select(i => i * 7919L % 1024)]);
        foreach (var run in new[] { 1, 8 })
        {
            yield return new Kernel(
                "gather", [1024, 1024, run], "GB/s", 8e-9 * 1024 * 512 * run, Compile(accelerator, [[1024, 1024, run]], (b, x) => b.Gather(x[0], b.Constant(indices), 1)));
        }

        yield return new Kernel(
            "conv3d", [4, 16, 16, 32, 3], "GFLOP/s", 2e-9 * 4 * 16 * 4096 * 32 * 27, Compile(accelerator, [[4, 16, 16, 16, 16], [32, 16, 3, 3, 3]], (b, x) =>
                b.Conv(x[0], x[1], null, new ConvolutionAttributes(new WindowAttributes(Pads: IntList.Repeat(1, 6))))));

        Kernel Rows(string name, int rows, int columns, Func<GraphBuilder, GraphValue[], GraphValue> apply) => new(
            name, [rows, columns], "GB/s", 8e-9 * rows * columns, Compile(accelerator, [[rows, columns], [columns], [columns]], apply));
    }

    private static IReadOnlyList<GraphValue> AttentionGradient(GraphBuilder builder, GraphValue[] x)
    {
        var forward = builder.Apply(new AttentionOperator(true), x[0], x[1], x[2]);
        return builder.Apply(new AttentionGradientOperator(true, null), x[0], x[1], x[2], null, forward[0], forward[1], x[3]);
    }

    private static CompiledGraph Compile(IAccelerator accelerator, int[][] inputs, Func<GraphBuilder, GraphValue[], GraphValue> apply) =>
        Compile(accelerator, inputs, (builder, values) => [apply(builder, values)]);

    private static CompiledGraph Compile(IAccelerator accelerator, int[][] inputs, Func<GraphBuilder, GraphValue[], IReadOnlyList<GraphValue>> apply)
    {
        var builder = new GraphBuilder();
        GraphValue[] values = [.. inputs.Select((shape, i) => builder.AddInput($"x{i}", TensorType.Real(shape)))];
        var compiled = new CompiledGraph(builder.Build([.. apply(builder, values)]), accelerator);
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
