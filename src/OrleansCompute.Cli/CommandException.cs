namespace OrleansCompute.Cli;

/// <summary>A command cannot do what was asked; the message is what the user reads.</summary>
internal sealed class CommandException : Exception
{
    public CommandException(string message)
        : base(message)
    {
    }

    public CommandException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
