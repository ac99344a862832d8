using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Kernels.Reference;

/// <summary>What a loop holds between its trips: carried values, and scanned values one behind another. Disposing gives all of it back. Not thread-safe.</summary>
internal sealed class LoopState(KernelCall call, Tensor[] carried, int outputs) : IDisposable
{
    private readonly Tensor?[] _scanned = new Tensor?[outputs];
    private readonly Shape?[] _shapes = new Shape?[outputs];
    private readonly int[] _counts = new int[outputs];

    /// <summary>Values for the next trip.</summary>
    public Tensor[] Carried { get; private set; } = carried;

    /// <summary>Takes over the results of a trip: the first are carried on, the others are kept behind those of the trips before.</summary>
    /// <param name="results">Host tensors; disposed of, or kept.</param>
    /// <param name="first">Results before it are no values of the loop.</param>
    /// <param name="carriesAll">Whether all are carried, whatever there was before.</param>
    public void Keep(IReadOnlyList<Tensor> results, int first, bool carriesAll = false)
    {
        if (carriesAll)
        {
            Carried = [.. results];
            return;
        }

        try
        {
            for (var i = first; i < results.Count; i++)
            {
                var output = i - first;
                if (output < Carried.Length)
                {
                    Carried[output].Dispose();
                    Carried[output] = results[i];
                }
                else
                {
                    Append(output, results[i]);
                }
            }
        }
        finally
        {
            for (var i = Carried.Length + first; i < results.Count; i++)
            {
                results[i].Dispose();
            }
        }
    }

    /// <summary>Makes a carried value an output.</summary>
    public void GiveCarried(int output) => Give(output, Carried[output]);

    /// <summary>Makes the scanned values of all trips an output, along a new dimension.</summary>
    /// <param name="output">Number of the output.</param>
    /// <param name="axis">The new dimension.</param>
    /// <param name="backwards">Whether the last trip comes first.</param>
    /// <param name="type">Type of one part, for loops without a trip.</param>
    public void GiveScanned(int output, int axis, bool backwards, TensorType type)
    {
        var part = _shapes[output] ?? new Shape(Array.ConvertAll(type.Shape.ToArray(), size => Math.Max(size, 0)));
        var target = new Shape([_counts[output], .. part.Dimensions]);
        axis = target.Axis(axis, call.Operator.Name);
        using var all = _scanned[output] is { } buffer ? Front(buffer, target) : call.Allocator.Allocate(new TensorType(type.ElementType, target));
        if (backwards)
        {
            Reverse(all);
        }

        // The new dimension moves from the front to its place.
        int[] order = [.. Enumerable.Range(1, axis), 0, .. Enumerable.Range(axis + 1, target.Rank - axis - 1)];
        using var view = all.Permute(order);
        Give(output, view);
    }

    public void Dispose()
    {
        foreach (var tensor in Carried.Concat(_scanned.OfType<Tensor>()))
        {
            tensor.Dispose();
        }
    }

    private static Tensor Front(Tensor buffer, Shape shape) => new(new TensorType(buffer.ElementType, shape), buffer.Storage);

    private static void Reverse(Tensor all)
    {
        var bytes = all.AsBytes();
        var size = all.Shape[0] == 0 ? 0 : bytes.Length / all.Shape[0];
        Span<byte> held = new byte[size];
        for (int low = 0, high = all.Shape[0] - 1; low < high; low++, high--)
        {
            Span<byte> left = bytes.Slice(low * size, size), right = bytes.Slice(high * size, size);
            left.CopyTo(held);
            right.CopyTo(left);
            held.CopyTo(right);
        }
    }

    private void Give(int output, Tensor tensor)
    {
        using var dense = tensor.Contiguous(call.Allocator);
        dense.CopyTo(call.AllocateOutput(output, dense.Type));
    }

    /// <summary>
    /// Writes a part behind the others. The block doubles when it is full, so that a loop of many trips with small parts holds one block
    /// within the budget and not a tensor for each.
    /// </summary>
    private void Append(int output, Tensor part)
    {
        var shape = _shapes[output] ??= part.Shape;
        var trip = _counts[output];
        if (!shape.Equals(part.Shape) || (trip > 0 && _scanned[output]!.ElementType != part.ElementType))
        {
            throw new ShapeMismatchException($"{call.Operator.Name}: scanned output {output} is {shape} in the first trip and {part.Shape} in trip {trip}; the shapes must be equal.");
        }

        var capacity = _scanned[output]?.Shape[0] ?? 0;
        if (trip == capacity)
        {
            var most = (int)(int.MaxValue / Math.Max(1, part.Type.Bytes));
            if (capacity >= most)
            {
                throw new MemoryBudgetException(
                    $"{call.Operator.Name}: {capacity} parts of {part} for scanned output {output} fill the {int.MaxValue} bytes that one tensor may have. Stop the loop earlier.");
            }

            var next = (int)Math.Min(Math.Max(4L, 2L * capacity), most);
            var larger = call.Allocator.Allocate(new TensorType(part.ElementType, new Shape([next, .. shape.Dimensions])));
            if (_scanned[output] is { } smaller)
            {
                smaller.AsBytes().CopyTo(larger.AsBytes());
                smaller.Dispose();
            }

            _scanned[output] = larger;
        }

        using var dense = part.Contiguous(call.Allocator);
        var size = (int)dense.Type.Bytes;
        dense.AsBytes().CopyTo(_scanned[output]!.AsBytes().Slice(trip * size, size));
        _counts[output] = trip + 1;
    }
}
