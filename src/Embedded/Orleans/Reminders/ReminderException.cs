namespace Orleans.Runtime;

/// <summary>A reminder could not be registered or removed.</summary>
[Serializable]
[GenerateSerializer]
public sealed class ReminderException : OrleansException
{
    /// <summary>Creates the error.</summary>
    public ReminderException(string message)
        : base(message)
    {
    }
}
