using ILGPU;

namespace OrleansCompute.Embedded.Ilgpu.Conformance;

public static class WarpKernels
{
    public static void Lanes(ArrayView<int> output) =>
        output[Group.IdxX] = (Warp.WarpIdx * 100) + Warp.LaneIdx + (Warp.WarpSize * 1000);

    public static void Sum(ArrayView<int> output)
    {
        var value = Group.IdxX;
        for (var delta = Warp.WarpSize / 2; delta > 0; delta /= 2)
        {
            value += Warp.ShuffleDown(value, delta);
        }

        output[Group.IdxX] = value;
    }

    public static void Shuffles(ArrayView<int> output)
    {
        var mine = Group.IdxX;
        output[(mine * 4) + 0] = Warp.Shuffle(mine, 3);
        output[(mine * 4) + 1] = Warp.ShuffleXor(mine, 5);
        output[(mine * 4) + 2] = Warp.ShuffleUp(mine, 2);
        output[(mine * 4) + 3] = Warp.ShuffleXor(mine, 1, 4);
    }

    public static void BroadcastPair(ArrayView<int> output)
    {
        var pair = Warp.Broadcast(new Pair(Group.IdxX, Group.IdxX * 10), 6);
        output[Group.IdxX] = pair.First + pair.Second;
    }

    public static void ReduceAll(ArrayView<long> output)
    {
        var shared = SharedMemory.Allocate<long>(8);
        long value = Grid.GlobalIndex.X;
        value = SumOfWarp(value * value);
        if (Warp.IsFirstLane)
        {
            shared[Warp.WarpIdx] = value;
        }

        Group.Barrier();
        if (Warp.WarpIdx == 0)
        {
            var total = SumOfWarp(shared[Warp.LaneIdx]);
            if (Warp.IsFirstLane)
            {
                output[Grid.IdxX] = total;
            }
        }
    }

    private static long SumOfWarp(long value)
    {
        for (var mask = Warp.WarpSize / 2; mask > 0; mask /= 2)
        {
            value += Warp.ShuffleXor(value, mask);
        }

        return value;
    }
}
