using OrleansCompute.Tensors.Operators;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Kernels.Reference;

/// <summary>Moves elements of any type in host memory without looking at them.</summary>
internal static class HostMoves
{
    /// <summary>Element i of the target becomes element source(i) of the origin; negative: it becomes zero.</summary>
    public static void Gather(Tensor from, Tensor to, Func<int, int> source)
    {
        int size = from.ElementType.Size();
        Span<byte> read = from.AsBytes(), write = to.AsBytes();
        for (var i = 0; i < to.Shape.Elements; i++)
        {
            var place = source(i);
            var element = write.Slice(i * size, size);
            if (place < 0)
            {
                element.Clear();
            }
            else
            {
                read.Slice(place * size, size).CopyTo(element);
            }
        }
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
