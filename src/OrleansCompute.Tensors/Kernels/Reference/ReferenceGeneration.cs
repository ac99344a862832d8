using OrleansCompute.Tensors.Operators;
using OrleansCompute.Tensors.Operators.Generation;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Kernels.Reference;

/// <summary>Reference kernels of operators that make tensors.</summary>
internal static class ReferenceGeneration
{
    private const int UnseededStart = 20_040_229;

    public static ReferenceKernelTable Table { get; } = new ReferenceKernelTable()
        .Add<ConstantOperator>((o, call) => o.Value.CopyTo(call.Output(0)))
        .Add<ConstantOfShapeOperator>((o, call) =>
        {
            HostMoves.AllocateOutputs(call);
            HostMoves.Gather(o.Value, call.Output(0), _ => 0);
        })
        .Add<RangeOperator>((_, call) => Range(call))
        .Add<EyeLikeOperator>((o, call) => HostElements.StoreIntegers(call.Output(0), [.. Enumerable.Range(0, call.Output(0).Shape.Elements)
            .Select(i => (Int128)(i % call.Output(0).Shape[1] == (i / call.Output(0).Shape[1]) + o.Diagonal ? 1 : 0))]))
        .AddDrawing<RandomOperator>(o => Generator(o.Seed), Draw)
        .AddDrawing<BernoulliOperator>(o => Generator(o.Seed), (_, random, call) => HostElements.StoreReals(
            call.Output(0), Array.ConvertAll(HostElements.Reals(call.Input(0)), p => random.NextDouble() < p ? 1.0 : 0)))
        .AddDrawing<MultinomialOperator>(o => Generator(o.Seed), Classes)
        .Add<WindowFunctionOperator>(Window)
        .Add<MelWeightMatrixOperator>((_, call) => Mel(call));

    /// <summary>The generator of a kernel: null seed goes on from run to run, a seed starts again with each run.</summary>
    private static (Random Random, bool Restarts) Generator(float? seed) => seed is { } value
        ? (new Random(BitConverter.SingleToInt32Bits(value)), true)
        : (new Random(UnseededStart), false);

    private static ReferenceKernelTable AddDrawing<TOperator>(
        this ReferenceKernelTable table, Func<TOperator, (Random Random, bool Restarts)> generator, Action<TOperator, Random, KernelCall> run)
        where TOperator : Operator => table.AddStateful<TOperator>(o =>
        {
            var (random, restarts) = generator(o);
            return call => run(o, restarts ? generator(o).Random : random, call);
        });

    private static void Draw(RandomOperator o, Random random, KernelCall call)
    {
        var values = new double[call.Output(0).Shape.Elements];
        for (var i = 0; i < values.Length; i++)
        {
            // Box and Muller, 1958.
            values[i] = o.Distribution == RandomDistribution.Uniform
                ? o.First + ((o.Second - (double)o.First) * random.NextDouble())
                : o.First + (o.Second * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
        }

        HostElements.StoreReals(call.Output(0), values);
    }

    private static void Classes(MultinomialOperator o, Random random, KernelCall call)
    {
        var logs = HostElements.Reals(call.Input(0));
        var classes = call.Input(0).Shape[1];
        var drawn = new Int128[call.Output(0).Shape.Elements];
        for (var i = 0; i < drawn.Length; i++)
        {
            var row = logs.AsSpan(i / o.Samples * classes, classes).ToArray();
            var largest = row.Max();
            double[] weights = [.. row.Select(value => Math.Exp(value - largest))];
            var rest = random.NextDouble() * weights.Sum();
            var choice = 0;
            while (choice < classes - 1 && rest >= weights[choice])
            {
                rest -= weights[choice++];
            }

            drawn[i] = choice;
        }

        HostElements.StoreIntegers(call.Output(0), drawn);
    }

    private static void Range(KernelCall call)
    {
        HostMoves.AllocateOutputs(call);
        var count = call.Output(0).Shape.Elements;
        if (call.Output(0).ElementType.IsFloatingPoint())
        {
            double start = HostElements.Reals(call.Input(0))[0], step = HostElements.Reals(call.Input(2))[0];
            HostElements.StoreReals(call.Output(0), [.. Enumerable.Range(0, count).Select(i => start + (i * step))]);
        }
        else
        {
            Int128 start = HostElements.Integers(call.Input(0))[0], step = HostElements.Integers(call.Input(2))[0];
            HostElements.StoreIntegers(call.Output(0), [.. Enumerable.Range(0, count).Select(i => start + (i * step))]);
        }
    }

    private static void Window(WindowFunctionOperator o, KernelCall call)
    {
        HostMoves.AllocateOutputs(call);
        var size = call.Output(0).Shape.Elements;
        var step = 2 * Math.PI / Math.Max(1, o.IsPeriodic ? size : size - 1);
        HostElements.StoreReals(call.Output(0), [.. Enumerable.Range(0, size).Select(i => o.Function switch
        {
            WindowFunction.Hann => 0.5 - (0.5 * Math.Cos(i * step)),
            WindowFunction.Hamming => (25.0 / 46) - (21.0 / 46 * Math.Cos(i * step)),
            _ => 0.42 - (0.5 * Math.Cos(i * step)) + (0.08 * Math.Cos(2 * i * step)),
        })]);
    }

    private static void Mel(KernelCall call)
    {
        HostMoves.AllocateOutputs(call);
        int bands = HostElements.Ints(call.Input(0))[0], length = HostElements.Ints(call.Input(1))[0], rate = HostElements.Ints(call.Input(2))[0];
        static double ToMel(double frequency) => 2595 * Math.Log10(1 + (frequency / 700));
        double low = ToMel(HostElements.Reals(call.Input(3))[0]), high = ToMel(HostElements.Reals(call.Input(4))[0]);
        var step = (high - low) / (bands + 2);
        int[] bins = [.. Enumerable.Range(0, bands + 2).Select(i =>
            (int)Math.Floor((length + 1) * 700 * (Math.Pow(10, (low + (i * step)) / 2595) - 1) / rate))];
        var weights = new double[call.Output(0).Shape.Elements];
        void Set(int bin, int band, double weight)
        {
            if (bin >= 0 && bin <= length / 2)
            {
                weights[(bin * bands) + band] = weight;
            }
        }

        for (var band = 0; band < bands; band++)
        {
            int lower = bins[band], center = bins[band + 1], upper = bins[band + 2];
            for (var bin = lower; bin <= center; bin++)
            {
                Set(bin, band, center == lower ? 1 : (bin - lower) / (double)(center - lower));
            }

            for (var bin = center; bin < upper; bin++)
            {
                Set(bin, band, (upper - bin) / (double)(upper - center));
            }
        }

        HostElements.StoreReals(call.Output(0), weights);
    }
}
