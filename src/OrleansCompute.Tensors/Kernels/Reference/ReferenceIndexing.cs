using System.Numerics;
using OrleansCompute.Tensors.Operators.Indexing;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Kernels.Reference;

/// <summary>Reference kernels of operators with indices.</summary>
internal static class ReferenceIndexing
{
    public static ReferenceKernelTable Table { get; } = new ReferenceKernelTable { MovesOnly = true }
        .Add<GatherOperator>((o, call) => HostMoves.Gather(
            call.Input(0), call.Output(0), GatherSource(o.Name, o.Axis, call.Input(0).Shape, call.Output(0).Shape, call.Input(1))))
        .Add<GatherGradientOperator>((o, call) => HostMoves.AddUp(
            call.Input(0), call.Output(0), GatherSource(o.Name, o.Axis, call.Output(0).Shape, call.Input(0).Shape, call.Input(1))))
        .Add<GatherElementsOperator>((o, call) => HostMoves.Gather(
            call.Input(0), call.Output(0), ElementPlace(o.Name, o.Axis, call.Input(0).Shape, call.Input(1))))
        .Add<GatherNDOperator>((o, call) => HostMoves.Gather(
            call.Input(0), call.Output(0), PartPlace(o.Name, o.BatchDimensions, call.Input(0).Shape, call.Input(1))))
        .Add<GatherNDGradientOperator>((o, call) => HostMoves.AddUp(
            call.Input(0), call.Output(0), PartPlace(o.Name, o.BatchDimensions, call.Output(0).Shape, call.Input(1))))
        .Add<ScatterElementsOperator>((o, call) => Scatter(call, o.Reduction, ElementPlace(o.Name, o.Axis, call.Input(0).Shape, call.Input(1))))
        .Add<ScatterNDOperator>((o, call) => Scatter(call, o.Reduction, PartPlace(o.Name, 0, call.Input(0).Shape, call.Input(1))))
        .Add<CompressOperator>(Compress)
        .Add<CompressGradientOperator>(CompressGradient)
        .Add<OneHotOperator>(OneHot);

    /// <summary>For an element of the gathered tensor the element of x.</summary>
    private static Func<int, int> GatherSource(string name, int gatherAxis, Shape x, Shape gathered, Tensor indices)
    {
        var axis = x.Axis(gatherAxis, name);
        var values = Array.ConvertAll(HostElements.Integers(indices), index => IndexChecks.Normalize(name, index, x[axis]));
        var inner = x.Product(axis + 1, x.Rank);
        return i =>
        {
            var (outer, rest) = Math.DivRem(i, values.Length * inner);
            return (((outer * x[axis]) + values[rest / inner]) * inner) + (rest % inner);
        };
    }

    /// <summary>For an element of the indices the element of x.</summary>
    private static Func<int, int> ElementPlace(string name, int elementAxis, Shape x, Tensor indices)
    {
        var axis = x.Axis(elementAxis, name);
        var values = Array.ConvertAll(HostElements.Integers(indices), index => IndexChecks.Normalize(name, index, x[axis]));
        return i =>
        {
            var at = HostMoves.Coordinates(i, indices.Shape);
            at[axis] = values[i];
            return HostMoves.Index(at, x);
        };
    }

    /// <summary>For an element of the gathered parts the element of x.</summary>
    private static Func<int, int> PartPlace(string name, int batchDimensions, Shape x, Tensor indices)
    {
        var values = HostElements.Integers(indices);
        var depth = indices.Shape[indices.Shape.Rank - 1];
        var part = x.Product(batchDimensions + depth, x.Rank);
        var rowsPerBatch = indices.Shape.Product(batchDimensions, indices.Shape.Rank - 1);
        return i =>
        {
            var (row, rest) = Math.DivRem(i, part);
            var place = row / rowsPerBatch;
            for (var k = 0; k < depth; k++)
            {
                var size = x[batchDimensions + k];
                place = (place * size) + IndexChecks.Normalize(name, values[(row * depth) + k], size);
            }

            return (place * part) + rest;
        };
    }

    private static void Scatter(KernelCall call, ScatterReduction reduction, Func<int, int> place)
    {
        if (reduction == ScatterReduction.None)
        {
            HostMoves.Copy(call.Input(0), call.Output(0));
            HostMoves.Scatter(call.Input(2), call.Output(0), place);
        }
        else if (call.Input(0).ElementType.IsFloatingPoint())
        {
            HostElements.StoreReals(call.Output(0), Reduce(HostElements.Reals(call.Input(0)), HostElements.Reals(call.Input(2)), reduction, place));
        }
        else
        {
            HostElements.StoreIntegers(call.Output(0), Reduce(HostElements.Integers(call.Input(0)), HostElements.Integers(call.Input(2)), reduction, place));
        }
    }

    private static T[] Reduce<T>(T[] values, T[] updates, ScatterReduction reduction, Func<int, int> place)
        where T : INumber<T>
    {
        for (var i = 0; i < updates.Length; i++)
        {
            ref var value = ref values[place(i)];
            value = reduction switch
            {
                ScatterReduction.Add => value + updates[i],
                ScatterReduction.Mul => value * updates[i],
                ScatterReduction.Min => T.Min(value, updates[i]),
                _ => T.Max(value, updates[i]),
            };
        }

        return values;
    }

    /// <summary>The true places of a condition, as far as the dimension goes.</summary>
    private static int[] Chosen(Tensor condition, int size) =>
        [.. HostElements.Integers(condition).Take(size).Select((value, i) => (value, i)).Where(pair => pair.value != 0).Select(pair => pair.i)];

    private static Func<int, int> ChosenPlace(int[] chosen, Shape x, int? compressAxis)
    {
        if (compressAxis is null)
        {
            return i => chosen[i];
        }

        var axis = x.Axis(compressAxis.Value, "Compress");
        var inner = x.Product(axis + 1, x.Rank);
        return i =>
        {
            var (outer, rest) = Math.DivRem(i, chosen.Length * inner);
            return (((outer * x[axis]) + chosen[rest / inner]) * inner) + (rest % inner);
        };
    }

    private static void Compress(CompressOperator o, KernelCall call)
    {
        var x = call.Input(0).Shape;
        var axis = o.Axis is { } given ? x.Axis(given, o.Name) : -1;
        var chosen = Chosen(call.Input(1), axis < 0 ? x.Elements : x[axis]);
        var output = call.AllocateOutput(0, call.Input(0).Type with { Shape = axis < 0 ? new Shape(chosen.Length) : x.With(axis, chosen.Length) });
        HostMoves.Gather(call.Input(0), output, ChosenPlace(chosen, x, o.Axis));
    }

    private static void CompressGradient(CompressGradientOperator o, KernelCall call)
    {
        var x = call.Output(0).Shape;
        var chosen = Chosen(call.Input(1), o.Axis is { } axis ? x[x.Axis(axis, o.Name)] : x.Elements);
        HostMoves.AddUp(call.Input(0), call.Output(0), ChosenPlace(chosen, x, o.Axis));
    }

    private static void OneHot(OneHotOperator o, KernelCall call)
    {
        HostMoves.AllocateOutputs(call);
        var shape = call.Output(0).Shape;
        var axis = shape.Axis(o.Axis, o.Name);
        var indices = HostElements.Integers(call.Input(0));
        int depth = shape[axis], inner = shape.Product(axis + 1, shape.Rank);
        HostMoves.Gather(call.Input(2), call.Output(0), i =>
        {
            var (outer, rest) = Math.DivRem(i, depth * inner);
            var index = indices[(outer * inner) + (rest % inner)];
            return (index < 0 ? index + depth : index) == rest / inner ? 1 : 0;
        });
    }
}
