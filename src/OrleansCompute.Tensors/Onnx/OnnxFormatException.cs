namespace OrleansCompute.Tensors.Onnx;

/// <summary>An ONNX file that cannot be used; the message names node, operator and opset where they are known.</summary>
public sealed class OnnxFormatException : Exception
{
    /// <summary>Creates the exception without a message of its own.</summary>
    public OnnxFormatException()
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What is wrong and what is allowed.</param>
    public OnnxFormatException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with its cause.</summary>
    /// <param name="message">What is wrong and what is allowed.</param>
    /// <param name="innerException">The cause.</param>
    public OnnxFormatException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
