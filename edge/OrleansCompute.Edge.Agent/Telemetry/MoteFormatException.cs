namespace OrleansCompute.Edge.Agent.Telemetry;

/// <summary>A sensor recording cannot be read; the message names file, line, value and what is expected.</summary>
public sealed class MoteFormatException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">File, line, value, and what is expected.</param>
    /// <param name="inner">The cause, if there is one.</param>
    public MoteFormatException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
