using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;

namespace OrleansCompute.Embedded.Ilgpu.Conformance;

public sealed class LifetimeTests
{
    [Fact]
    public void Dispose_OfAnAccelerator_DisposesItsBuffersAndStreams()
    {
        using var rig = new Rig();
        var buffer = rig.Accelerator.Allocate1D<int>(4);
        var stream = rig.Accelerator.CreateStream();
        var told = 0;
        rig.Accelerator.Disposed += (_, _) => told++;
        rig.Accelerator.Dispose();
        rig.Accelerator.Dispose();
        Assert.Equal(1, told);
        Assert.True(buffer.IsDisposed);
        Assert.True(stream.IsDisposed);
        Assert.True(rig.Accelerator.IsDisposed);
    }

    [Fact]
    public void Dispose_OfABuffer_MayBeRepeated()
    {
        using var rig = new Rig();
        var buffer = rig.Accelerator.Allocate1D<int>(4);
        Assert.True(buffer.IsValid);
        buffer.Dispose();
        buffer.Dispose();
        Assert.False(buffer.IsValid);
        Assert.Equal(IntPtr.Zero, buffer.NativePtr);
        Assert.False(buffer.View.IsValid);
    }

    [Fact]
    public void ProfilingMarkers_AroundALaunch_MeasureATime()
    {
        using var context = Context.Create(builder => builder.DefaultCPU().Profiling());
        using var accelerator = context.GetPreferredDevice(preferCPU: true).CreateAccelerator(context);
        using var buffer = accelerator.Allocate1D<int>(1000);
        using var before = accelerator.AddProfilingMarker();
        accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<int>>(LaunchKernels.AddIndexPlusOne)(1000, buffer.View);
        using var after = accelerator.AddProfilingMarker();
        accelerator.Synchronize();
        Assert.True(after - before >= TimeSpan.Zero);
    }

    [Fact]
    public void AddProfilingMarker_WithoutProfiling_Throws()
    {
        using var rig = new Rig();
        Assert.Throws<NotSupportedException>(() => rig.Accelerator.AddProfilingMarker());
    }
}
