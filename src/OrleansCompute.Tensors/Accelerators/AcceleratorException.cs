namespace OrleansCompute.Tensors.Accelerators;

/// <summary>A device, its driver or a kernel on it failed; the message says which and what to do.</summary>
public sealed class AcceleratorException : Exception
{
    /// <summary>Creates the exception without a message of its own.</summary>
    public AcceleratorException()
    {
    }

    /// <summary>Creates the exception.</summary>
    public AcceleratorException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with its cause.</summary>
    public AcceleratorException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
