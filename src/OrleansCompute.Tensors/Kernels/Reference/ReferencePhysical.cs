using OrleansCompute.Tensors.Operators.Physical;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Kernels.Reference;

/// <summary>Reference kernels of what passes put into a graph.</summary>
internal static class ReferencePhysical
{
    public static ReferenceKernelTable Table { get; } = new ReferenceKernelTable()
        .Add<FillOperator>((fill, call) => Fill(fill, call.Output(0)))
        .Add<ViewOperator>((_, call) => call.Input(0).AsBytes().CopyTo(call.Output(0).AsBytes()))
        .Add<SumToOperator>((_, call) => SumTo(call))
        .Add<FusedElementwiseOperator>((fused, call) => Run(fused.Program, call));

    private static void Fill(FillOperator fill, Tensor output)
    {
        var values = new double[output.Shape.Elements];
        Array.Fill(values, fill.Value);
        HostElements.StoreReals(output, values);
    }

    private static void SumTo(KernelCall call)
    {
        Shape from = call.Input(0).Shape, to = call.Output(0).Shape;
        var values = HostElements.Reals(call.Input(0));
        var strides = Broadcasting.Strides(to, to.Strides(), from);
        var sums = new double[to.Elements];
        for (var i = 0; i < values.Length; i++)
        {
            int rest = i, target = 0;
            for (var axis = from.Rank - 1; axis >= 0; axis--)
            {
                target += rest % from[axis] * strides[axis];
                rest /= from[axis];
            }

            sums[target] += values[i];
        }

        HostElements.StoreReals(call.Output(0), sums);
    }

    private static void Run(ElementProgram program, KernelCall call)
    {
        var shape = call.Output(0).Shape;
        var registers = new List<double[]>();
        for (var i = 0; i < program.InputCount; i++)
        {
            using var expanded = call.Input(i).Expand(shape);
            registers.Add(HostElements.Reals(expanded));
        }

        foreach (var step in program.Steps)
        {
            double[] a = registers[step.A], b = step.IsBinary ? registers[step.B] : a;
            registers.Add(ReferenceElementwise.Zip(a, b, (x, y) => ElementSteps.Evaluate(step, x, y)));
        }

        HostElements.StoreReals(call.Output(0), registers[^1]);
    }
}
