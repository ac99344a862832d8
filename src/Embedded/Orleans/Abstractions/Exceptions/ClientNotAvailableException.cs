namespace Orleans.Runtime;

/// <summary>An observer was called whose object is gone.</summary>
[GenerateSerializer]
public sealed class ClientNotAvailableException : OrleansException
{
    internal ClientNotAvailableException(GrainId observer)
        : base($"No object answers to {observer}: it was deleted, collected, or its client has stopped.")
    {
    }
}
