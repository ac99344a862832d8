namespace OrleansCompute.Tensors.Kernels.Reference;

/// <summary>Slow, obvious kernels: what the others must agree with. Stateless and thread-safe.</summary>
internal sealed class ReferenceKernels : IKernelSet
{
    public string Name => "cpu-reference";

    public int Threads => 1;

    public IConv2dKernel CreateConv2d(Conv2dGeometry geometry) => new ReferenceConv2d(geometry);

    public IGemmKernel CreateGemm() => new ReferenceGemm();

    public void MaxPool2d(MaxPool2dGeometry geometry, int batch, ReadOnlySpan<float> input, Span<float> output, Span<int> choices)
    {
        geometry.Validate();
        var g = geometry;
        for (var i = 0; i < batch * g.OutputLength; i++)
        {
            output[i] = float.NegativeInfinity;
            for (var position = 0; position < g.Size * g.Size; position++)
            {
                var value = input[Source(g, i, position)];
                if (position == 0 || value > output[i])
                {
                    output[i] = value;
                    if (!choices.IsEmpty)
                    {
                        choices[i] = position;
                    }
                }
            }
        }
    }

    public void MaxPool2dGradient(
        MaxPool2dGeometry geometry, int batch, ReadOnlySpan<int> choices, ReadOnlySpan<float> outputGradient, Span<float> inputGradient)
    {
        geometry.Validate();
        inputGradient[..(batch * geometry.InputLength)].Clear();
        for (var i = 0; i < batch * geometry.OutputLength; i++)
        {
            inputGradient[Source(geometry, i, choices[i])] += outputGradient[i];
        }
    }

    public void Relu(ReadOnlySpan<float> input, Span<float> output)
    {
        for (var i = 0; i < input.Length; i++)
        {
            output[i] = MathF.Max(input[i], 0f);
        }
    }

    public void ReluGradient(ReadOnlySpan<float> output, ReadOnlySpan<float> outputGradient, Span<float> inputGradient)
    {
        for (var i = 0; i < output.Length; i++)
        {
            inputGradient[i] = output[i] > 0f ? outputGradient[i] : 0f;
        }
    }

    public void Add(ReadOnlySpan<float> left, ReadOnlySpan<float> right, Span<float> sum)
    {
        for (var i = 0; i < left.Length; i++)
        {
            sum[i] = left[i] + right[i % right.Length];
        }
    }

    public void ColumnSums(int columns, ReadOnlySpan<float> matrix, Span<float> sums)
    {
        for (var column = 0; column < columns; column++)
        {
            double sum = 0;
            for (var i = column; i < matrix.Length; i += columns)
            {
                sum += matrix[i];
            }

            sums[column] = (float)sum;
        }
    }

    public void Softmax(int columns, ReadOnlySpan<float> input, Span<float> output) => RowFunctions.Softmax(columns, input, output);

    public void SoftmaxGradient(int columns, ReadOnlySpan<float> output, ReadOnlySpan<float> outputGradient, Span<float> inputGradient) =>
        RowFunctions.SoftmaxGradient(columns, output, outputGradient, inputGradient);

    public void LogSoftmax(int columns, ReadOnlySpan<float> input, Span<float> output) => RowFunctions.LogSoftmax(columns, input, output);

    public void LogSoftmaxGradient(int columns, ReadOnlySpan<float> output, ReadOnlySpan<float> outputGradient, Span<float> inputGradient) =>
        RowFunctions.LogSoftmaxGradient(columns, output, outputGradient, inputGradient);

    public void ToChannelsLast(int batch, int channels, int pixels, ReadOnlySpan<float> input, Span<float> output) =>
        RowFunctions.Transpose(batch, channels, pixels, input, output);

    public void ToChannelsFirst(int batch, int channels, int pixels, ReadOnlySpan<float> input, Span<float> output) =>
        RowFunctions.Transpose(batch, pixels, channels, input, output);

    public void Dispose()
    {
        // Nothing to release.
    }

    private static int Source(MaxPool2dGeometry g, int output, int position)
    {
        var channel = output % g.Channels;
        var column = output / g.Channels % g.OutputWidth;
        var row = output / (g.Channels * g.OutputWidth) % g.OutputHeight;
        var image = output / g.OutputLength;
        var y = (row * g.Stride) + (position / g.Size);
        var x = (column * g.Stride) + (position % g.Size);
        return (image * g.InputLength) + (((y * g.Width) + x) * g.Channels) + channel;
    }
}
