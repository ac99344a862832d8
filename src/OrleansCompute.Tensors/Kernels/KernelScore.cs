using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Tensors.Execution;
using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Operators.Convolutions;
using OrleansCompute.Tensors.Operators.Linear;
using OrleansCompute.Tensors.Operators;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Kernels;

/// <summary>A short real benchmark of an accelerator, the number that the scheduler shares work by. Thread-safe.</summary>
public static class KernelScore
{
    private const int Size = 256;
    private const int Images = 8;
    private const int MinRuns = 3;

    /// <summary>
    /// Measures a matrix product (256 x 256 x 256) and the second convolution of the reference CNN (5 x 5, 16 to 32 channels, forward and
    /// both gradients) in turn, and returns the median over the turns of the work per time.
    /// </summary>
    /// <param name="accelerator">What to measure.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="budget">How long to measure, more than zero; at least three turns are made even if they take longer.</param>
    /// <returns>Thousand millions of floating-point operations per second.</returns>
    public static double MeasureGflops(IAccelerator accelerator, TimeProvider timeProvider, TimeSpan budget)
    {
        ArgumentNullException.ThrowIfNull(accelerator);
        ArgumentNullException.ThrowIfNull(timeProvider);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(budget, TimeSpan.Zero);

        var graph = Work();
        using var compiled = new CompiledGraph(graph, accelerator);
        Fill(accelerator, compiled.Inputs);
        double operations = graph.Cost().Flops;
        var rates = new List<double>();
        var start = timeProvider.GetTimestamp();
        Turn();
        while (rates.Count < MinRuns || timeProvider.GetElapsedTime(start) < budget)
        {
            var before = timeProvider.GetTimestamp();
            Turn();
            var seconds = timeProvider.GetElapsedTime(before).TotalSeconds;

            // A clock that stands still (a test's) gives no rate; it must not give an endless loop either.
            rates.Add(seconds > 0 ? operations / seconds / 1e9 : 0);
            if (seconds <= 0 && rates.Count >= MinRuns)
            {
                break;
            }
        }

        rates.Sort();
        return rates[rates.Count / 2];

        void Turn()
        {
            compiled.Run();
            accelerator.Synchronize();
        }
    }

    private static Graph Work()
    {
        var builder = new GraphBuilder();
        var options = new ConvolutionAttributes(new WindowAttributes(Pads: IntList.Create([2, 2, 2, 2])));
        GraphValue a = builder.AddInput("a", TensorType.Real(Size, Size)), b = builder.AddInput("b", TensorType.Real(Size, Size));
        var image = builder.AddInput("image", TensorType.Real(Images, 16, 14, 14));
        var weights = builder.AddInput("weights", TensorType.Real(32, 16, 5, 5));
        var result = builder.Apply(new ConvOperator(options), image, weights)[0];
        return builder.Build(
            builder.Apply(new MatMulOperator(), a, b)[0],
            builder.Apply(new ConvInputGradientOperator(options), result, weights, image)[0],
            builder.Apply(new ConvWeightGradientOperator(options), image, result, weights)[0]);
    }

    private static void Fill(IAccelerator accelerator, IReadOnlyList<Tensor> inputs)
    {
        var random = new Random(1);
        foreach (var input in inputs)
        {
            using var host = Tensor.Zeros(input.Type);
            foreach (ref var value in host.AsSpan<float>())
            {
                value = random.NextSingle() - 0.5f;
            }

            accelerator.CopyToDevice(host, input);
        }
    }
}
