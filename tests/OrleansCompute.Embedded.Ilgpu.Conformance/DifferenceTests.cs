using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;

namespace OrleansCompute.Embedded.Ilgpu.Conformance;

/// <summary>Where the embedded ILGPU says clearly what the official one leaves undefined, or does differently.</summary>
public sealed class DifferenceTests : IDisposable
{
    private readonly Rig _rig = new();

    public void Dispose() => _rig.Dispose();

    [EmbeddedFact]
    public void Kernel_ThatLeavesItsView_ThrowsAtTheLaunchAndNamesTheIndex()
    {
        using var buffer = _rig.Accelerator.Allocate1D<int>(10);
        var kernel = _rig.Accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<int>>(LaunchKernels.AddIndexPlusOne);
        var error = Assert.Throws<IndexOutOfRangeException>(() => kernel(1_000_000, buffer.View));
        Assert.Contains("10 elements", error.Message, StringComparison.Ordinal);
        kernel(10, buffer.View);
        Assert.Throws<IndexOutOfRangeException>(() => buffer.View[-1]);
    }

    [EmbeddedFact]
    public void Kernel_ThatThrowsInAGroup_ThrowsAtTheLaunchAndCanBeLaunchedAgain()
    {
        using var buffer = _rig.Accelerator.Allocate1D<int>(8);
        var kernel = _rig.Accelerator.LoadStreamKernel<ArrayView<int>, int>(DifferenceKernels.ThrowsAfterABarrier);
        var error = Assert.Throws<InvalidOperationException>(() => kernel((500, 8), buffer.View, 3));
        Assert.Equal("thread 3", error.Message);
        kernel((1, 8), buffer.View, -1);
        Assert.Equal(Enumerable.Repeat(1, 8), buffer.GetAsArray1D());
    }

    [EmbeddedFact]
    public void View_ThatOutlivesItsBuffer_TouchesNoOtherMemory()
    {
        var buffer = _rig.Accelerator.Allocate1D<int>(4);
        var view = buffer.View;
        buffer.Dispose();
        view[0] = 1;
        Assert.Equal(1, view[0]);
        Assert.Throws<ObjectDisposedException>(() => view.CopyToCPU(new int[4]));
    }

    [EmbeddedFact]
    public void Launch_WithGroupsThatAreTooLarge_NamesTheLimit()
    {
        using var buffer = _rig.Accelerator.Allocate1D<int>(1);
        var kernel = _rig.Accelerator.LoadStreamKernel<ArrayView<int>>(LaunchKernels.Number);
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => kernel((1, 65), buffer.View));
        Assert.Contains("at most 64", error.Message, StringComparison.Ordinal);
    }

    [EmbeddedFact]
    public void Launch_AfterDispose_Throws()
    {
        var rig = new Rig();
        var kernel = rig.Accelerator.LoadStreamKernel<ArrayView<int>>(LaunchKernels.Number);
        rig.Dispose();
        Assert.Throws<ObjectDisposedException>(() => kernel((1, 1), default));
        Assert.Throws<ObjectDisposedException>(() => rig.Accelerator.Allocate1D<int>(1));
    }

    [EmbeddedFact]
    public void Launch_OnAStreamOfAnotherAccelerator_Throws()
    {
        using var other = new Rig();
        var kernel = _rig.Accelerator.LoadKernel<ArrayView<int>>(LaunchKernels.Number);
        Assert.Throws<ArgumentException>(() => kernel(other.Accelerator.DefaultStream, (1, 1), default));
    }

    [EmbeddedFact]
    public void Barrier_InAKernelWithTry_IsRefusedAtTheLoadAndNamesTheWayOut()
    {
        var error = Assert.Throws<NotSupportedException>(() => _rig.Accelerator.LoadStreamKernel<ArrayView<int>>(DifferenceKernels.BarrierInTry));
        Assert.Contains("-p:Packages=Official", error.Message, StringComparison.Ordinal);
        Assert.Contains(nameof(DifferenceKernels.BarrierInTry), error.Message, StringComparison.Ordinal);
    }

    [EmbeddedFact]
    public void Barrier_ThatAWarpIsDividedOver_ThrowsInsteadOfHanging()
    {
        using var buffer = _rig.Accelerator.Allocate1D<int>(8);
        var kernel = _rig.Accelerator.LoadStreamKernel<ArrayView<int>>(DifferenceKernels.Divided);
        Assert.Throws<InvalidOperationException>(() => kernel((1, 8), buffer.View));
    }

    [EmbeddedFact]
    public void Barrier_WithAReferenceToSharedMemory_KeepsIt()
    {
        using var buffer = _rig.Accelerator.Allocate1D<int>(16);
        var kernel = _rig.Accelerator.LoadStreamKernel<ArrayView<int>>(DifferenceKernels.KeepsAReference);
        kernel((2, 8), buffer.View);
        Assert.Equal(Enumerable.Range(0, 16).Select(i => (i % 8) + 5 + ((i + 1) % 8)), buffer.GetAsArray1D());
    }

    [EmbeddedFact]
    public void Outside_OfKernels_TheGroupIsRefused()
    {
        Assert.Throws<InvalidOperationException>(() => Group.IdxX);
        Assert.Throws<InvalidOperationException>(Group.Barrier);
        Assert.Throws<InvalidOperationException>(() => Grid.DimX);
    }

    [EmbeddedFact]
    public void AutoGrouped_WithALongIndex_RunsEveryIndexOnce()
    {
        using var buffer = _rig.Accelerator.Allocate1D<int>(1000);
        _rig.Accelerator.LoadAutoGroupedStreamKernel<LongIndex1D, ArrayView<int>>(DifferenceKernels.LongIndex)(1000, buffer.View);
        Assert.Equal(Enumerable.Range(0, 1000), buffer.GetAsArray1D());
        using var plane = _rig.Accelerator.Allocate1D<int>(12);
        _rig.Accelerator.LoadAutoGroupedStreamKernel<LongIndex2D, ArrayView<int>>(DifferenceKernels.LongPlane)(new LongIndex2D(3, 4), plane.View);
        Assert.Equal(Enumerable.Range(0, 12), plane.GetAsArray1D());
    }

    [EmbeddedFact]
    public void Groups_OfManyThreads_MeetManyBarriersInTime()
    {
        // 1024 threads, 1000 barriers: a million waits. With a thread of the system for each this takes seconds to minutes.
        using var rig = new Rig(32, 32);
        using var buffer = rig.Accelerator.Allocate1D<int>(1024);
        var kernel = rig.Accelerator.LoadStreamKernel<ArrayView<int>, int>(DifferenceKernels.Rotate);
        kernel((1, 1024), buffer.View, 1000);
        Assert.Equal(Enumerable.Range(0, 1024).Select(i => (i + 1000) % 1024), buffer.GetAsArray1D());
    }

    [EmbeddedFact]
    public void Sequential_Mode_GivesTheSame()
    {
        using var accelerator = _rig.Context.CreateCPUAccelerator(0, CPUAcceleratorMode.Sequential, ThreadPriority.Normal);
        using var buffer = accelerator.Allocate1D<int>(100_000);
        accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<int>>(LaunchKernels.AddIndexPlusOne)(100_000, buffer.View);
        Assert.Equal(Enumerable.Range(1, 100_000), buffer.GetAsArray1D());
    }
}
