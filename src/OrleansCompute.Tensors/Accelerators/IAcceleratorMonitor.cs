namespace OrleansCompute.Tensors.Accelerators;

/// <summary>Layer 4 of a plug-in: what the device reports of itself. Thread-safe and cheap: dashboards ask every second.</summary>
public interface IAcceleratorMonitor
{
    /// <summary>The present reading.</summary>
    AcceleratorReading Read();
}
