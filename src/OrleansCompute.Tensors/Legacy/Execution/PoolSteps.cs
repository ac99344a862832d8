using OrleansCompute.Tensors.Kernels;

namespace OrleansCompute.Tensors.Legacy.Execution;

/// <summary>Max-pooling; the choices are kept only when the backward pass needs them.</summary>
internal sealed class MaxPoolStep(IKernelSet kernels, MaxPool2dGeometry geometry, PlanSlot input, PlanSlot output, PlanSlot? choices) : PlanStep
{
    public override void Run(int batch) => kernels.MaxPool2d(
        geometry, batch, input.Floats(batch), output.Floats(batch), choices is null ? [] : choices.Ints(batch));
}

/// <summary>Gradient of max-pooling.</summary>
internal sealed class MaxPoolGradientStep(
    IKernelSet kernels, MaxPool2dGeometry geometry, PlanSlot choices, PlanSlot outputGradient, PlanSlot inputGradient) : PlanStep
{
    public override void Run(int batch) => kernels.MaxPool2dGradient(
        geometry, batch, choices.Ints(batch), outputGradient.Floats(batch), inputGradient.Floats(batch));
}
