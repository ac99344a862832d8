namespace MessagePack;

/// <summary>The bytes are not the value that was asked for.</summary>
public class MessagePackSerializationException : Exception
{
    /// <summary>Creates the exception without a message of its own.</summary>
    public MessagePackSerializationException()
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What was found and what was expected.</param>
    public MessagePackSerializationException(string? message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with its cause.</summary>
    /// <param name="message">What was found and what was expected.</param>
    /// <param name="inner">What was thrown below.</param>
    public MessagePackSerializationException(string? message, Exception? inner)
        : base(message, inner)
    {
    }
}
