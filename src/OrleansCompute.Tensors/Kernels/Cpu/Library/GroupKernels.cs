using OrleansCompute.Tensors.Kernels.Cpu.Vector;
using OrleansCompute.Tensors.Operators.Linear;
using OrleansCompute.Tensors.Operators.Normalisations;
using OrleansCompute.Tensors.Operators.Reductions;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Kernels.Cpu.Library;

/// <summary>Kernels that need all elements of a group at once, whatever dimensions it has, float32.</summary>
internal static unsafe class GroupKernels
{
    public static CpuKernelTable Table { get; } = new CpuKernelTable()
        .Add<EinsumOperator>((context, einsum, request) => EinsumKernel.Create(context, einsum.Parsed, request))
        .Add<MeanVarianceNormalizationOperator>((context, op, request) => request.Inputs[0]!.ElementType == ElementType.Float32
            && GroupedRows.Of(context, request.Inputs[0]!.Shape, ReducedAxes.Of(request.Inputs[0]!.Shape, op.Axes.AsSpan(), false, op.Name)) is { } rows
                ? new MeanVariance(context, rows)
                : null);

    /// <summary>The gradient of a product over dimensions; null when it is not covered.</summary>
    public static IKernel? ProductGradient(CpuKernelContext context, Shape shape, bool[] reduced) =>
        GroupedRows.Of(context, shape, reduced) is { } x && GroupedRows.Of(context, shape, reduced) is { } y ? new Products(x, y) : null;

    private sealed class MeanVariance(CpuKernelContext context, GroupedRows rows) : IKernel
    {
        public void Run(KernelCall call)
        {
            var y = (float*)call.Output(0).Address;
            var x = rows.In((float*)call.Input(0).Address);
            var to = rows.Target(y);
            for (var row = 0; row < rows.Count; row++)
            {
                ReadOnlySpan<float> from = new(x + ((nint)row * rows.Length), rows.Length);
                Span<float> result = new(to + ((nint)row * rows.Length), rows.Length);
                ElementLoops.Unary(context.Level, new UnaryFunctions.Affine(1, -Reductions.Mean(context.Level, from)), from, result);
                var deviation = Math.Sqrt(Reductions.SumOfSquares(context.Level, result) / rows.Length);
                ElementLoops.BinaryScalar(
                    context.Level, default(BinaryFunctions.Divide), result, (float)(deviation + MeanVarianceNormalizationOperator.Epsilon), result);
            }

            rows.Out(to, y);
        }
    }

    /// <summary>dx of an element is dy times the product of the others, from the products before and behind it: zeros need no case of their own.</summary>
    private sealed class Products(GroupedRows inputs, GroupedRows outputs) : IKernel
    {
        public void Run(KernelCall call)
        {
            float* dy = (float*)call.Input(2).Address, y = (float*)call.Output(0).Address;
            var x = inputs.In((float*)call.Input(0).Address);
            var to = outputs.Target(y);
            for (var row = 0; row < inputs.Count; row++)
            {
                float* from = x + ((nint)row * inputs.Length), result = to + ((nint)row * inputs.Length);
                double before = dy[row], behind = 1;
                for (var i = 0; i < inputs.Length; i++)
                {
                    result[i] = (float)before;
                    before *= from[i];
                }

                for (var i = inputs.Length - 1; i >= 0; i--)
                {
                    result[i] = (float)(result[i] * behind);
                    behind *= from[i];
                }
            }

            outputs.Out(to, y);
        }
    }
}
