namespace ILGPU.Runtime;

/// <summary>Markers on the default stream.</summary>
public static class ProfilingMarkers
{
    /// <summary>Marks a point in the default stream.</summary>
    public static ProfilingMarker AddProfilingMarker(this Accelerator accelerator)
    {
        ArgumentNullException.ThrowIfNull(accelerator);
        return accelerator.DefaultStream.AddProfilingMarker();
    }
}
