using Orleans;

namespace OrleansCompute.Storage;

/// <summary>
/// The storage cannot do its work: a full disk, a damaged or foreign file, a folder in use. The message names the file and what to do.
/// What was asked for did not happen, except where an append is repeated: appends ignore what is there already, so repeating is safe.
/// </summary>
[GenerateSerializer, Alias("oc.storage-failure.v1")]
public sealed class FabricStorageException : Exception
{
    /// <summary>Creates it without a message; for serializers.</summary>
    public FabricStorageException()
    {
    }

    /// <summary>Creates it with the sentence that the operator reads.</summary>
    public FabricStorageException(string message)
        : base(message)
    {
    }

    /// <summary>Creates it with the sentence that the operator reads, and its cause.</summary>
    public FabricStorageException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
