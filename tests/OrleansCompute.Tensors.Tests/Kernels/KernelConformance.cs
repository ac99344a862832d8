using OrleansCompute.Tensors.Kernels;
using OrleansCompute.Tensors.Legacy.Shapes;

namespace OrleansCompute.Tensors.Tests.Kernels;

/// <summary>What every kernel set must compute, against the reference; each kernel set derives an empty class.</summary>
public abstract class KernelConformance : IDisposable
{
    private readonly IKernelSet _reference = KernelSets.CreateReference();

    protected abstract IKernelSet Kernels { get; }

    public static TheoryData<int, int, int> GemmSizes => new()
    {
        { 1, 1, 1 }, { 0, 3, 2 }, { 3, 0, 2 }, { 3, 2, 0 }, { 7, 5, 3 }, { 65, 33, 17 }, { 14, 32, 8 }, { 15, 31, 300 }, { 2, 130, 70 },
        { 4, 10, 128 }, { 1, 257, 40 }, { 29, 48, 16 }, { 200, 161, 257 }, { 169, 513, 12 }, { 64, 10, 128 },
    };

    public static TheoryData<int, Conv2dGeometry> ConvSizes => new()
    {
        { 1, new Conv2dGeometry(1, 28, 28, 16, 5, 5, 1, 2) },
        { 0, new Conv2dGeometry(16, 14, 14, 32, 5, 5, 1, 2) },
        { 1, new Conv2dGeometry(1, 1, 1, 1, 1, 1, 1, 0) },
        { 2, new Conv2dGeometry(3, 7, 5, 5, 3, 3, 1, 0) },
        { 2, new Conv2dGeometry(3, 9, 8, 7, 3, 3, 2, 1) },
        { 1, new Conv2dGeometry(2, 11, 10, 33, 3, 3, 3, 2) },
        { 2, new Conv2dGeometry(17, 6, 6, 49, 2, 2, 2, 0) },
        { 1, new Conv2dGeometry(5, 6, 9, 4, 1, 3, 1, 0) },
        { 1, new Conv2dGeometry(9, 4, 4, 10, 4, 4, 1, 3) },
        { 0, new Conv2dGeometry(2, 4, 4, 3, 3, 3, 1, 1) },
    };

    [Theory]
    [MemberData(nameof(GemmSizes))]
    public void Multiply_WhenAnySizeAndLayout_MatchesReference(int m, int n, int k)
    {
        var random = new Random(1);
        float[] a = KernelAssert.Random(random, m * k), b = KernelAssert.Random(random, k * n), bias = KernelAssert.Random(random, n);
        var kernel = Kernels.CreateGemm();
        foreach (var layout in Enumerable.Range(0, 16))
        {
            var shape = new GemmShape(m, n, k, (layout & 1) != 0, (layout & 2) != 0);
            var addBias = (layout & 4) != 0 ? bias : [];
            var relu = (layout & 8) != 0;
            float[] expected = new float[m * n], actual = KernelAssert.Random(random, m * n);
            _reference.CreateGemm().Multiply(shape, a, b, addBias, expected, relu);
            kernel.Multiply(shape, a, b, addBias, actual, relu);
            KernelAssert.Close(expected, actual, $"{shape} bias {addBias.Length} relu {relu}");
        }
    }

    [Fact]
    public void Multiply_WhenBufferIsShort_NamesBothShapes() =>
        Assert.Contains(
            "[2, 3] x [3, 5]",
            Assert.Throws<ArgumentException>(() => Kernels.CreateGemm().Multiply(new GemmShape(2, 5, 3), new float[5], new float[15], [], new float[10]))
                .Message);

    [Theory]
    [MemberData(nameof(ConvSizes))]
    public void Conv2d_WhenAnyGeometry_MatchesReferenceForwardAndBackward(int batch, Conv2dGeometry geometry)
    {
        var g = geometry;
        var random = new Random(2);
        var weights = KernelAssert.Random(random, g.WeightLength);
        IConv2dKernel expectedKernel = _reference.CreateConv2d(g), kernel = Kernels.CreateConv2d(g);

        // Twice with different sizes: scratch memory must not carry anything over.
        foreach (var images in new[] { batch + 1, batch })
        {
            float[] input = KernelAssert.Random(random, images * g.InputLength), gradient = KernelAssert.Random(random, images * g.OutputLength);
            foreach (var bias in new[] { KernelAssert.Random(random, g.Filters), [] })
            {
                foreach (var relu in new[] { true, false })
                {
                    float[] expected = new float[gradient.Length], actual = KernelAssert.Random(random, gradient.Length);
                    expectedKernel.Prepare(weights, bias);
                    expectedKernel.Forward(images, input, expected, relu);
                    kernel.Prepare(weights, bias);
                    kernel.Forward(images, input, actual, relu);
                    KernelAssert.Close(expected, actual, $"forward {g} relu {relu}");
                }
            }

            float[] expectedInput = new float[input.Length], actualInput = KernelAssert.Random(random, input.Length);
            expectedKernel.InputGradient(images, weights, gradient, expectedInput);
            kernel.InputGradient(images, weights, gradient, actualInput);
            KernelAssert.Close(expectedInput, actualInput, $"input gradient {g}");

            float[] expectedWeights = new float[g.WeightLength], actualWeights = KernelAssert.Random(random, g.WeightLength);
            float[] expectedBias = new float[g.Filters], actualBias = KernelAssert.Random(random, g.Filters);
            expectedKernel.WeightGradient(images, input, gradient, expectedWeights, expectedBias);
            kernel.WeightGradient(images, input, gradient, actualWeights, actualBias);
            KernelAssert.Close(expectedWeights, actualWeights, $"weight gradient {g}");
            KernelAssert.Close(expectedBias, actualBias, $"bias gradient {g}");
        }
    }

    [Theory]
    [InlineData(2, 16, 28, 28, 2, 2)]
    [InlineData(3, 5, 7, 9, 2, 2)]
    [InlineData(1, 19, 8, 8, 3, 2)]
    [InlineData(1, 8, 9, 9, 2, 3)]
    [InlineData(0, 4, 4, 4, 2, 2)]
    public void MaxPool2d_WhenAnyGeometry_MatchesReferenceForwardAndBackward(int batch, int channels, int height, int width, int size, int stride)
    {
        var g = new MaxPool2dGeometry(channels, height, width, size, stride);
        var random = new Random(3);
        float[] input = KernelAssert.Random(random, batch * g.InputLength), gradient = KernelAssert.Random(random, batch * g.OutputLength);
        input.AsSpan(0, input.Length / 2).Clear();   // equal values: the first of them is chosen
        float[] expected = new float[gradient.Length], actual = new float[gradient.Length];
        int[] expectedChoices = new int[gradient.Length], actualChoices = new int[gradient.Length];
        _reference.MaxPool2d(g, batch, input, expected, expectedChoices);
        Kernels.MaxPool2d(g, batch, input, actual, actualChoices);
        Assert.Equal(expected, actual);
        Assert.Equal(expectedChoices, actualChoices);
        Kernels.MaxPool2d(g, batch, input, actual, []);
        Assert.Equal(expected, actual);

        float[] expectedGradient = new float[input.Length], actualGradient = KernelAssert.Random(random, input.Length);
        _reference.MaxPool2dGradient(g, batch, expectedChoices, gradient, expectedGradient);
        Kernels.MaxPool2dGradient(g, batch, expectedChoices, gradient, actualGradient);
        KernelAssert.Close(expectedGradient, actualGradient, $"{g}");
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 10)]
    [InlineData(5, 37)]
    [InlineData(0, 4)]
    public void RowsAndElements_WhenAnySize_MatchReference(int rows, int columns)
    {
        var random = new Random(4);
        float[] x = KernelAssert.Random(random, rows * columns), other = KernelAssert.Random(random, x.Length);
        float[] row = KernelAssert.Random(random, columns);
        Same(x.Length, (kernels, y) => kernels.Relu(x, y));
        Same(x.Length, (kernels, y) => kernels.ReluGradient(x, other, y));
        Same(x.Length, (kernels, y) => kernels.Add(x, row, y));
        Same(columns, (kernels, y) => kernels.ColumnSums(columns, x, y));
        Same(x.Length, (kernels, y) => kernels.Softmax(columns, x, y));
        Same(x.Length, (kernels, y) => kernels.LogSoftmax(columns, x, y));
        Same(x.Length, (kernels, y) => kernels.SoftmaxGradient(columns, x, other, y));
        Same(x.Length, (kernels, y) => kernels.LogSoftmaxGradient(columns, x, other, y));
        Same(x.Length, (kernels, y) => kernels.ToChannelsLast(rows, 1, columns, x, y));
    }

    [Fact]
    public void LogSoftmax_WhenInputsAreHuge_StaysFinite()
    {
        var y = new float[3];
        Kernels.LogSoftmax(3, [1e30f, -1e30f, 1e30f], y);
        Assert.Equal(-MathF.Log(2), y[0], 1e-6f);
        Kernels.Softmax(3, [1000f, 999f, -1000f], y);
        Assert.Equal(1f, y.Sum(), 1e-6f);
    }

    [Fact]
    public void CreateConv2d_WhenFilterExceedsInput_NamesBothShapes()
    {
        var message = Assert.Throws<ShapeMismatchException>(() => Kernels.CreateConv2d(new Conv2dGeometry(1, 3, 3, 2, 5, 5, 1, 0))).Message;
        Assert.Contains("[N, 1, 3, 3]", message, StringComparison.Ordinal);
        Assert.Contains("[2, 1, 5, 5]", message, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        Kernels.Dispose();
        _reference.Dispose();
        GC.SuppressFinalize(this);
    }

    private void Same(int length, Action<IKernelSet, float[]> run)
    {
        float[] expected = new float[length], actual = KernelAssert.Random(new Random(5), length);
        run(_reference, expected);
        run(Kernels, actual);
        KernelAssert.Close(expected, actual, "element-wise");
    }
}
