namespace OrleansCompute.Tensors.Execution;

/// <summary>The loops of a run made more trips than they may; the message names the operator and the budget.</summary>
public sealed class TripBudgetException : Exception
{
    /// <summary>Creates the exception without a message of its own.</summary>
    public TripBudgetException()
    {
    }

    /// <summary>Creates the exception.</summary>
    public TripBudgetException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with its cause.</summary>
    public TripBudgetException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
