namespace OrleansCompute.Tensors.Execution;

/// <summary>A node computed NaN or an infinity while a run looked for them; the message names the node, the output and the element.</summary>
public sealed class NonFiniteException : Exception
{
    /// <summary>Creates the exception without a message of its own.</summary>
    public NonFiniteException()
    {
    }

    /// <summary>Creates the exception.</summary>
    public NonFiniteException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with its cause.</summary>
    public NonFiniteException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
