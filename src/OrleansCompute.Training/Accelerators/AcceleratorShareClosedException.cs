namespace OrleansCompute.Training.Accelerators;

/// <summary>Work was given to a share that is closed; the message says why it was.</summary>
public sealed class AcceleratorShareClosedException : Exception
{
    /// <summary>Creates the exception without a message of its own.</summary>
    public AcceleratorShareClosedException()
    {
    }

    /// <summary>Creates the exception.</summary>
    public AcceleratorShareClosedException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with its cause.</summary>
    public AcceleratorShareClosedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
