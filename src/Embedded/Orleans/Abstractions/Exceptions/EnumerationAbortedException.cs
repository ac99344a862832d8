namespace Orleans.Runtime;

/// <summary>The grain that produced an asynchronous sequence was deactivated before its end.</summary>
[GenerateSerializer]
public sealed class EnumerationAbortedException : Exception
{
    /// <summary>Creates the error.</summary>
    public EnumerationAbortedException()
        : base("The enumeration was aborted.")
    {
    }

    /// <summary>Creates the error.</summary>
    public EnumerationAbortedException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the error.</summary>
    public EnumerationAbortedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
