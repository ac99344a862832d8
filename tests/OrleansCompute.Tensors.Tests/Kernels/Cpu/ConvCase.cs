using OrleansCompute.Tensors.Kernels;
using OrleansCompute.Tensors.Kernels.Cpu;

namespace OrleansCompute.Tensors.Tests.Kernels.Cpu;

/// <summary>One convolution with its slow definition: every product of an input, a weight and an output gradient.</summary>
internal sealed record ConvCase(ConvGeometry Geometry, int Batch, bool Bias, GemmActivation Activation, int Seed)
{
    /// <summary>Runs all three products and compares every element.</summary>
    public void Check(SimdLevel level, WorkerTeam team, StopSignal? stop = null)
    {
        var g = Geometry;
        var random = new Random(Seed);
        float[] x = KernelAssert.Random(random, Batch * g.InputLength), dy = KernelAssert.Random(random, Batch * g.OutputLength);
        float[] w = KernelAssert.Random(random, g.WeightLength), bias = Bias ? KernelAssert.Random(random, g.Filters) : [];
        float[] channelBias = Bias ? KernelAssert.Random(random, g.Channels) : [];
        double[] y = new double[dy.Length], dx = new double[x.Length], dw = new double[w.Length], db = new double[g.Filters];
        for (var i = 0; i < y.Length; i++)
        {
            db[Channel(i, g.Filters, g.OutputHeight * g.OutputWidth)] += dy[i];
        }

        foreach (var (input, weight, output) in Terms())
        {
            y[output] += (double)x[input] * w[weight];
            dx[input] += (double)dy[output] * w[weight];
            dw[weight] += (double)dy[output] * x[input];
        }

        var transposed = new double[dx.Length];
        for (var i = 0; i < transposed.Length; i++)
        {
            var channel = Channel(i, g.Channels, g.Height * g.Width);
            transposed[i] = GemmCase.Activate(Activation, dx[i] + (Bias ? channelBias[channel] : 0));
        }

        for (var i = 0; i < y.Length; i++)
        {
            var filter = Channel(i, g.Filters, g.OutputHeight * g.OutputWidth);
            y[i] = GemmCase.Activate(Activation, y[i] + (Bias ? bias[filter] : 0));
        }

        var convolution = new CpuConvolution(g, level, team, stop);
        convolution.Prepare(w, bias);

        // Twice: scratch memory must carry nothing over.
        for (var run = 0; run < 2; run++)
        {
            float[] actual = KernelAssert.Random(random, y.Length), actualX = KernelAssert.Random(random, x.Length);
            float[] actualW = KernelAssert.Random(random, w.Length), actualB = KernelAssert.Random(random, g.Filters);
            convolution.Forward(Batch, x, actual, Activation);
            KernelAssert.Close(Floats(y), actual, $"forward {this} {level}");
            convolution.InputGradient(Batch, w, dy, actualX);
            KernelAssert.Close(Floats(dx), actualX, $"input gradient {this} {level}");
            convolution.InputGradient(Batch, w, dy, actualX, channelBias, Activation);
            KernelAssert.Close(Floats(transposed), actualX, $"transposed {this} {level}");
            convolution.WeightGradient(Batch, x, dy, actualW, actualB);
            KernelAssert.Close(Floats(dw), actualW, $"weight gradient {this} {level}");
            KernelAssert.Close(Floats(db), actualB, $"bias gradient {this} {level}");
        }
    }

    private static float[] Floats(double[] values) => [.. values.Select(value => (float)value)];

    private int Channel(int index, int channels, int pixels) => Geometry.ChannelsFirst ? index / pixels % channels : index % channels;

    private int Index(int image, int channel, int y, int x, int channels, int height, int width) => Geometry.ChannelsFirst
        ? (((((image * channels) + channel) * height) + y) * width) + x
        : (((((image * height) + y) * width) + x) * channels) + channel;

    private IEnumerable<(int Input, int Weight, int Output)> Terms()
    {
        var g = Geometry;
        foreach (var image in Enumerable.Range(0, Batch))
        {
            foreach (var weight in Enumerable.Range(0, g.WeightLength))
            {
                int kx = weight % g.KernelWidth, ky = weight / g.KernelWidth % g.KernelHeight;
                int inner = weight / g.Area % g.GroupChannels, filter = weight / g.Area / g.GroupChannels;
                var channel = (filter / g.GroupFilters * g.GroupChannels) + inner;
                for (var oy = 0; oy < g.OutputHeight; oy++)
                {
                    for (var ox = 0; ox < g.OutputWidth; ox++)
                    {
                        int y = (oy * g.StrideY) - g.PadTop + (ky * g.DilationY), x = (ox * g.StrideX) - g.PadLeft + (kx * g.DilationX);
                        if (y >= 0 && y < g.Height && x >= 0 && x < g.Width)
                        {
                            yield return (
                                Index(image, channel, y, x, g.Channels, g.Height, g.Width),
                                weight,
                                Index(image, filter, oy, ox, g.Filters, g.OutputHeight, g.OutputWidth));
                        }
                    }
                }
            }
        }
    }
}
