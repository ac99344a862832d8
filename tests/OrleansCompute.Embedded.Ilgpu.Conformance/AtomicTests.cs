using ILGPU;
using ILGPU.Runtime;

namespace OrleansCompute.Embedded.Ilgpu.Conformance;

public sealed class AtomicTests : IDisposable
{
    private const int Threads = 20_000;
    private readonly Rig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void Atomics_OnIntegers_LoseNothing()
    {
        using var cells = _rig.Accelerator.Allocate1D<int>([0, 0, int.MaxValue, -1, 0, 0, 0]);
        _rig.Accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<int>>(AtomicKernels.Integers)(Threads, cells.View);
        _rig.Accelerator.Synchronize();
        Assert.Equal([Threads, Threads - 1, 0, -1 & ~1023, 32767, 0, Threads], cells.GetAsArray1D());
    }

    [Fact]
    public void Atomics_OnFloats_LoseNothing()
    {
        using var cells = _rig.Accelerator.Allocate1D<float>([0, float.MinValue, float.MaxValue]);
        _rig.Accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<float>>(AtomicKernels.Floats)(Threads, cells.View);
        _rig.Accelerator.Synchronize();
        Assert.Equal([Threads * 0.5f, Threads - 1, 0], cells.GetAsArray1D());
        using var doubles = _rig.Accelerator.Allocate1D<double>([0, double.MinValue]);
        _rig.Accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<double>>(AtomicKernels.Doubles)(Threads, doubles.View);
        _rig.Accelerator.Synchronize();
        Assert.Equal([Threads * 0.25, Threads - 1], doubles.GetAsArray1D());
    }

    [Fact]
    public void Atomics_Always_ReturnWhatWasThereBefore()
    {
        var i = 5;
        var l = 7L;
        var f = 1.5f;
        var u = 3u;
        Assert.Equal((5, 7), (Atomic.Add(ref i, 2), i));
        Assert.Equal((7L, 9L), (Atomic.Max(ref l, 9), l));
        Assert.Equal((1.5f, 4f), (Atomic.Add(ref f, 2.5f), f));
        Assert.Equal((3u, 1u), (Atomic.Min(ref u, 1), u));
        Assert.Equal((7, 7), (Atomic.CompareExchange(ref i, 1, 2), i));
        Assert.Equal((7, 2), (Atomic.CompareExchange(ref i, 7, 2), i));
        Assert.Equal((2, 9), (Atomic.Exchange(ref i, 9), i));
        Assert.Equal((9, 8), (Atomic.And(ref i, 8), i));
        Assert.Equal((8, 12), (Atomic.Or(ref i, 4), i));
        Assert.Equal((12, 10), (Atomic.Xor(ref i, 6), i));
    }

    [Fact]
    public void MakeAtomic_WithAnOperation_LosesNothing()
    {
        using var cells = _rig.Accelerator.Allocate1D<long>([0]);
        _rig.Accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<long>>(AtomicKernels.Custom)(Threads, cells.View);
        _rig.Accelerator.Synchronize();
        Assert.Equal(Enumerable.Range(0, Threads).Sum(i => (i % 7) * 3L), cells.GetAsArray1D()[0]);
    }
}
