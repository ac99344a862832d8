using OrleansCompute.Tensors.Kernels.Reference;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Kernels.Cpu.Library;

/// <summary>A scale or bias of a normalisation that is the same for all rows, repeated to the length of a row where it is shorter. Not thread-safe.</summary>
internal sealed unsafe class RowFactor
{
    private readonly int[]? _places;
    private readonly AlignedBuffer _row;

    private RowFactor(int[]? places)
    {
        _places = places;
        _row = new AlignedBuffer(places?.Length ?? 0);
    }

    /// <summary>Null when it differs from row to row.</summary>
    /// <param name="factor">Its shape.</param>
    /// <param name="x">Shape of what is normalised.</param>
    /// <param name="axis">First dimension of a row.</param>
    public static RowFactor? Of(Shape factor, Shape x, int axis)
    {
        var row = new Shape(x.Dimensions[axis..]);
        if (factor.Elements == row.Elements)
        {
            return new RowFactor(null);
        }

        var leading = factor.Rank - row.Rank;
        if (leading > 0 && factor.Product(0, leading) != 1)
        {
            return null;
        }

        return new RowFactor(ReferenceElementwise.Sources(leading > 0 ? new Shape(factor.Dimensions[leading..]) : factor, row));
    }

    /// <summary>One factor for each element of a row.</summary>
    public float* Spread(Tensor given)
    {
        var values = (float*)given.Address;
        if (_places is null)
        {
            return values;
        }

        var row = Pointers.Of(_row);
        for (var i = 0; i < _places.Length; i++)
        {
            row[i] = values[_places[i]];
        }

        return row;
    }

    /// <summary>Sums of a row's elements back to the factors they met.</summary>
    public void Gather(ReadOnlySpan<float> row, Tensor to)
    {
        var sums = to.AsSpan<float>();
        if (_places is null)
        {
            row.CopyTo(sums);
            return;
        }

        sums.Clear();
        for (var i = 0; i < _places.Length; i++)
        {
            sums[_places[i]] += row[i];
        }
    }
}
