using OrleansCompute.Tensors.Kernels;

namespace OrleansCompute.Tensors.Legacy.Execution;

/// <summary>Convolution with bias and, when fused, ReLU.</summary>
internal sealed class ConvStep(IConv2dKernel kernel, PlanSlot input, PlanSlot weights, PlanSlot? bias, PlanSlot output, bool relu) : PlanStep
{
    public override void Prepare() => kernel.Prepare(weights.Floats(0), bias is null ? [] : bias.Floats(0));

    public override void Run(int batch) => kernel.Forward(batch, input.Floats(batch), output.Floats(batch), relu);
}

/// <summary>Gradients of weights and bias.</summary>
internal sealed class ConvWeightGradientStep(
    IConv2dKernel kernel, PlanSlot input, PlanSlot outputGradient, PlanSlot weightGradient, PlanSlot biasGradient) : PlanStep
{
    public override void Run(int batch) => kernel.WeightGradient(
        batch, input.Floats(batch), outputGradient.Floats(batch), weightGradient.Floats(0), biasGradient.Floats(0));
}

/// <summary>Gradient of the input.</summary>
internal sealed class ConvInputGradientStep(IConv2dKernel kernel, PlanSlot weights, PlanSlot outputGradient, PlanSlot inputGradient) : PlanStep
{
    public override void Run(int batch) =>
        kernel.InputGradient(batch, weights.Floats(0), outputGradient.Floats(batch), inputGradient.Floats(batch));
}
