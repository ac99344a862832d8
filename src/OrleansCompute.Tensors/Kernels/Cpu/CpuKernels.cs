namespace OrleansCompute.Tensors.Kernels.Cpu;

/// <summary>
/// Kernels for a processor with the given vector instructions. Convolutions and matrix products, 91 % of a training step of the
/// reference CNN (AVX-512, batch 64, one thread), use all threads; the rest uses one. Thread-safe.
/// </summary>
internal sealed class CpuKernels : IKernelSet
{
    private readonly SimdLevel _level;
    private readonly WorkerTeam _team;

    public CpuKernels(SimdLevel level, int threads)
    {
        _level = level;
        Name = level switch
        {
            SimdLevel.Vector512 => "cpu-avx512",
            SimdLevel.Vector256 => "cpu-avx2",
            _ => "cpu-scalar",
        };
        _team = new WorkerTeam(threads, Name);
    }

    public string Name { get; }

    public int Threads => _team.Parts;

    public IConv2dKernel CreateConv2d(Conv2dGeometry geometry) => new CpuConv2d(geometry, _level, _team);

    public IGemmKernel CreateGemm() => new CpuGemm(_level, _team);

    public void MaxPool2d(MaxPool2dGeometry geometry, int batch, ReadOnlySpan<float> input, Span<float> output, Span<int> choices)
    {
        geometry.Validate();
        var outputs = batch * geometry.OutputLength;
        Pooling.Forward(
            _level, geometry, batch, input[..(batch * geometry.InputLength)], output[..outputs], choices.IsEmpty ? choices : choices[..outputs]);
    }

    public void MaxPool2dGradient(
        MaxPool2dGeometry geometry, int batch, ReadOnlySpan<int> choices, ReadOnlySpan<float> outputGradient, Span<float> inputGradient)
    {
        geometry.Validate();
        var outputs = batch * geometry.OutputLength;
        Pooling.Gradient(
            _level, geometry, batch, choices[..outputs], outputGradient[..outputs], inputGradient[..(batch * geometry.InputLength)]);
    }

    public void Relu(ReadOnlySpan<float> input, Span<float> output) => ElementWise.Relu(_level, input, output);

    public void ReluGradient(ReadOnlySpan<float> output, ReadOnlySpan<float> outputGradient, Span<float> inputGradient) =>
        ElementWise.ReluGradient(_level, output, outputGradient, inputGradient);

    public void Add(ReadOnlySpan<float> left, ReadOnlySpan<float> right, Span<float> sum)
    {
        for (var at = 0; at < left.Length; at += right.Length)
        {
            ElementWise.Add(_level, left.Slice(at, right.Length), right, sum.Slice(at, right.Length));
        }
    }

    public void ColumnSums(int columns, ReadOnlySpan<float> matrix, Span<float> sums)
    {
        sums[..columns].Clear();
        ElementWise.AddColumnSums(_level, columns, matrix, sums);
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

    public void Dispose() => _team.Dispose();
}
