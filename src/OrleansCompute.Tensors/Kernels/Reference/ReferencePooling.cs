using OrleansCompute.Tensors.Operators.Convolutions;
using OrleansCompute.Tensors.Operators.Indexing;
using OrleansCompute.Tensors.Operators.Pooling;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Kernels.Reference;

/// <summary>Reference kernels of poolings.</summary>
internal static class ReferencePooling
{
    public static ReferenceKernelTable Table { get; } = new ReferenceKernelTable()
        .Add<MaxPoolOperator>(Max)
        .Add<MaxPoolGradientOperator>((o, call) => Gradient(call, o.Options.For(o.Name, call.Input(1).Shape), MaxShare))
        .Add<AveragePoolOperator>((o, call) => Forward(call, o.Options.For(o.Name, call.Input(0).Shape), (g, map, values) =>
            values.Sum() / Count(g, map, values.Count, o.CountsPadding)))
        .Add<AveragePoolGradientOperator>((o, call) => Gradient(call, o.Options.For(o.Name, call.Input(1).Shape), (g, map, values, i) =>
            1.0 / Count(g, map, values.Count, o.CountsPadding)))
        .Add<LpPoolOperator>((o, call) => Forward(call, o.Options.For(o.Name, call.Input(0).Shape), (_, _, values) => Norm(values, o.P)))
        .Add<LpPoolGradientOperator>((o, call) => Gradient(call, o.Options.For(o.Name, call.Input(1).Shape), (_, _, values, i) =>
            values[i] == 0 ? 0 : Math.Sign(values[i]) * Math.Pow(Math.Abs(values[i]) / Norm(values, o.P), o.P - 1)))
        .Add<MaxUnpoolOperator>(Unpool)
        .Add<MaxUnpoolGradientOperator>((o, call) => HostMoves.Gather(
            call.Input(0), call.Output(0), UnpoolPlace(o.Forward, call.Input(1), call.Input(0).Shape)));

    private static double Norm(List<double> values, int p) => Math.Pow(values.Sum(value => Math.Pow(Math.Abs(value), p)), 1.0 / p);

    private static double MaxShare(WindowGeometry geometry, int map, List<double> values, int i) => values.IndexOf(values.Max()) == i ? 1 : 0;

    /// <summary>By what a mean is divided: with padding, the elements of the window that lie in the padded plane.</summary>
    private static int Count(WindowGeometry g, int map, int inside, bool countsPadding)
    {
        if (!countsPadding)
        {
            return Math.Max(inside, 1);
        }

        var count = 1;
        for (var axis = g.Rank - 1; axis >= 0; axis--)
        {
            (map, var position) = Math.DivRem(map, g.Map[axis]);
            var first = (position * g.Strides[axis]) - g.PadsBegin[axis];
            count *= Enumerable.Range(0, g.Kernel[axis]).Count(tap => first + (tap * g.Dilations[axis]) < g.Image[axis] + g.PadsEnd[axis]);
        }

        return count;
    }

    /// <summary>The places under a window, within the plane.</summary>
    private static List<int> Places(WindowGeometry geometry, int map) =>
        [.. Enumerable.Range(0, geometry.KernelSize).Select(tap => geometry.ImageIndex(map, tap)).Where(place => place >= 0)];

    private static void Forward(KernelCall call, WindowGeometry geometry, Func<WindowGeometry, int, List<double>, double> reduce)
    {
        var x = HostElements.Reals(call.Input(0));
        var y = new double[call.Output(0).Shape.Elements];
        for (var i = 0; i < y.Length; i++)
        {
            call.Poll(i);
            var (plane, map) = Math.DivRem(i, geometry.MapSize);
            y[i] = reduce(geometry, map, [.. Places(geometry, map).Select(place => x[(plane * geometry.ImageSize) + place])]);
        }

        HostElements.StoreReals(call.Output(0), y);
    }

    private static void Gradient(KernelCall call, WindowGeometry geometry, Func<WindowGeometry, int, List<double>, int, double> share)
    {
        double[] dy = HostElements.Reals(call.Input(0)), x = HostElements.Reals(call.Input(1));
        var dx = new double[x.Length];
        for (var i = 0; i < dy.Length; i++)
        {
            call.Poll(i);
            var (plane, map) = Math.DivRem(i, geometry.MapSize);
            var places = Places(geometry, map);
            List<double> values = [.. places.Select(place => x[(plane * geometry.ImageSize) + place])];
            for (var k = 0; k < places.Count; k++)
            {
                dx[(plane * geometry.ImageSize) + places[k]] += dy[i] * share(geometry, map, values, k);
            }
        }

        HostElements.StoreReals(call.Output(0), dx);
    }

    private static void Max(MaxPoolOperator @operator, KernelCall call)
    {
        var geometry = @operator.Options.For(@operator.Name, call.Input(0).Shape);
        var x = HostElements.Reals(call.Input(0));
        var y = new double[call.Output(0).Shape.Elements];
        var indices = new Int128[y.Length];
        for (var i = 0; i < y.Length; i++)
        {
            call.Poll(i);
            var (plane, map) = Math.DivRem(i, geometry.MapSize);
            var start = plane * geometry.ImageSize;
            var best = -1;
            foreach (var place in Places(geometry, map))
            {
                best = best < 0 || x[start + place] > x[start + best] || double.IsNaN(x[start + place]) ? place : best;
            }

            y[i] = best < 0 ? double.NegativeInfinity : x[start + best];
            indices[i] = start + (@operator.IsColumnMajor ? ColumnMajor(geometry, best) : best);
        }

        HostElements.StoreReals(call.Output(0), y);
        if (@operator.HasIndices && call.HasOutput(1))
        {
            HostElements.StoreIntegers(call.Output(1), indices);
        }
    }

    private static int ColumnMajor(WindowGeometry geometry, int place)
    {
        int[] coordinates = HostMoves.Coordinates(place, new Shape(geometry.Image.AsSpan()));
        var result = 0;
        for (var axis = geometry.Rank - 1; axis >= 0; axis--)
        {
            result = (result * geometry.Image[axis]) + coordinates[axis];
        }

        return result;
    }

    private static void Unpool(MaxUnpoolOperator @operator, KernelCall call)
    {
        HostMoves.AllocateOutputs(call);
        call.Output(0).AsBytes().Clear();
        HostMoves.Scatter(call.Input(0), call.Output(0), UnpoolPlace(@operator, call.Input(1), call.Output(0).Shape));
    }

    private static Func<int, int> UnpoolPlace(MaxUnpoolOperator @operator, Tensor indices, Shape output)
    {
        var unpooled = @operator.Unpooled(indices.Shape);
        var places = Array.ConvertAll(HostElements.Integers(indices), index => IndexChecks.Normalize(@operator.Name, index, unpooled.Elements));
        return i =>
        {
            var coordinates = HostMoves.Coordinates(places[i], unpooled);
            return coordinates.Zip(output.ToArray()).All(pair => pair.First < pair.Second)
                ? HostMoves.Index(coordinates, output)
                : throw new ShapeMismatchException($"{@operator.Name}: index {places[i]} lies outside the output {output}.");
        };
    }
}
