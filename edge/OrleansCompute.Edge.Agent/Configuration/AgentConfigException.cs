namespace OrleansCompute.Edge.Agent.Configuration;

/// <summary>A configuration file cannot be used; the message names the file, the place and what to change.</summary>
public sealed class AgentConfigException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">File, place, value, and what is allowed.</param>
    /// <param name="inner">The cause, if there is one.</param>
    public AgentConfigException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
