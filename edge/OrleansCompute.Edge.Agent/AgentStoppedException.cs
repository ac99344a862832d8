namespace OrleansCompute.Edge.Agent;

/// <summary>The agent cannot go on by trying again; the message says why and what to do.</summary>
public sealed class AgentStoppedException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">Why, and what to do.</param>
    /// <param name="inner">The cause, if there is one.</param>
    public AgentStoppedException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
