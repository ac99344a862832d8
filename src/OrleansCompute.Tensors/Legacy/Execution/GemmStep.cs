using OrleansCompute.Tensors.Legacy.Graph;
using OrleansCompute.Tensors.Kernels;
using OrleansCompute.Tensors.Legacy.Operators;
using OrleansCompute.Tensors.Legacy.Shapes;

namespace OrleansCompute.Tensors.Legacy.Execution;

/// <summary>Matrix product with bias and, when fused, ReLU; the batch may be its rows or its depth.</summary>
internal sealed class GemmStep(IGemmKernel kernel, GraphNode node, PlanSlot a, PlanSlot b, PlanSlot? bias, PlanSlot c, bool relu) : PlanStep
{
    private readonly GemmOperator _operator = (GemmOperator)node.Operator;
    private readonly Shape _a = node.Inputs[0].Type.Shape;
    private readonly Shape _c = node.Outputs[0].Type.Shape;

    public override void Run(int batch)
    {
        var shape = new GemmShape(
            Size(_c[0], batch), _c[1], Size(_operator.TransposeA ? _a[0] : _a[1], batch), _operator.TransposeA, _operator.TransposeB);
        kernel.Multiply(shape, a.Floats(batch), b.Floats(batch), bias is null ? [] : bias.Floats(batch), c.Floats(batch), relu);
    }

    private static int Size(int dimension, int batch) => dimension == Shape.Batch ? batch : dimension;
}
