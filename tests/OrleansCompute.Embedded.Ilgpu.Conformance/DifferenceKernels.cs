using ILGPU;

namespace OrleansCompute.Embedded.Ilgpu.Conformance;

public static class DifferenceKernels
{
    public static void ThrowsAfterABarrier(ArrayView<int> view, int thread)
    {
        view[Group.IdxX] = 1;
        Group.Barrier();
        if (Group.IdxX == thread)
        {
            throw new InvalidOperationException("thread 3");
        }
    }

    public static void BarrierInTry(ArrayView<int> view)
    {
        try
        {
            Group.Barrier();
        }
        finally
        {
            view[0] = 1;
        }
    }

    public static void Divided(ArrayView<int> view)
    {
        if (Group.IdxX < 4)
        {
            Warp.Barrier();
        }
        else
        {
            Group.Barrier();
        }

        view[Group.IdxX] = 1;
    }

    public static void KeepsAReference(ArrayView<int> view)
    {
        var shared = SharedMemory.Allocate<int>(8);
        ref var mine = ref shared[Group.IdxX];
        mine = Group.IdxX;
        Group.Barrier();
        var other = shared[(Group.IdxX + 1) % 8];
        Group.Barrier();
        mine += 5;
        view[Grid.GlobalIndex.X] = mine + other;
    }

    public static void LongIndex(LongIndex1D index, ArrayView<int> view) => view[index] = (int)index.X;

    public static void LongPlane(LongIndex2D index, ArrayView<int> view) => view[index.X + (3 * index.Y)] += (int)(index.X + (3 * index.Y));

    public static void Rotate(ArrayView<int> view, int rounds)
    {
        var shared = SharedMemory.Allocate<int>(1024);
        var value = Group.IdxX;
        for (var round = 0; round < rounds; round++)
        {
            shared[Group.IdxX] = value;
            Group.Barrier();
            value = shared[(Group.IdxX + 1) % Group.DimX];
            Group.Barrier();
        }

        view[Group.IdxX] = value;
    }
}
