using ILGPU;
using ILGPU.Runtime;

namespace OrleansCompute.Embedded.Ilgpu.Conformance;

public sealed class WarpTests : IDisposable
{
    private const int Threads = 32;
    private readonly Rig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void Lanes_OfAGroup_FollowEachOther()
    {
        using var output = _rig.Accelerator.Allocate1D<int>(Threads);
        _rig.Accelerator.LoadStreamKernel<ArrayView<int>>(WarpKernels.Lanes)((1, Threads), output.View);
        _rig.Accelerator.Synchronize();
        Assert.Equal(Enumerable.Range(0, Threads).Select(i => (i / 8 * 100) + (i % 8) + 8000), output.GetAsArray1D());
    }

    [Fact]
    public void ShuffleDown_InAReduction_SumsTheWarp()
    {
        using var output = _rig.Accelerator.Allocate1D<int>(Threads);
        _rig.Accelerator.LoadStreamKernel<ArrayView<int>>(WarpKernels.Sum)((1, Threads), output.View);
        _rig.Accelerator.Synchronize();
        var data = output.GetAsArray1D();
        for (var warp = 0; warp < 4; warp++)
        {
            Assert.Equal(Enumerable.Range(warp * 8, 8).Sum(), data[warp * 8]);
        }
    }

    [Fact]
    public void Shuffles_OfLanes_GiveTheValueOfTheSource()
    {
        using var output = _rig.Accelerator.Allocate1D<int>(Threads * 4);
        _rig.Accelerator.LoadStreamKernel<ArrayView<int>>(WarpKernels.Shuffles)((1, Threads), output.View);
        _rig.Accelerator.Synchronize();
        var data = output.GetAsArray1D();
        for (var i = 0; i < Threads; i++)
        {
            var (first, lane) = (i / 8 * 8, i % 8);
            Assert.Equal(
                (first + 3, first + (lane ^ 5), lane < 2 ? i : i - 2, first + (lane / 4 * 4) + ((lane % 4) ^ 1)),
                (data[i * 4], data[(i * 4) + 1], data[(i * 4) + 2], data[(i * 4) + 3]));
        }
    }

    [Fact]
    public void Broadcast_OfAStruct_ReachesTheWarp()
    {
        using var output = _rig.Accelerator.Allocate1D<int>(Threads);
        _rig.Accelerator.LoadStreamKernel<ArrayView<int>>(WarpKernels.BroadcastPair)((1, Threads), output.View);
        _rig.Accelerator.Synchronize();
        Assert.Equal(Enumerable.Range(0, Threads).Select(i => ((i / 8 * 8) + 6) * 11), output.GetAsArray1D());
    }

    [Fact]
    public void WarpAndGroup_InOneKernel_ReduceAll()
    {
        using var output = _rig.Accelerator.Allocate1D<long>(3);
        _rig.Accelerator.LoadStreamKernel<ArrayView<long>>(WarpKernels.ReduceAll)((3, 64), output.View);
        _rig.Accelerator.Synchronize();
        Assert.Equal(Enumerable.Range(0, 3).Select(i => Enumerable.Range(i * 64, 64).Sum(x => (long)x * x)), output.GetAsArray1D());
    }
}
