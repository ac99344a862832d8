namespace Orleans.Serialization;

/// <summary>A type was sent that grain calls do not know how to copy.</summary>
[GenerateSerializer]
public sealed class CodecNotFoundException : Exception
{
    /// <summary>Creates the error.</summary>
    /// <param name="message">Names the type and what to do.</param>
    public CodecNotFoundException(string message)
        : base(message)
    {
    }
}
