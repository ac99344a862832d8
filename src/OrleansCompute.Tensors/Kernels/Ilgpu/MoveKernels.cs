using ILGPU;

namespace OrleansCompute.Tensors.Kernels.Ilgpu;

/// <summary>Device code of operators that only move elements: a thread per element moved.</summary>
internal static class MoveKernels
{
    public static void Move<T>(Index1D i, ArrayView<T> from, ArrayView<T> to, IndexMap fromMap, IndexMap toMap)
        where T : unmanaged => to[toMap.At(i)] = from[fromMap.At(i)];

    public static void Fill(Index1D i, ArrayView<float> to, float value) => to[i] = value;

    /// <summary>Indices, which may count from the end if they are signed, to numbers from 0; one outside the dimension becomes 0 and leaves a mark.</summary>
    public static void Indices32(Index1D i, ArrayView<int> from, ArrayView<int> to, ArrayView<int> fault, int size, int isSigned)
    {
        var index = from[i];
        index = index < 0 && isSigned != 0 ? index + size : index;
        var isInside = index >= 0 && index < size;
        to[i] = isInside ? index : 0;
        if (!isInside)
        {
            fault[0] = 1;
        }
    }

    public static void Indices64(Index1D i, ArrayView<long> from, ArrayView<int> to, ArrayView<int> fault, int size, int isSigned)
    {
        var index = from[i];
        index = index < 0 && isSigned != 0 ? index + size : index;
        var isInside = index >= 0 && index < size;
        to[i] = isInside ? (int)index : 0;
        if (!isInside)
        {
            fault[0] = 1;
        }
    }

    /// <summary>From [outer, size, inner] to [outer, indices, inner].</summary>
    public static void Gather<T>(Index1D i, ArrayView<T> from, ArrayView<int> indices, ArrayView<T> to, int size, int inner)
        where T : unmanaged
    {
        int column = i % inner, row = i / inner, count = indices.IntLength;
        to[i] = from[((((row / count) * size) + indices[row % count]) * inner) + column];
    }

    /// <summary>Adds up [outer, indices, inner] to [outer, size, inner]: a thread per outer and inner, so that sums have one order.</summary>
    public static void GatherGradient(Index1D i, ArrayView<float> from, ArrayView<int> indices, ArrayView<float> to, int size, int inner)
    {
        int outer = i / inner, column = i % inner, count = indices.IntLength;
        for (var row = 0; row < size; row++)
        {
            to[(((outer * size) + row) * inner) + column] = 0;
        }

        for (var row = 0; row < count; row++)
        {
            to[(((outer * size) + indices[row]) * inner) + column] += from[(((outer * count) + row) * inner) + column];
        }
    }
}
