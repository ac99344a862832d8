namespace OrleansCompute.Tensors.Values;

/// <summary>An allocation would exceed the memory budget; the message names the size asked for, the size in use and the budget.</summary>
public sealed class MemoryBudgetException : Exception
{
    /// <summary>Creates the exception without a message of its own.</summary>
    public MemoryBudgetException()
    {
    }

    /// <summary>Creates the exception.</summary>
    public MemoryBudgetException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with its cause.</summary>
    public MemoryBudgetException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
