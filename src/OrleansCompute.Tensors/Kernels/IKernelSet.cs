namespace OrleansCompute.Tensors.Kernels;

/// <summary>
/// The kernels of one accelerator. Images are channels-last ([batch, height, width, channels]), matrices row-major, all float32.
/// Implementations are thread-safe, except that the kernels they create are not; disposing one ends its threads.
/// </summary>
public interface IKernelSet : IDisposable
{
    /// <summary>Stable name, for example <c>cpu-avx512</c>.</summary>
    string Name { get; }

    /// <summary>Threads that one call uses, 1 or more.</summary>
    int Threads { get; }

    /// <summary>Creates a convolution with fixed sizes.</summary>
    IConv2dKernel CreateConv2d(Conv2dGeometry geometry);

    /// <summary>Creates a matrix product.</summary>
    IGemmKernel CreateGemm();

    /// <summary>Max-pooling.</summary>
    /// <param name="geometry">Sizes of one image.</param>
    /// <param name="batch">Images, 0 or more.</param>
    /// <param name="input">batch * geometry.InputLength floats.</param>
    /// <param name="output">batch * geometry.OutputLength floats.</param>
    /// <param name="choices">Per output the window position (row * Size + column, first of equals) of the maximum; empty when not needed.</param>
    void MaxPool2d(MaxPool2dGeometry geometry, int batch, ReadOnlySpan<float> input, Span<float> output, Span<int> choices);

    /// <summary>Sends each output gradient to the position that <see cref="MaxPool2d"/> chose; the rest becomes zero.</summary>
    void MaxPool2dGradient(
        MaxPool2dGeometry geometry, int batch, ReadOnlySpan<int> choices, ReadOnlySpan<float> outputGradient, Span<float> inputGradient);

    /// <summary>output = max(input, 0). The two may be the same memory.</summary>
    void Relu(ReadOnlySpan<float> input, Span<float> output);

    /// <summary>inputGradient = outputGradient where output &gt; 0, else 0. Gradients may be the same memory.</summary>
    void ReluGradient(ReadOnlySpan<float> output, ReadOnlySpan<float> outputGradient, Span<float> inputGradient);

    /// <summary>sum = left + right, with right repeated as often as it fits into left (a bias over rows).</summary>
    void Add(ReadOnlySpan<float> left, ReadOnlySpan<float> right, Span<float> sum);

    /// <summary>Sums of the columns of a matrix with <paramref name="columns"/> columns.</summary>
    void ColumnSums(int columns, ReadOnlySpan<float> matrix, Span<float> sums);

    /// <summary>Softmax of each row.</summary>
    void Softmax(int columns, ReadOnlySpan<float> input, Span<float> output);

    /// <summary>Gradient of <see cref="Softmax"/>.</summary>
    void SoftmaxGradient(int columns, ReadOnlySpan<float> output, ReadOnlySpan<float> outputGradient, Span<float> inputGradient);

    /// <summary>Logarithm of the softmax of each row, without overflow for large inputs.</summary>
    void LogSoftmax(int columns, ReadOnlySpan<float> input, Span<float> output);

    /// <summary>Gradient of <see cref="LogSoftmax"/>.</summary>
    void LogSoftmaxGradient(int columns, ReadOnlySpan<float> output, ReadOnlySpan<float> outputGradient, Span<float> inputGradient);

    /// <summary>Turns images from channels-first to channels-last.</summary>
    void ToChannelsLast(int batch, int channels, int pixels, ReadOnlySpan<float> input, Span<float> output);

    /// <summary>Turns images from channels-last to channels-first.</summary>
    void ToChannelsFirst(int batch, int channels, int pixels, ReadOnlySpan<float> input, Span<float> output);
}
