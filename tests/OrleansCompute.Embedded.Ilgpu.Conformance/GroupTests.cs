using ILGPU;
using ILGPU.Runtime;

namespace OrleansCompute.Embedded.Ilgpu.Conformance;

public sealed class GroupTests : IDisposable
{
    private readonly Rig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Theory]
    [InlineData(64, 64, 64)]
    [InlineData(50, 33, 70)]
    [InlineData(1, 1, 1)]
    public void Barrier_InATiledProduct_OrdersTheTiles(int m, int n, int k)
    {
        var random = new Random(5);
        var a = new float[m, k];
        var b = new float[k, n];
        for (var i = 0; i < a.Length; i++)
        {
            a[i / k, i % k] = random.Next(-8, 8);
        }

        for (var i = 0; i < b.Length; i++)
        {
            b[i / n, i % n] = random.Next(-8, 8);
        }

        using var left = _rig.Accelerator.Allocate2DDenseX(a);
        using var right = _rig.Accelerator.Allocate2DDenseX(b);
        using var product = _rig.Accelerator.Allocate2DDenseX<float>(new LongIndex2D(m, n));
        var kernel = _rig.Accelerator.LoadStreamKernel<
            ArrayView2D<float, Stride2D.DenseX>, ArrayView2D<float, Stride2D.DenseX>, ArrayView2D<float, Stride2D.DenseX>>(GroupKernels.TiledProduct);
        kernel((new Index2D((m + 7) / 8, (n + 7) / 8), new Index2D(8, 8)), left.View, right.View, product.View);
        _rig.Accelerator.Synchronize();
        var result = product.GetAsArray2D();
        for (var i = 0; i < m; i++)
        {
            for (var j = 0; j < n; j++)
            {
                Assert.Equal(Enumerable.Range(0, k).Sum(x => a[i, x] * b[x, j]), result[i, j]);
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(64)]
    public void Barrier_InAReduction_GivesTheSumOfTheGroup(int groupSize)
    {
        var data = Enumerable.Range(1, groupSize * 5).ToArray();
        using var input = _rig.Accelerator.Allocate1D(data);
        using var output = _rig.Accelerator.Allocate1D<int>(5);
        var kernel = _rig.Accelerator.LoadStreamKernel<ArrayView<int>, ArrayView<int>>(GroupKernels.Reduce);
        kernel((5, groupSize), input.View, output.View);
        _rig.Accelerator.Synchronize();
        Assert.Equal(Enumerable.Range(0, 5).Select(i => data.Skip(i * groupSize).Take(groupSize).Sum()), output.GetAsArray1D());
    }

    [Fact]
    public void Barrier_InAMethodThatTheKernelCalls_WaitsToo()
    {
        using var output = _rig.Accelerator.Allocate1D<int>(32);
        var kernel = _rig.Accelerator.LoadStreamKernel<ArrayView<int>, int>(GroupKernels.ShiftThroughCalls);
        kernel((2, 16), output.View, 3);
        _rig.Accelerator.Synchronize();
        Assert.Equal(Enumerable.Range(0, 32).Select(i => (i / 16 * 1000) + ((i + 3) % 16)), output.GetAsArray1D());
    }

    [Fact]
    public void Barrier_InALoopWithLocals_KeepsEveryThreadsOwn()
    {
        using var output = _rig.Accelerator.Allocate1D<double>(64);
        var kernel = _rig.Accelerator.LoadStreamKernel<ArrayView<double>, int>(GroupKernels.ManyLocals);
        kernel((2, 32), output.View, 10);
        _rig.Accelerator.Synchronize();
        Assert.Equal(Enumerable.Range(0, 64).Select(i => GroupKernels.ManyLocalsReference(i % 32, 32, 10)), output.GetAsArray1D());
    }

    [Fact]
    public void Barrier_WithPredicates_CountsThreads()
    {
        using var output = _rig.Accelerator.Allocate1D<int>(3 * 16);
        var kernel = _rig.Accelerator.LoadStreamKernel<ArrayView<int>, int>(GroupKernels.Predicates);
        foreach (var limit in (int[])[0, 5, 16])
        {
            kernel((1, 16), output.View, limit);
            _rig.Accelerator.Synchronize();
            var data = output.GetAsArray1D();
            for (var i = 0; i < 16; i++)
            {
                Assert.Equal((limit, limit == 16 ? 1 : 0, limit > 0 ? 1 : 0), (data[i * 3], data[(i * 3) + 1], data[(i * 3) + 2]));
            }
        }
    }

    [Fact]
    public void Broadcast_OfAThread_ReachesTheGroup()
    {
        using var output = _rig.Accelerator.Allocate1D<long>(48);
        var kernel = _rig.Accelerator.LoadStreamKernel<ArrayView<long>, int>(GroupKernels.Broadcasts);
        kernel((3, 16), output.View, 5);
        _rig.Accelerator.Synchronize();
        Assert.Equal(Enumerable.Range(0, 48).Select(i => ((i / 16 * 100L) + 5) + ((i / 16 * 100L) + 6)), output.GetAsArray1D());
    }

    [Fact]
    public void SharedMemory_WhenGroupsAreImplicit_IsRefused()
    {
        using var output = _rig.Accelerator.Allocate1D<int>(16);
        var error = Assert.ThrowsAny<Exception>(
            () => _rig.Accelerator.LoadImplicitlyGroupedStreamKernel<Index1D, ArrayView<int>>(GroupKernels.Neighbour, 16));
        Assert.IsType<NotSupportedException>(error.GetBaseException());
    }

    [Fact]
    public void GetDynamic_WithARequest_HasItsSize()
    {
        using var output = _rig.Accelerator.Allocate1D<int>(32);
        var kernel = _rig.Accelerator.LoadStreamKernel<ArrayView<int>>(GroupKernels.Dynamic);
        kernel(new KernelConfig(2, 16, SharedMemoryConfig.RequestDynamic<int>(16)), output.View);
        _rig.Accelerator.Synchronize();
        Assert.Equal(Enumerable.Range(0, 32).Select(i => (16 * 100) + 15 - (i % 16)), output.GetAsArray1D());
    }

    [Fact]
    public void SharedMemory_InTwoPlaces_IsNotTheSame()
    {
        using var output = _rig.Accelerator.Allocate1D<int>(16);
        var kernel = _rig.Accelerator.LoadStreamKernel<ArrayView<int>>(GroupKernels.TwoPlaces);
        kernel((1, 16), output.View);
        _rig.Accelerator.Synchronize();
        Assert.Equal(Enumerable.Range(0, 16).Select(i => (15 - i) + (10 * (15 - i)) + 7), output.GetAsArray1D());
    }

    [Fact]
    public void LocalMemory_OfAThread_IsItsOwn()
    {
        using var output = _rig.Accelerator.Allocate1D<int>(100);
        output.MemSetToZero();
        var kernel = _rig.Accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<int>>(GroupKernels.Local);
        kernel(100, output.View);
        _rig.Accelerator.Synchronize();
        Assert.Equal(Enumerable.Range(0, 100).Select(i => (i * 8) + 28), output.GetAsArray1D());
    }

    [Fact]
    public void LocalMemory_AcrossABarrier_IsKept()
    {
        using var output = _rig.Accelerator.Allocate1D<int>(64);
        var kernel = _rig.Accelerator.LoadStreamKernel<ArrayView<int>>(GroupKernels.LocalAcrossBarrier);
        kernel((2, 32), output.View);
        _rig.Accelerator.Synchronize();
        Assert.Equal(Enumerable.Range(0, 64).Select(i => (i % 32 * 3) + 100), output.GetAsArray1D());
    }
}
