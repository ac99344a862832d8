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
        .Add<BarrierOperator>((_, call) => call.Input(0).AsBytes().CopyTo(call.Output(0).AsBytes()))
        .Add<SumToOperator>((_, call) => SumTo(call))
        .Add<ClassifierLossOperator>((_, call) => ClassifierLoss(call))
        .Add<FusedGemmOperator>(Gemm)
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

    private static void Gemm(FusedGemmOperator gemm, KernelCall call)
    {
        double[] a = HostElements.Reals(call.Input(0)), b = HostElements.Reals(call.Input(1));
        var bias = call.OptionalInput(2) is { } given ? HostElements.Reals(given) : null;
        Shape right = call.Input(1).Shape, result = call.Output(0).Shape;
        int columns = result[result.Rank - 1], depth = right[gemm.TransposesRight ? 1 : 0], rows = columns == 0 ? 0 : result.Elements / columns;
        var c = new double[rows * columns];
        for (var i = 0; i < c.Length; i++)
        {
            var (row, column) = Math.DivRem(i, columns);
            for (var k = 0; k < depth; k++)
            {
                c[i] += a[gemm.TransposesLeft ? (k * rows) + row : (row * depth) + k] * b[gemm.TransposesRight ? (column * depth) + k : (k * columns) + column];
            }

            c[i] = (gemm.Alpha * c[i]) + (bias?[column] ?? 0);
            c[i] = FusedActivations.Step(gemm.Activation) is { } step ? ElementSteps.Evaluate(step, c[i], 0) : c[i];
        }

        HostElements.StoreReals(call.Output(0), c);
    }

    private static void ClassifierLoss(KernelCall call)
    {
        var logits = HostElements.Reals(call.Input(0));
        var labels = HostElements.Ints(call.Input(1));
        var classes = call.Input(0).Shape[call.Input(0).Shape.Rank - 1];
        var gradient = new double[logits.Length];
        var (loss, correct) = (0.0, 0);
        for (var row = 0; row < labels.Length; row++)
        {
            var x = logits.AsSpan(row * classes, classes).ToArray();
            var label = labels[row];
            if (label == ClassifierLossOperator.Ignored)
            {
                continue;
            }

            if (label < 0 || label >= classes)
            {
                throw new ShapeMismatchException($"ClassifierLoss: label {row} is {label}; allowed 0 to {classes - 1}, or {ClassifierLossOperator.Ignored} to leave the row out.");
            }

            var largest = x.Max();
            var sum = x.Sum(value => Math.Exp(value - largest));
            loss += largest + Math.Log(sum) - x[label];
            correct += Array.IndexOf(x, largest) == label ? 1 : 0;
            for (var j = 0; j < classes; j++)
            {
                gradient[(row * classes) + j] = (Math.Exp(x[j] - largest) / sum) - (j == label ? 1 : 0);
            }
        }

        HostElements.StoreReals(call.Output(0), [loss]);
        HostElements.StoreIntegers(call.Output(1), [correct]);
        HostElements.StoreReals(call.Output(2), gradient);
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
