namespace OrleansCompute.Tensors.Kernels.Cpu;

/// <summary>A <see cref="CpuConvolution"/> of images with channels last, one stride and one padding. Not thread-safe.</summary>
internal sealed class CpuConv2d : IConv2dKernel
{
    private readonly CpuConvolution _convolution;

    public CpuConv2d(Conv2dGeometry geometry, SimdLevel level, WorkerTeam team)
    {
        geometry.Validate();
        Geometry = geometry;
        var g = geometry;
        _convolution = new CpuConvolution(
            new ConvGeometry(g.Channels, g.Height, g.Width, g.Filters, g.KernelHeight, g.KernelWidth)
            {
                StrideY = g.Stride,
                StrideX = g.Stride,
                PadTop = g.Padding,
                PadLeft = g.Padding,
                PadBottom = g.Padding,
                PadRight = g.Padding,
            },
            level,
            team);
    }

    public Conv2dGeometry Geometry { get; }

    public void Prepare(ReadOnlySpan<float> weights, ReadOnlySpan<float> bias) => _convolution.Prepare(weights, bias);

    public void Forward(int batch, ReadOnlySpan<float> input, Span<float> output, bool relu) =>
        _convolution.Forward(batch, input, output, relu ? GemmActivation.Relu : GemmActivation.None);

    public void InputGradient(int batch, ReadOnlySpan<float> weights, ReadOnlySpan<float> outputGradient, Span<float> inputGradient) =>
        _convolution.InputGradient(batch, weights, outputGradient, inputGradient);

    public void WeightGradient(
        int batch, ReadOnlySpan<float> input, ReadOnlySpan<float> outputGradient, Span<float> weightGradient, Span<float> biasGradient) =>
        _convolution.WeightGradient(batch, input, outputGradient, weightGradient, biasGradient);
}
