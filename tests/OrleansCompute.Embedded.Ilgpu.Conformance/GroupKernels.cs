using ILGPU;
using ILGPU.Runtime;

namespace OrleansCompute.Embedded.Ilgpu.Conformance;

public static class GroupKernels
{
    public const int Tile = 8;

    public static void TiledProduct(
        ArrayView2D<float, Stride2D.DenseX> a, ArrayView2D<float, Stride2D.DenseX> b, ArrayView2D<float, Stride2D.DenseX> c)
    {
        var tileA = SharedMemory.Allocate2D<float, Stride2D.DenseX>(new Index2D(Tile, Tile), new Stride2D.DenseX(Tile));
        var tileB = SharedMemory.Allocate2D<float, Stride2D.DenseX>(new Index2D(Tile, Tile), new Stride2D.DenseX(Tile));
        var row = Grid.GlobalIndex.X;
        var column = Grid.GlobalIndex.Y;
        var x = Group.IdxX;
        var y = Group.IdxY;
        var sum = 0f;
        for (var first = 0; first < a.IntExtent.Y; first += Tile)
        {
            tileA[x, y] = row < a.IntExtent.X && first + y < a.IntExtent.Y ? a[row, first + y] : 0;
            tileB[x, y] = first + x < b.IntExtent.X && column < b.IntExtent.Y ? b[first + x, column] : 0;
            Group.Barrier();
            for (var k = 0; k < Tile; k++)
            {
                sum += tileA[x, k] * tileB[k, y];
            }

            Group.Barrier();
        }

        if (row < c.IntExtent.X && column < c.IntExtent.Y)
        {
            c[row, column] = sum;
        }
    }

    public static void Reduce(ArrayView<int> input, ArrayView<int> output)
    {
        var shared = SharedMemory.Allocate<int>(64);
        shared[Group.IdxX] = input[Grid.GlobalIndex.X];
        Group.Barrier();
        for (var stride = Group.DimX / 2; stride > 0; stride /= 2)
        {
            if (Group.IdxX < stride)
            {
                shared[Group.IdxX] += shared[Group.IdxX + stride];
            }

            Group.Barrier();
        }

        if (Group.IsFirstThread)
        {
            output[Grid.IdxX] = shared[0];
        }
    }

    public static void ShiftThroughCalls(ArrayView<int> output, int by)
    {
        var mine = (Grid.IdxX * 1000) + Group.IdxX;
        output[Grid.GlobalIndex.X] = Shift(mine, by);
    }

    public static void ManyLocals(ArrayView<double> output, int rounds)
    {
        var shared = SharedMemory.Allocate<double>(64);
        var me = Group.IdxX;
        var sum = 0.5 * me;
        var count = (long)me;
        var pair = new Pair(me, me * 2);
        for (var round = 0; round < rounds; round++)
        {
            shared[me] = sum + round;
            Group.Barrier();
            sum += shared[(me + 1) % Group.DimX] * 0.25;
            count += round;
            if (count % 2 == 0)
            {
                sum += pair.Second;
            }

            Group.Barrier();
        }

        output[Grid.GlobalIndex.X] = sum + count;
    }

    public static double ManyLocalsReference(int thread, int threads, int rounds)
    {
        var sum = Enumerable.Range(0, threads).Select(i => 0.5 * i).ToArray();
        var count = Enumerable.Range(0, threads).Select(i => (long)i).ToArray();
        for (var round = 0; round < rounds; round++)
        {
            var shared = sum.Select(value => value + round).ToArray();
            for (var i = 0; i < threads; i++)
            {
                sum[i] += shared[(i + 1) % threads] * 0.25;
                count[i] += round;
                sum[i] += count[i] % 2 == 0 ? i * 2 : 0;
            }
        }

        return sum[thread] + count[thread];
    }

    public static void Predicates(ArrayView<int> output, int limit)
    {
        var holds = Group.IdxX < limit;
        output[Group.IdxX * 3] = Group.BarrierPopCount(holds);
        output[(Group.IdxX * 3) + 1] = Group.BarrierAnd(holds) ? 1 : 0;
        output[(Group.IdxX * 3) + 2] = Group.BarrierOr(holds) ? 1 : 0;
    }

    public static void Broadcasts(ArrayView<long> output, int from)
    {
        var mine = (Grid.IdxX * 100L) + Group.IdxX;
        output[Grid.GlobalIndex.X] = Group.Broadcast(mine, from) + Group.Broadcast(mine, from + 1);
    }

    public static void Neighbour(Index1D index, ArrayView<int> output)
    {
        var shared = SharedMemory.Allocate<int>(16);
        shared[index] = index;
        Group.Barrier();
        output[index] = shared[15 - index];
    }

    public static void Dynamic(ArrayView<int> output)
    {
        var shared = SharedMemory.GetDynamic<int>();
        shared[Group.IdxX] = Group.IdxX;
        Group.Barrier();
        output[Grid.GlobalIndex.X] = (shared.IntLength * 100) + shared[Group.DimX - 1 - Group.IdxX];
    }

    public static void TwoPlaces(ArrayView<int> output)
    {
        var first = SharedMemory.Allocate<int>(16);
        var second = SharedMemory.Allocate1D<int>(16);
        ref var one = ref SharedMemory.Allocate<int>();
        first[Group.IdxX] = Group.IdxX;
        second[Group.IdxX] = Group.IdxX * 10;
        if (Group.IsFirstThread)
        {
            one = 7;
        }

        Group.Barrier();
        output[Group.IdxX] = first[15 - Group.IdxX] + second[15 - Group.IdxX] + one;
    }

    public static void Local(Index1D index, ArrayView<int> output)
    {
        var local = LocalMemory.Allocate<int>(8);
        for (var i = 0; i < 8; i++)
        {
            local[i] = index + i;
        }

        for (var i = 0; i < 8; i++)
        {
            output[index] += local[i];
        }
    }

    public static void LocalAcrossBarrier(ArrayView<int> output)
    {
        var local = LocalMemory.Allocate<int>(4);
        local[2] = Group.IdxX * 3;
        Group.Barrier();
        local[3] = 100;
        Group.Barrier();
        output[Grid.GlobalIndex.X] = local[2] + local[3];
    }

    private static int Shift(int value, int by)
    {
        var shared = SharedMemory.Allocate<int>(64);
        shared[Group.IdxX] = value;
        Group.Barrier();
        return Read(shared, (Group.IdxX + by) % Group.DimX);
    }

    private static int Read(ArrayView<int> shared, int index)
    {
        Group.Barrier();
        return shared[index];
    }
}
