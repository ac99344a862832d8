namespace Orleans.Runtime;

/// <summary>The silo that should have answered is gone, or there is none. The request may or may not have run.</summary>
[GenerateSerializer]
public sealed class SiloUnavailableException : OrleansMessageRejectionException
{
    /// <summary>Creates the error.</summary>
    public SiloUnavailableException()
        : base("The silo is not available.")
    {
    }

    /// <summary>Creates the error.</summary>
    public SiloUnavailableException(string msg)
        : base(msg)
    {
    }

    /// <summary>Creates the error.</summary>
    public SiloUnavailableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
