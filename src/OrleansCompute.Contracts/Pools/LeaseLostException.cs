using Orleans;
using Orleans.Runtime;

namespace OrleansCompute.Contracts.Pools;

/// <summary>
/// A lease was not, or is no longer, in force when it was used: its node restarted, or it was released or expired. Nothing is wrong with
/// the job: it goes on with the next lease that it gets.
/// </summary>
[GenerateSerializer, Alias("oc.lease-lost.v1")]
public sealed class LeaseLostException : OrleansException
{
    /// <summary>Creates it without a message; for serializers.</summary>
    public LeaseLostException()
    {
    }

    /// <summary>Creates it with the sentence that the user reads.</summary>
    public LeaseLostException(string message)
        : base(message)
    {
    }

    /// <summary>Creates it with the sentence that the user reads, and its cause.</summary>
    public LeaseLostException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
