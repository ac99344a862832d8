namespace OrleansCompute.Tensors.Kernels;

/// <summary>A short real benchmark of a kernel set, the number that the scheduler shares work by. Thread-safe.</summary>
public static class KernelScore
{
    private const int Size = 256;
    private const int Images = 8;
    private const int MinRuns = 3;

    /// <summary>
    /// Measures matrix products (256 x 256 x 256) and the second convolution of the reference CNN (5 x 5, 16 to 32 channels, forward and
    /// both gradients) in turn, and returns the median over the turns of the work per time.
    /// </summary>
    /// <param name="kernels">What to measure.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="budget">How long to measure, more than zero; at least three turns are made even if they take longer.</param>
    /// <returns>Thousand millions of floating-point operations per second.</returns>
    public static double MeasureGflops(IKernelSet kernels, TimeProvider timeProvider, TimeSpan budget)
    {
        ArgumentNullException.ThrowIfNull(kernels);
        ArgumentNullException.ThrowIfNull(timeProvider);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(budget, TimeSpan.Zero);

        var random = new Random(1);
        var geometry = new Conv2dGeometry(16, 14, 14, 32, 5, 5, 1, 2);
        var gemm = kernels.CreateGemm();
        var conv = kernels.CreateConv2d(geometry);
        float[] a = Fill(Size * Size), b = Fill(Size * Size), c = new float[Size * Size];
        float[] weights = Fill(geometry.WeightLength), weightGradient = new float[weights.Length];
        float[] input = Fill(Images * geometry.InputLength), inputGradient = new float[input.Length];
        var output = new float[Images * geometry.OutputLength];
        var operations = (2.0 * Size * Size * Size)
            + (3 * 2.0 * Images * geometry.OutputHeight * geometry.OutputWidth * geometry.Filters * geometry.Depth);

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

        float[] Fill(int length)
        {
            var values = new float[length];
            for (var i = 0; i < length; i++)
            {
                values[i] = random.NextSingle() - 0.5f;
            }

            return values;
        }

        void Turn()
        {
            gemm.Multiply(new GemmShape(Size, Size, Size), a, b, [], c);
            conv.Prepare(weights, []);
            conv.Forward(Images, input, output, relu: false);
            conv.WeightGradient(Images, input, output, weightGradient, []);
            conv.InputGradient(Images, weights, output, inputGradient);
        }
    }
}
