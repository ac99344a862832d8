using OrleansCompute.Tensors.Operators;
using OrleansCompute.Tensors.Operators.Reductions;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Kernels.Reference;

/// <summary>Reference kernels of reductions.</summary>
internal static class ReferenceReductions
{
    public static ReferenceKernelTable Table { get; } = new ReferenceKernelTable()
        .Add<ReduceOperator>(Reduce)
        .Add<ReduceExpandOperator>(Expand)
        .Add<ReduceGradientOperator>(Gradient)
        .Add<ArgReduceOperator>(ArgReduce);

    private static void Reduce(ReduceOperator op, KernelCall call)
    {
        var x = call.Input(0);
        var reduced = Axes(call, 1, x.Shape, op.Axes, op.IsNoopWithoutAxes);
        var y = call.AllocateOutput(0, x.Type with { Shape = ReducedAxes.Result(x.Shape, reduced, op.KeepsDimensions) });
        var groups = Groups(x.Shape, reduced, y.Shape.Elements);
        if (x.ElementType.IsFloatingPoint() || op.Reduction is Reduction.L2 or Reduction.LogSum or Reduction.LogSumExp)
        {
            var values = HostElements.Reals(x);
            HostElements.StoreReals(y, [.. groups.Select(group => Real(op.Reduction, [.. group.Select(i => values[i])]))]);
        }
        else
        {
            var values = HostElements.Integers(x);
            var (least, most) = Range(x.ElementType);
            HostElements.StoreIntegers(y, [.. groups.Select(group => Integer(op.Reduction, [.. group.Select(i => values[i])], least, most))]);
        }
    }

    private static double Real(Reduction reduction, double[] x) => reduction switch
    {
        Reduction.Sum => x.Sum(),
        Reduction.Mean => x.Sum() / x.Length,
        Reduction.Max => x.Aggregate(double.NegativeInfinity, Math.Max),
        Reduction.Min => x.Aggregate(double.PositiveInfinity, Math.Min),
        Reduction.Prod => x.Aggregate(1.0, (a, b) => a * b),
        Reduction.L1 => x.Sum(Math.Abs),
        Reduction.L2 => Math.Sqrt(x.Sum(value => value * value)),
        Reduction.LogSum => Math.Log(x.Sum()),
        Reduction.LogSumExp when x.Length == 0 || !double.IsFinite(x.Max()) => x.Length == 0 ? double.NegativeInfinity : x.Max(),
        Reduction.LogSumExp => x.Max() + Math.Log(x.Sum(value => Math.Exp(value - x.Max()))),
        _ => x.Sum(value => value * value),
    };

    private static Int128 Integer(Reduction reduction, Int128[] x, Int128 least, Int128 most) => reduction switch
    {
        Reduction.Sum => x.Aggregate((Int128)0, (a, b) => a + b),
        Reduction.Mean => x.Aggregate((Int128)0, (a, b) => a + b) / x.Length,
        Reduction.Max => x.Aggregate(least, Int128.Max),
        Reduction.Min => x.Aggregate(most, Int128.Min),
        Reduction.Prod => x.Aggregate((Int128)1, (a, b) => (long)(a * b)),
        Reduction.L1 => x.Aggregate((Int128)0, (a, b) => a + Int128.Abs(b)),
        _ => x.Aggregate((Int128)0, (a, b) => a + (b * b)),
    };

    private static (Int128 Least, Int128 Most) Range(ElementType type)
    {
        var bits = 8 * type.Size();
        return type switch
        {
            ElementType.Bool => (0, 1),
            ElementType.UInt8 or ElementType.UInt16 or ElementType.UInt32 or ElementType.UInt64 => (0, ((Int128)1 << bits) - 1),
            _ => (-((Int128)1 << (bits - 1)), ((Int128)1 << (bits - 1)) - 1),
        };
    }

    private static void Expand(ReduceExpandOperator op, KernelCall call)
    {
        var shape = call.Input(1).Shape;
        var reduced = Axes(call, 2, shape, op.Axes, op.IsNoopWithoutAxes);
        var values = HostElements.Reals(call.Input(0));
        var results = new double[shape.Elements];
        var groups = Groups(shape, reduced, values.Length);
        for (var group = 0; group < groups.Length; group++)
        {
            foreach (var i in groups[group])
            {
                results[i] = op.IsMean ? values[group] / groups[group].Count : values[group];
            }
        }

        HostElements.StoreReals(call.Output(0), results);
    }

    private static void Gradient(ReduceGradientOperator op, KernelCall call)
    {
        var shape = call.Input(0).Shape;
        double[] x = HostElements.Reals(call.Input(0)), y = HostElements.Reals(call.Input(1)), dy = HostElements.Reals(call.Input(2));
        var results = new double[x.Length];
        var groups = Groups(shape, Axes(call, 3, shape, op.Axes, op.IsNoopWithoutAxes), y.Length);
        for (var g = 0; g < groups.Length; g++)
        {
            var group = groups[g];
            var chosen = group.Count(i => x[i].Equals(y[g]));
            foreach (var i in group)
            {
                results[i] = op.Reduction == Reduction.Prod ? dy[g] * group.Where(j => j != i).Aggregate(1.0, (product, j) => product * x[j])
                    : x[i].Equals(y[g]) ? dy[g] / chosen
                    : 0;
            }
        }

        HostElements.StoreReals(call.Output(0), results);
    }

    private static void ArgReduce(ArgReduceOperator op, KernelCall call)
    {
        var shape = call.Input(0).Shape;
        var groups = Groups(shape, ReducedAxes.Of(shape, [shape.Axis(op.Axis, op.Name)], false, op.Name), call.Output(0).Shape.Elements);
        Int128[] places = call.Input(0).ElementType.IsFloatingPoint()
            ? Places(HostElements.Reals(call.Input(0)))
            : Places(HostElements.Integers(call.Input(0)));
        HostElements.StoreIntegers(call.Output(0), places);

        Int128[] Places<T>(T[] values)
            where T : System.Numerics.INumber<T> => [.. groups.Select(group =>
            {
                var best = 0;
                for (var i = 1; i < group.Count; i++)
                {
                    var (candidate, current) = (values[group[i]], values[group[best]]);
                    if ((op.IsMax ? candidate > current : candidate < current) || (op.SelectsLast && candidate == current))
                    {
                        best = i;
                    }
                }

                return (Int128)best;
            })];
    }

    private static bool[] Axes(KernelCall call, int input, Shape shape, IntList? axes, bool isNoopWithoutAxes) => ReducedAxes.Of(
        shape, call.OptionalInput(input) is { } tensor ? HostElements.Ints(tensor) : axes?.ToArray() ?? [], isNoopWithoutAxes, call.Operator.Name);

    /// <summary>For each element of the result the elements that it is reduced from.</summary>
    private static List<int>[] Groups(Shape shape, bool[] reduced, int count)
    {
        var groups = new List<int>[count];
        for (var i = 0; i < count; i++)
        {
            groups[i] = [];
        }

        var sources = ReferenceElementwise.Sources(ReducedAxes.Result(shape, reduced, true), shape);
        for (var i = 0; i < sources.Length; i++)
        {
            groups[sources[i]].Add(i);
        }

        return groups;
    }
}
