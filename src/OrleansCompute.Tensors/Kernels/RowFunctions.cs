namespace OrleansCompute.Tensors.Kernels;

/// <summary>
/// Row-wise functions, shared by all CPU kernel sets: with 10 classes and 64 rows they take 0.1 % of a training step. Stateless.
/// </summary>
internal static class RowFunctions
{
    public static void Softmax(int columns, ReadOnlySpan<float> input, Span<float> output)
    {
        for (var at = 0; at < input.Length; at += columns)
        {
            var x = input.Slice(at, columns);
            var y = output.Slice(at, columns);
            var largest = Largest(x);
            var sum = 0f;
            for (var j = 0; j < columns; j++)
            {
                y[j] = MathF.Exp(x[j] - largest);
                sum += y[j];
            }

            for (var j = 0; j < columns; j++)
            {
                y[j] /= sum;
            }
        }
    }

    public static void SoftmaxGradient(int columns, ReadOnlySpan<float> output, ReadOnlySpan<float> outputGradient, Span<float> inputGradient)
    {
        for (var at = 0; at < output.Length; at += columns)
        {
            var dot = 0f;
            for (var j = at; j < at + columns; j++)
            {
                dot += output[j] * outputGradient[j];
            }

            for (var j = at; j < at + columns; j++)
            {
                inputGradient[j] = output[j] * (outputGradient[j] - dot);
            }
        }
    }

    public static void LogSoftmax(int columns, ReadOnlySpan<float> input, Span<float> output)
    {
        for (var at = 0; at < input.Length; at += columns)
        {
            var x = input.Slice(at, columns);
            var largest = Largest(x);
            var sum = 0f;
            foreach (var value in x)
            {
                sum += MathF.Exp(value - largest);
            }

            // First the maximum, then the logarithm: added to a maximum of 1e30 the logarithm would be lost.
            var logarithm = MathF.Log(sum);
            for (var j = 0; j < columns; j++)
            {
                output[at + j] = x[j] - largest - logarithm;
            }
        }
    }

    public static void LogSoftmaxGradient(int columns, ReadOnlySpan<float> output, ReadOnlySpan<float> outputGradient, Span<float> inputGradient)
    {
        for (var at = 0; at < output.Length; at += columns)
        {
            var sum = 0f;
            for (var j = at; j < at + columns; j++)
            {
                sum += outputGradient[j];
            }

            for (var j = at; j < at + columns; j++)
            {
                inputGradient[j] = outputGradient[j] - (MathF.Exp(output[j]) * sum);
            }
        }
    }

    public static void Transpose(int batch, int rows, int columns, ReadOnlySpan<float> input, Span<float> output)
    {
        var size = rows * columns;
        for (var image = 0; image < batch; image++)
        {
            var x = input.Slice(image * size, size);
            var y = output.Slice(image * size, size);
            for (var column = 0; column < columns; column++)
            {
                for (int row = 0, from = column, to = column * rows; row < rows; row++, from += columns, to++)
                {
                    y[to] = x[from];
                }
            }
        }
    }

    private static float Largest(ReadOnlySpan<float> values)
    {
        var largest = float.NegativeInfinity;
        foreach (var value in values)
        {
            largest = MathF.Max(largest, value);
        }

        return largest;
    }
}
