namespace OrleansCompute.Tensors.Shapes;

/// <summary>Shapes that do not fit together; the message names them, and the layer or node where it is known.</summary>
public sealed class ShapeMismatchException : Exception
{
    /// <summary>Creates the exception without a message of its own.</summary>
    public ShapeMismatchException()
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">Names both shapes.</param>
    public ShapeMismatchException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with its cause.</summary>
    /// <param name="message">Names both shapes.</param>
    /// <param name="innerException">The cause.</param>
    public ShapeMismatchException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
