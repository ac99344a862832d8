using OrleansCompute.Tensors.Operators.Indexing;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Kernels.Cpu.Library;

/// <summary>Where rows of coordinates point to in a tensor, as GatherND and ScatterND have it. Keeps its memory; not thread-safe.</summary>
internal sealed class PartPlaces
{
    private readonly string _user;
    private readonly int[] _sizes;
    private readonly int _depth;
    private readonly int _rowsPerBatch;
    private readonly int[] _places;

    public PartPlaces(string user, int batchDimensions, Shape x, Shape indices)
    {
        _user = user;
        _depth = indices[indices.Rank - 1];
        _sizes = x.Dimensions.Slice(batchDimensions, _depth).ToArray();
        Part = x.Product(batchDimensions + _depth, x.Rank);
        _rowsPerBatch = indices.Product(batchDimensions, indices.Rank - 1);
        _places = new int[indices.Product(0, indices.Rank - 1)];
    }

    /// <summary>Elements that a row of coordinates stands for.</summary>
    public int Part { get; }

    /// <summary>Number of the part of x that each row means.</summary>
    /// <exception cref="ShapeMismatchException">A coordinate is out of range.</exception>
    public int[] Read(Tensor indices)
    {
        var isInt32 = indices.ElementType == ElementType.Int32;
        ReadOnlySpan<int> narrow = isInt32 ? indices.AsSpan<int>() : [];
        ReadOnlySpan<long> wide = isInt32 ? [] : indices.AsSpan<long>();
        for (var row = 0; row < _places.Length; row++)
        {
            var place = row / _rowsPerBatch;
            for (var k = 0; k < _depth; k++)
            {
                var index = isInt32 ? narrow[(row * _depth) + k] : wide[(row * _depth) + k];
                place = (place * _sizes[k]) + ((ulong)index < (ulong)_sizes[k] ? (int)index : IndexChecks.Normalize(_user, index, _sizes[k]));
            }

            _places[row] = place;
        }

        return _places;
    }
}
