using Orleans;

namespace OrleansCompute.Contracts;

/// <summary>A thing that was asked for does not exist; the message names it and says what to do.</summary>
[GenerateSerializer, Alias("oc.not-found.v1")]
public sealed class FabricNotFoundException : Exception
{
    /// <summary>Creates it without a message; for serializers.</summary>
    public FabricNotFoundException()
    {
    }

    /// <summary>Creates it with the sentence that the user reads.</summary>
    public FabricNotFoundException(string message)
        : base(message)
    {
    }

    /// <summary>Creates it with the sentence that the user reads, and its cause.</summary>
    public FabricNotFoundException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
