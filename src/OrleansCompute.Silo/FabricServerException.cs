namespace OrleansCompute.Silo;

/// <summary>The server cannot start; the message says why and what to do.</summary>
public sealed class FabricServerException : Exception
{
    /// <summary>Creates it without a message.</summary>
    public FabricServerException()
    {
    }

    /// <summary>Creates it with the sentence that the user reads.</summary>
    public FabricServerException(string message)
        : base(message)
    {
    }

    /// <summary>Creates it with the sentence that the user reads, and its cause.</summary>
    public FabricServerException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
