using ILGPU;
using ILGPU.Runtime;

namespace OrleansCompute.Embedded.Ilgpu.Conformance;

public sealed class LaunchTests : IDisposable
{
    private readonly Rig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void AutoGrouped_WithNothingToDo_Throws()
    {
        using var buffer = _rig.Accelerator.Allocate1D<int>(1);
        var kernel = _rig.Accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<int>>(LaunchKernels.AddIndexPlusOne);
        Assert.Throws<ArgumentOutOfRangeException>(() => kernel(0, buffer.View));
    }

    [Fact]
    public void Load_WithAParameterThatCompiledKernelsCannotSee_IsRefused()
    {
        var error = Assert.ThrowsAny<Exception>(
            () => _rig.Accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<int>, Hidden>(LaunchKernels.TakesHidden));
        Assert.Contains("ILGPURuntime", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(64)]
    [InlineData(100_003)]
    public void AutoGrouped_WithOneDimension_RunsEveryIndexOnce(int length)
    {
        using var buffer = _rig.Accelerator.Allocate1D<int>(100_003);
        buffer.MemSetToZero();
        var kernel = _rig.Accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<int>>(LaunchKernels.AddIndexPlusOne);
        kernel(length, buffer.View);
        _rig.Accelerator.Synchronize();
        Assert.Equal(Enumerable.Range(0, 100_003).Select(i => i < length ? i + 1 : 0), buffer.GetAsArray1D());
    }

    [Fact]
    public void AutoGrouped_WithTwoDimensions_RunsEveryIndexOnce()
    {
        using var buffer = _rig.Accelerator.Allocate2DDenseX<int>(new LongIndex2D(37, 23));
        buffer.MemSetToZero();
        var kernel = _rig.Accelerator.LoadAutoGroupedStreamKernel<Index2D, ArrayView2D<int, Stride2D.DenseX>>(LaunchKernels.Add2D);
        kernel(new Index2D(37, 23), buffer.View);
        _rig.Accelerator.Synchronize();
        var data = buffer.GetAsArray2D();
        for (var x = 0; x < 37; x++)
        {
            for (var y = 0; y < 23; y++)
            {
                Assert.Equal((100 * x) + y + 1, data[x, y]);
            }
        }
    }

    [Fact]
    public void AutoGrouped_WithThreeDimensions_RunsEveryIndexOnce()
    {
        using var buffer = _rig.Accelerator.Allocate3DDenseXY<int>(new LongIndex3D(5, 6, 7));
        buffer.MemSetToZero();
        var kernel = _rig.Accelerator.LoadAutoGroupedStreamKernel<Index3D, ArrayView3D<int, Stride3D.DenseXY>>(LaunchKernels.Add3D);
        kernel(new Index3D(5, 6, 7), buffer.View);
        _rig.Accelerator.Synchronize();
        var data = buffer.GetAsArray3D();
        for (var i = 0; i < data.Length; i++)
        {
            var (x, y, z) = (i / 42, i / 7 % 6, i % 7);
            Assert.Equal((10_000 * x) + (100 * y) + z + 1, data[x, y, z]);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(64)]
    public void ImplicitlyGrouped_WithAGroupSize_RunsEveryIndexInItsGroup(int groupSize)
    {
        using var buffer = _rig.Accelerator.Allocate1D<int>(100);
        using var groups = _rig.Accelerator.Allocate1D<int>(100);
        var kernel = _rig.Accelerator.LoadImplicitlyGroupedStreamKernel<Index1D, ArrayView<int>, ArrayView<int>>(LaunchKernels.WhereAmI, groupSize);
        kernel(100, buffer.View, groups.View);
        _rig.Accelerator.Synchronize();
        Assert.Equal(Enumerable.Range(0, 100).Select(i => i % groupSize), buffer.GetAsArray1D());
        Assert.Equal(Enumerable.Range(0, 100).Select(i => i / groupSize), groups.GetAsArray1D());
    }

    [Fact]
    public void Explicit_InThreeDimensions_KnowsGridAndGroup()
    {
        var grid = new Index3D(2, 3, 4);
        var group = new Index3D(4, 2, 2);
        using var buffer = _rig.Accelerator.Allocate1D<int>(grid.Size * group.Size);
        buffer.MemSetToZero();
        using var errors = _rig.Accelerator.Allocate1D<int>(1);
        errors.MemSetToZero();
        var kernel = _rig.Accelerator.LoadStreamKernel<ArrayView<int>, ArrayView<int>>(LaunchKernels.GlobalIndices);
        kernel((grid, group), buffer.View, errors.View);
        _rig.Accelerator.Synchronize();
        Assert.Equal(0, errors.GetAsArray1D()[0]);
        Assert.Equal(Enumerable.Repeat(1, (int)buffer.Length), buffer.GetAsArray1D());
    }

    [Fact]
    public void Explicit_OnAStreamOfItsOwn_Runs()
    {
        using var stream = _rig.Accelerator.CreateStream();
        using var buffer = _rig.Accelerator.Allocate1D<int>(24);
        var kernel = _rig.Accelerator.LoadKernel<ArrayView<int>>(LaunchKernels.Number);
        kernel(stream, new KernelConfig(3, 8), buffer.View);
        stream.Synchronize();
        Assert.Equal(Enumerable.Range(0, 24), buffer.GetAsArray1D(stream));
        kernel(stream, (new Index1D(1), new Index1D(1)), buffer.View);
        _rig.Accelerator.LoadAutoGroupedKernel<Index1D, ArrayView<int>>(LaunchKernels.AddIndexPlusOne)(stream, 24, buffer.View);
        stream.Synchronize();
        Assert.Equal(Enumerable.Range(0, 24).Select(i => (2 * i) + 1), buffer.GetAsArray1D());
    }

    [Fact]
    public void Load_WithTwelveParameters_PassesEachToItsPlace()
    {
        using var buffer = _rig.Accelerator.Allocate1D<double>(3);
        var kernel = _rig.Accelerator.LoadAutoGroupedStreamKernel<
            Index1D, ArrayView<double>, byte, short, int, long, float, double, Pair, int, int, int, long>(LaunchKernels.Twelve);
        kernel(3, buffer.View, 1, 2, 3, 4, 5f, 6.0, new Pair(7, 8), 9, 10, 11, 12);
        _rig.Accelerator.Synchronize();
        var sum = Enumerable.Range(1, 12).Sum(i => i * (double)i);
        Assert.Equal([sum, sum + 1, sum + 2], buffer.GetAsArray1D());
        var grouped = _rig.Accelerator.LoadStreamKernel<
            ArrayView<double>, byte, short, int, long, float, double, Pair, int, int, int, long>(LaunchKernels.TwelveGrouped);
        grouped(new KernelConfig(1, 3), buffer.View, 1, 2, 3, 4, 5f, 6.0, new Pair(7, 8), 9, 10, 11, 12);
        _rig.Accelerator.Synchronize();
        Assert.Equal([sum, sum + 1, sum + 2], buffer.GetAsArray1D());
    }

    [Fact]
    public void Load_WithASpecializedValue_PassesTheValue()
    {
        using var buffer = _rig.Accelerator.Allocate1D<int>(4);
        var kernel = _rig.Accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<int>, SpecializedValue<int>>(LaunchKernels.Fill);
        kernel(4, buffer.View, SpecializedValue.New(42));
        _rig.Accelerator.Synchronize();
        Assert.Equal([42, 42, 42, 42], buffer.GetAsArray1D());
        kernel(4, buffer.View, new SpecializedValue<int>(43));
        _rig.Accelerator.Synchronize();
        Assert.Equal([43, 43, 43, 43], buffer.GetAsArray1D());
    }

    [Fact]
    public void Load_WithASpecialization_Runs()
    {
        using var buffer = _rig.Accelerator.Allocate1D<int>(16);
        var kernel = _rig.Accelerator.LoadStreamKernel<ArrayView<int>>(LaunchKernels.Number, new KernelSpecialization(8, null), out _);
        kernel((2, 8), buffer.View);
        _rig.Accelerator.Synchronize();
        Assert.Equal(Enumerable.Range(0, 16), buffer.GetAsArray1D());
        Assert.Throws<ArgumentOutOfRangeException>(() => new KernelSpecialization(0, null));
    }

    [Fact]
    public void Load_OfALambdaThatUsesItsParametersOnly_Runs()
    {
        using var buffer = _rig.Accelerator.Allocate1D<int>(4);
        var kernel = _rig.Accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<int>, int>((index, view, factor) => view[index] = index * factor);
        kernel(4, buffer.View, 3);
        _rig.Accelerator.Synchronize();
        Assert.Equal([0, 3, 6, 9], buffer.GetAsArray1D());
    }

    [Fact]
    public void Load_OfALambdaThatTakesAVariableAlong_Throws()
    {
        var taken = Environment.ProcessId;
        Assert.ThrowsAny<Exception>(() =>
            _rig.Accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<int>>((index, view) => view[index] = taken));
    }

    [Fact]
    public void Load_WithoutAKernel_Throws() => Assert.Throws<ArgumentNullException>(() =>
        _rig.Accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<int>>(null!));

    [Fact]
    public void Load_OfAGenericKernel_RunsWithItsTypes()
    {
        using var buffer = _rig.Accelerator.Allocate1D<float>([1, 2, 3]);
        var kernel = _rig.Accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<float>, float>(LaunchKernels.Apply<Scale>);
        kernel(3, buffer.View, 10);
        _rig.Accelerator.Synchronize();
        Assert.Equal([10f, 20, 30], buffer.GetAsArray1D());
    }

    [Fact]
    public void Launch_FromSeveralThreads_RunsEveryLaunch()
    {
        var kernel = _rig.Accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<int>>(LaunchKernels.CountUp);
        using var buffer = _rig.Accelerator.Allocate1D<int>(1);
        buffer.MemSetToZero();
        Parallel.For(0, 8, _ => kernel(1000, buffer.View));
        _rig.Accelerator.Synchronize();
        Assert.Equal(8000, buffer.GetAsArray1D()[0]);
    }

    [Fact]
    public void KernelConfig_FromTuples_HasTheirDimensions()
    {
        KernelConfig line = (3, 4);
        KernelConfig plane = (new Index2D(2, 3), new Index2D(4, 5));
        Assert.Equal((12L, new Index3D(3, 1, 1), new Index3D(4, 1, 1)), (line.Size, line.GridDim, line.GroupDim));
        Assert.Equal((120L, new Index3D(2, 3, 1), new Index3D(4, 5, 1)), (plane.Size, plane.GridDim, plane.GroupDim));
        Assert.False(line.UsesDynamicSharedMemory);
        Assert.True(new KernelConfig(1, 1, SharedMemoryConfig.RequestDynamic<float>(8)).UsesDynamicSharedMemory);
        Assert.Equal(32, SharedMemoryConfig.RequestDynamic<float>(8).ArraySize);
    }
}
