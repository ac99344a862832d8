namespace ILGPU.Runtime;

/// <summary>
/// A sequence of launches and copies. On the CPU every launch and copy is done when its call returns, so they are in order, and
/// waiting is free.
/// </summary>
public abstract class AcceleratorStream : AcceleratorObject
{
    /// <summary>A stream of this accelerator.</summary>
    protected AcceleratorStream(Accelerator accelerator)
        : base(accelerator)
    {
    }

    /// <summary>Waits for all that was given to the stream.</summary>
    public abstract void Synchronize();

    /// <summary>Waits for all that was given to the stream.</summary>
    public Task SynchronizeAsync() => Task.Run(Synchronize);

    /// <summary>Makes the accelerator the current one until the result is disposed.</summary>
    public ScopedAcceleratorBinding BindScoped() => Accelerator.BindScoped();

    /// <summary>Marks a point in the stream, to measure from; needs a context built with <c>Profiling()</c>.</summary>
    public ProfilingMarker AddProfilingMarker() => Accelerator.Context.Properties.EnableProfiling
        ? AddProfilingMarkerInternal()
        : throw new NotSupportedException("The context was built without profiling. Build it with builder.Profiling().");

    /// <summary>Marks a point in the stream.</summary>
    protected abstract ProfilingMarker AddProfilingMarkerInternal();
}
