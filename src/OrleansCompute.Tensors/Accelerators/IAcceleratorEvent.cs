namespace OrleansCompute.Tensors.Accelerators;

/// <summary>Layer 1: a place in a stream. Thread-safe.</summary>
public interface IAcceleratorEvent
{
    /// <summary>Whether everything before it is done, or has failed.</summary>
    bool IsDone { get; }

    /// <summary>Waits for it.</summary>
    /// <exception cref="AcceleratorException">Something before it failed; the inner exception is the cause.</exception>
    void Wait();
}
