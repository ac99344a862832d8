using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Kernels.Cpu.Library;

/// <summary>Reads a range of a tensor as broadcasting repeats it, run by run along the innermost dimension. Immutable.</summary>
internal sealed unsafe class BroadcastReader
{
    private readonly int[] _sizes;
    private readonly int[] _strides;

    public BroadcastReader(Shape from, Shape to)
    {
        // Dimensions that are walked alike become one: the runs get longer.
        var strides = Broadcasting.Strides(from, from.Strides(), to);
        var (sizes, steps) = (new List<int>(), new List<int>());
        for (var i = 0; i < to.Rank; i++)
        {
            if (to[i] == 1)
            {
                continue;
            }

            if (sizes.Count > 0 && steps[^1] == (long)strides[i] * to[i])
            {
                sizes[^1] *= to[i];
                steps[^1] = strides[i];
            }
            else
            {
                sizes.Add(to[i]);
                steps.Add(strides[i]);
            }
        }

        _sizes = sizes.Count > 0 ? [.. sizes] : [1];
        _strides = sizes.Count > 0 ? [.. steps] : [0];
        IsConstant = from.Elements == 1;
    }

    /// <summary>Whether every range reads the same values: one element repeated.</summary>
    public bool IsConstant { get; }

    /// <summary>Writes elements of 1, 2, 4 or 8 bytes from a position of the larger shape on.</summary>
    public void Read(byte* source, int size, int start, int count, byte* to)
    {
        switch (size)
        {
            case 1: Read(source, start, count, to); break;
            case 2: Read((ushort*)source, start, count, (ushort*)to); break;
            case 4: Read((uint*)source, start, count, (uint*)to); break;
            default: Read((ulong*)source, start, count, (ulong*)to); break;
        }
    }

    /// <summary>Writes the elements from a position of the larger shape on.</summary>
    public void Read<T>(T* source, int start, int count, T* to)
        where T : unmanaged
    {
        var last = _sizes.Length - 1;
        int run = _sizes[last], stride = _strides[last];
        var column = start % run;
        if (IsConstant)
        {
            new Span<T>(to, count).Fill(*source);
            return;
        }

        for (int done = 0, row = start / run; done < count; row++, column = 0)
        {
            var length = Math.Min(run - column, count - done);
            var from = source + Offset(row) + ((nint)column * stride);
            if (stride == 0)
            {
                new Span<T>(to + done, length).Fill(*from);
            }
            else if (stride == 1)
            {
                new ReadOnlySpan<T>(from, length).CopyTo(new Span<T>(to + done, length));
            }
            else
            {
                for (var i = 0; i < length; i++)
                {
                    to[done + i] = from[(nint)i * stride];
                }
            }

            done += length;
        }
    }

    private nint Offset(int row)
    {
        nint offset = 0;
        for (var i = _sizes.Length - 2; i >= 0; i--)
        {
            offset += (nint)(row % _sizes[i]) * _strides[i];
            row /= _sizes[i];
        }

        return offset;
    }
}
