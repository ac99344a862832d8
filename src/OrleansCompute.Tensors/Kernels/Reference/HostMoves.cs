using OrleansCompute.Tensors.Operators;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Kernels.Reference;

/// <summary>Moves elements of any type in host memory without looking at them.</summary>
internal static class HostMoves
{
    /// <summary>Element i of the target becomes element source(i) of the origin; negative: the fill, or zero.</summary>
    public static void Gather(Tensor from, Tensor to, Func<int, int> source, Tensor? fill = null)
    {
        int size = from.ElementType.Size();
        Span<byte> read = from.AsBytes(), write = to.AsBytes();
        for (var i = 0; i < to.Shape.Elements; i++)
        {
            var place = source(i);
            var element = write.Slice(i * size, size);
            if (place >= 0)
            {
                read.Slice(place * size, size).CopyTo(element);
            }
            else if (fill is not null)
            {
                fill.AsBytes().CopyTo(element);
            }
            else
            {
                element.Clear();
            }
        }
    }

    /// <summary>Element i of the origin goes to element place(i) of the target; the others stay.</summary>
    public static void Scatter(Tensor from, Tensor to, Func<int, int> place)
    {
        int size = from.ElementType.Size();
        Span<byte> read = from.AsBytes(), write = to.AsBytes();
        for (var i = 0; i < from.Shape.Elements; i++)
        {
            read.Slice(i * size, size).CopyTo(write.Slice(place(i) * size, size));
        }
    }

    /// <summary>For all coordinates of a range: what is at from(coordinates) goes to to(coordinates).</summary>
    public static void Move(Tensor origin, Tensor target, Shape range, Func<int[], int[]> from, Func<int[], int[]> to)
    {
        int size = origin.ElementType.Size();
        Span<byte> read = origin.AsBytes(), write = target.AsBytes();
        for (var i = 0; i < range.Elements; i++)
        {
            var source = Index(from(Coordinates(i, range)), origin.Shape);
            read.Slice(source * size, size).CopyTo(write.Slice(Index(to(Coordinates(i, range)), target.Shape) * size, size));
        }
    }

    /// <summary>Element i of the origin is added to element place(i) of the target, which starts with zeros; negative: to none.</summary>
    public static void AddUp(Tensor from, Tensor to, Func<int, int> place)
    {
        var values = HostElements.Reals(from);
        var sums = new double[to.Shape.Elements];
        for (var i = 0; i < values.Length; i++)
        {
            if (place(i) is var target and >= 0)
            {
                sums[target] += values[i];
            }
        }

        HostElements.StoreReals(to, sums);
    }

    /// <summary>All elements as they are, to a tensor of as many.</summary>
    public static void Copy(Tensor from, Tensor to) => from.AsBytes().CopyTo(to.AsBytes());

    /// <summary>Coordinates of an element of a contiguous tensor.</summary>
    public static int[] Coordinates(int index, Shape shape)
    {
        var result = new int[shape.Rank];
        for (var axis = shape.Rank - 1; axis >= 0; axis--)
        {
            (index, result[axis]) = Math.DivRem(index, shape[axis]);
        }

        return result;
    }

    /// <summary>Number of the element with these coordinates in a contiguous tensor.</summary>
    public static int Index(ReadOnlySpan<int> coordinates, Shape shape)
    {
        var index = 0;
        for (var axis = 0; axis < shape.Rank; axis++)
        {
            index = (index * shape[axis]) + coordinates[axis];
        }

        return index;
    }

    /// <summary>Allocates the outputs whose types needed the data: now it is there.</summary>
    public static void AllocateOutputs(KernelCall call)
    {
        Tensor?[] inputs = [.. Enumerable.Range(0, call.InputCount).Select(call.OptionalInput)];
        var types = call.Operator.Infer(new OperatorInputs(call.Operator, [.. inputs.Select(input => input?.Type)], inputs));
        for (var i = 0; i < types.Count; i++)
        {
            call.AllocateOutput(i, types[i]);
        }
    }
}
