using OrleansCompute.Tensors.Operators.Indexing;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Kernels.Reference;

/// <summary>Reference kernels of operators whose results are places: how many there are depends on the data.</summary>
internal static class ReferenceSelection
{
    public static ReferenceKernelTable Table { get; } = new ReferenceKernelTable()
        .Add<NonZeroOperator>((_, call) => NonZero(call))
        .Add<TopKOperator>(TopK)
        .Add<UniqueOperator>(Unique)
        .Add<NonMaxSuppressionOperator>(Suppress);

    private static void NonZero(KernelCall call)
    {
        var values = HostElements.Reals(call.Input(0));
        var shape = call.Input(0).Shape;
        int[][] found = [.. Enumerable.Range(0, values.Length).Where(i => values[i] != 0).Select(i => HostMoves.Coordinates(i, shape))];
        var output = call.AllocateOutput(0, new TensorType(ElementType.Int64, new Shape(shape.Rank, found.Length)));
        HostElements.StoreIntegers(output, [.. Enumerable.Range(0, shape.Rank).SelectMany(axis => found.Select(at => (Int128)at[axis]))]);
    }

    /// <summary>The elements of one line along a dimension, and where the line starts.</summary>
    private static (int Start, int Step)[] Lines(Shape shape, int axis)
    {
        var inner = shape.Product(axis + 1, shape.Rank);
        return [.. Enumerable.Range(0, shape.Product(0, axis) * inner).Select(line => ((line / inner * shape[axis] * inner) + (line % inner), inner))];
    }

    private static void TopK(TopKOperator o, KernelCall call)
    {
        HostMoves.AllocateOutputs(call);
        Shape from = call.Input(0).Shape, to = call.Output(0).Shape;
        var axis = from.Axis(o.Axis, o.Name);
        var values = HostElements.Reals(call.Input(0));
        int[] sources = new int[to.Elements];
        Int128[] places = new Int128[to.Elements];
        foreach (var (read, write) in Lines(from, axis).Zip(Lines(to, axis)))
        {
            var line = Enumerable.Range(0, from[axis]);
            int[] order = [.. (o.Largest ? line.OrderByDescending(i => values[read.Start + (i * read.Step)]) : line.OrderBy(i => values[read.Start + (i * read.Step)])).Take(to[axis])];
            for (var i = 0; i < order.Length; i++)
            {
                sources[write.Start + (i * write.Step)] = read.Start + (order[i] * read.Step);
                places[write.Start + (i * write.Step)] = order[i];
            }
        }

        HostMoves.Gather(call.Input(0), call.Output(0), i => sources[i]);
        HostElements.StoreIntegers(call.Output(1), places);
    }

    private static void Unique(UniqueOperator o, KernelCall call)
    {
        var shape = call.Input(0).Shape;
        var axis = o.Axis is { } given ? shape.Axis(given, o.Name) : -1;
        int count = axis < 0 ? shape.Elements : shape[axis], inner = axis < 0 ? 1 : shape.Product(axis + 1, shape.Rank);
        var values = HostElements.Reals(call.Input(0));
        int outer = values.Length == 0 ? 0 : values.Length / count / inner;
        int Place(int slice, int k) => (((k / inner * count) + slice) * inner) + (k % inner);
        int Compare(int a, int b)
        {
            for (var k = 0; k < outer * inner; k++)
            {
                var order = values[Place(a, k)].CompareTo(values[Place(b, k)]);
                if (order != 0)
                {
                    return order;
                }
            }

            return 0;
        }

        var firsts = new List<int>();
        var members = new int[count];
        var bySlice = new SortedDictionary<int, int>(Comparer<int>.Create(Compare));
        for (var i = 0; i < count; i++)
        {
            if (!bySlice.TryGetValue(i, out members[i]))
            {
                bySlice.Add(i, members[i] = firsts.Count);
                firsts.Add(i);
            }
        }

        // Number of each different slice in the result, by the order in which they were met.
        int[] order = o.Sorted ? [.. bySlice.Values] : [.. Enumerable.Range(0, firsts.Count)];
        var rank = new int[order.Length];
        for (var i = 0; i < order.Length; i++)
        {
            rank[order[i]] = i;
        }

        var long1 = new TensorType(ElementType.Int64, new Shape(order.Length));
        var output = call.AllocateOutput(0, call.Input(0).Type with { Shape = axis < 0 ? long1.Shape : shape.With(axis, order.Length) });
        HostMoves.Gather(call.Input(0), output, i =>
        {
            var (block, rest) = Math.DivRem(i, order.Length * inner);
            return Place(firsts[order[rest / inner]], (block * inner) + (rest % inner));
        });
        HostElements.StoreIntegers(call.AllocateOutput(1, long1), [.. order.Select(number => (Int128)firsts[number])]);
        HostElements.StoreIntegers(call.AllocateOutput(2, long1 with { Shape = new Shape(count) }), [.. members.Select(number => (Int128)rank[number])]);
        HostElements.StoreIntegers(call.AllocateOutput(3, long1), [.. order.Select(number => (Int128)members.Count(member => member == number))]);
    }

    private static void Suppress(NonMaxSuppressionOperator o, KernelCall call)
    {
        double[] boxes = HostElements.Reals(call.Input(0)), scores = HostElements.Reals(call.Input(1));
        var shape = call.Input(1).Shape;
        double Setting(int index, double fallback) => call.OptionalInput(index) is { } tensor ? HostElements.Reals(tensor)[0] : fallback;
        double most = Setting(2, 0), overlap = Setting(3, 0), least = Setting(4, double.NegativeInfinity);
        var chosen = new List<Int128>();
        for (var row = 0; row < shape[0] * shape[1]; row++)
        {
            var batch = row / shape[1];
            var kept = new List<int>();
            foreach (var box in Enumerable.Range(0, shape[2]).Where(i => scores[(row * shape[2]) + i] > least).OrderByDescending(i => scores[(row * shape[2]) + i]))
            {
                if (kept.Count < most && kept.TrueForAll(other => Overlap(Corners(batch, box), Corners(batch, other)) <= overlap))
                {
                    kept.Add(box);
                    chosen.AddRange([batch, row % shape[1], box]);
                }
            }
        }

        HostElements.StoreIntegers(call.AllocateOutput(0, new TensorType(ElementType.Int64, new Shape(chosen.Count / 3, 3))), [.. chosen]);

        (double Y1, double X1, double Y2, double X2) Corners(int batch, int box)
        {
            var at = boxes.AsSpan(((batch * shape[2]) + box) * 4, 4);
            return o.IsCenterBox
                ? (at[1] - (at[3] / 2), at[0] - (at[2] / 2), at[1] + (at[3] / 2), at[0] + (at[2] / 2))
                : (Math.Min(at[0], at[2]), Math.Min(at[1], at[3]), Math.Max(at[0], at[2]), Math.Max(at[1], at[3]));
        }
    }

    private static double Overlap((double Y1, double X1, double Y2, double X2) a, (double Y1, double X1, double Y2, double X2) b)
    {
        var common = Math.Max(0, Math.Min(a.Y2, b.Y2) - Math.Max(a.Y1, b.Y1)) * Math.Max(0, Math.Min(a.X2, b.X2) - Math.Max(a.X1, b.X1));
        var all = ((a.Y2 - a.Y1) * (a.X2 - a.X1)) + ((b.Y2 - b.Y1) * (b.X2 - b.X1)) - common;
        return all > 0 ? common / all : 0;
    }
}
