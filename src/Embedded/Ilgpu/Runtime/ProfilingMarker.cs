namespace ILGPU.Runtime;

/// <summary>A point in a stream, to measure from and to.</summary>
public abstract class ProfilingMarker : AcceleratorObject
{
    /// <summary>A marker of this accelerator.</summary>
    protected ProfilingMarker(Accelerator accelerator)
        : base(accelerator)
    {
    }

    /// <summary>Waits until the stream has reached it.</summary>
    public abstract void Synchronize();

    /// <summary>The time from another marker to this one.</summary>
    public abstract TimeSpan MeasureFrom(ProfilingMarker marker);

    /// <summary>The time from one marker to another.</summary>
    public static TimeSpan operator -(ProfilingMarker end, ProfilingMarker start) => end.MeasureFrom(start);
}
