namespace OrleansCompute.Tensors.Kernels.Reference;

/// <summary>The definition of the convolution and of its gradients, one multiplication at a time, summed in double precision.</summary>
internal sealed class ReferenceConv2d : IConv2dKernel
{
    private float[] _weights = [];
    private float[] _bias = [];

    public ReferenceConv2d(Conv2dGeometry geometry)
    {
        geometry.Validate();
        Geometry = geometry;
    }

    public Conv2dGeometry Geometry { get; }

    public void Prepare(ReadOnlySpan<float> weights, ReadOnlySpan<float> bias)
    {
        _weights = weights[..Geometry.WeightLength].ToArray();
        _bias = bias.IsEmpty ? [] : bias[..Geometry.Filters].ToArray();
    }

    public void Forward(int batch, ReadOnlySpan<float> input, Span<float> output, bool relu)
    {
        var sums = new double[batch * Geometry.OutputLength];
        for (var i = 0; i < sums.Length; i++)
        {
            sums[i] = _bias.Length == 0 ? 0 : _bias[i % Geometry.Filters];
        }

        foreach (var term in Terms(batch))
        {
            sums[term.Output] += (double)input[term.Input] * _weights[term.Weight];
        }

        for (var i = 0; i < sums.Length; i++)
        {
            output[i] = relu ? MathF.Max((float)sums[i], 0f) : (float)sums[i];
        }
    }

    public void InputGradient(int batch, ReadOnlySpan<float> weights, ReadOnlySpan<float> outputGradient, Span<float> inputGradient)
    {
        var sums = new double[batch * Geometry.InputLength];
        foreach (var term in Terms(batch))
        {
            sums[term.Input] += (double)outputGradient[term.Output] * weights[term.Weight];
        }

        Copy(sums, inputGradient);
    }

    public void WeightGradient(
        int batch, ReadOnlySpan<float> input, ReadOnlySpan<float> outputGradient, Span<float> weightGradient, Span<float> biasGradient)
    {
        var sums = new double[Geometry.WeightLength];
        foreach (var term in Terms(batch))
        {
            sums[term.Weight] += (double)outputGradient[term.Output] * input[term.Input];
        }

        Copy(sums, weightGradient);
        if (!biasGradient.IsEmpty)
        {
            new ReferenceKernels().ColumnSums(Geometry.Filters, outputGradient[..(batch * Geometry.OutputLength)], biasGradient);
        }
    }

    private static void Copy(double[] sums, Span<float> to)
    {
        for (var i = 0; i < sums.Length; i++)
        {
            to[i] = (float)sums[i];
        }
    }

    /// <summary>Every product of an input and a weight, with the output that it belongs to.</summary>
    private IEnumerable<(int Input, int Weight, int Output)> Terms(int batch)
    {
        var g = Geometry;
        for (var image = 0; image < batch; image++)
        {
            for (var output = 0; output < g.OutputLength; output++)
            {
                int filter = output % g.Filters, pixel = output / g.Filters;
                int top = (pixel / g.OutputWidth * g.Stride) - g.Padding, left = (pixel % g.OutputWidth * g.Stride) - g.Padding;
                for (var weight = 0; weight < g.Depth; weight++)
                {
                    var column = weight % g.KernelWidth;
                    var row = weight / g.KernelWidth % g.KernelHeight;
                    var channel = weight / (g.KernelWidth * g.KernelHeight);
                    int y = top + row, x = left + column;
                    if (y >= 0 && y < g.Height && x >= 0 && x < g.Width)
                    {
                        yield return (
                            (image * g.InputLength) + (((y * g.Width) + x) * g.Channels) + channel,
                            (filter * g.Depth) + weight,
                            (image * g.OutputLength) + output);
                    }
                }
            }
        }
    }
}
