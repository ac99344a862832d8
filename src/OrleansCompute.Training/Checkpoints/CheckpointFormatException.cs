namespace OrleansCompute.Training.Checkpoints;

/// <summary>Bytes that are not an intact checkpoint; the message says what is wrong and at which offset or value.</summary>
public sealed class CheckpointFormatException : Exception
{
    /// <summary>Describes the first deviation found.</summary>
    /// <param name="message">What was expected and what was found.</param>
    public CheckpointFormatException(string message)
        : base(message)
    {
    }
}
