namespace Orleans.Runtime;

/// <summary>The base of runtime errors.</summary>
[GenerateSerializer]
public class OrleansException : Exception
{
    /// <summary>Creates the error.</summary>
    public OrleansException()
        : base("Unexpected error.")
    {
    }

    /// <summary>Creates the error.</summary>
    public OrleansException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the error.</summary>
    public OrleansException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
