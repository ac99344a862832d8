namespace OrleansCompute.Tensors.Kernels;

/// <summary>
/// One convolution with fixed sizes and scratch memory of its own, so that calls after the first allocate nothing. Images are
/// channels-last ([batch, height, width, channels]); weights are [filters, channels, kernel height, kernel width] as in ONNX.
/// Not thread-safe: one per step of one plan.
/// </summary>
public interface IConv2dKernel
{
    /// <summary>Sizes of one image.</summary>
    Conv2dGeometry Geometry { get; }

    /// <summary>Takes the weights for the calls of <see cref="Forward"/> that follow.</summary>
    /// <param name="weights">Geometry.WeightLength floats.</param>
    /// <param name="bias">One float per filter, or empty for none.</param>
    void Prepare(ReadOnlySpan<float> weights, ReadOnlySpan<float> bias);

    /// <summary>Writes the convolution of <paramref name="batch"/> images, with the bias added.</summary>
    /// <param name="batch">Images, 0 or more.</param>
    /// <param name="input">batch * Geometry.InputLength floats.</param>
    /// <param name="output">batch * Geometry.OutputLength floats.</param>
    /// <param name="relu">Whether negative results become zero.</param>
    void Forward(int batch, ReadOnlySpan<float> input, Span<float> output, bool relu);

    /// <summary>Writes the gradient with respect to the input.</summary>
    /// <param name="batch">Images, 0 or more.</param>
    /// <param name="weights">Geometry.WeightLength floats.</param>
    /// <param name="outputGradient">batch * Geometry.OutputLength floats.</param>
    /// <param name="inputGradient">batch * Geometry.InputLength floats.</param>
    void InputGradient(int batch, ReadOnlySpan<float> weights, ReadOnlySpan<float> outputGradient, Span<float> inputGradient);

    /// <summary>Writes the gradients with respect to weights and bias, summed over the batch.</summary>
    /// <param name="batch">Images, 0 or more; zero images give zero gradients.</param>
    /// <param name="input">batch * Geometry.InputLength floats.</param>
    /// <param name="outputGradient">batch * Geometry.OutputLength floats.</param>
    /// <param name="weightGradient">Geometry.WeightLength floats.</param>
    /// <param name="biasGradient">One float per filter, or empty when there is no bias.</param>
    void WeightGradient(
        int batch, ReadOnlySpan<float> input, ReadOnlySpan<float> outputGradient, Span<float> weightGradient, Span<float> biasGradient);
}
