using OrleansCompute.Tensors.Operators.Indexing;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Kernels.Cpu.Library;

/// <summary>Reads indices of both widths, negative ones from the end, checked before anything is moved by them. Keeps its memory; not thread-safe.</summary>
internal sealed class IndexReader(string user)
{
    private int[] _values = [];

    /// <summary>All indices of a tensor as places along a dimension.</summary>
    /// <exception cref="ShapeMismatchException">An index is out of range; value and range are named.</exception>
    public int[] Read(Tensor indices, int size)
    {
        var count = indices.Shape.Elements;
        if (_values.Length != count)
        {
            _values = new int[count];
        }

        if (indices.ElementType == ElementType.Int32)
        {
            var from = indices.AsSpan<int>();
            for (var i = 0; i < from.Length; i++)
            {
                _values[i] = Place(from[i], size);
            }
        }
        else
        {
            var from = indices.AsSpan<long>();
            for (var i = 0; i < from.Length; i++)
            {
                _values[i] = Place(from[i], size);
            }
        }

        return _values;
    }

    private int Place(long index, int size) => (ulong)index < (ulong)size ? (int)index : IndexChecks.Normalize(user, index, size);
}
