using Orleans;

namespace OrleansCompute.Contracts;

/// <summary>A request that the fabric refuses; the message says what was wrong, the allowed range and what to do.</summary>
[GenerateSerializer, Alias("oc.refused.v1")]
public sealed class FabricRefusedException : Exception
{
    /// <summary>Creates it without a message; for serializers.</summary>
    public FabricRefusedException()
    {
    }

    /// <summary>Creates it with the sentence that the user reads.</summary>
    public FabricRefusedException(string message)
        : base(message)
    {
    }

    /// <summary>Creates it with the sentence that the user reads, and its cause.</summary>
    public FabricRefusedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
